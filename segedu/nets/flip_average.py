"""Two looks at a picture: as it is, and in the mirror."""

from __future__ import annotations

import math

import torch
from torch import nn

from segedu.nets.calling import logits_of


class MirrorAverage(nn.Module):
    """A trained network that also looks at each picture's mirror image, and averages both answers.

    Twice the work for a little more accuracy: the usual "flip" of test-time augmentation. Nothing is trained.

    Parameters
    ----------
    net : nn.Module
        ``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``.

    Examples
    --------
    >>> column = torch.arange(32.0).expand(1, 1, 32, 32)
    >>> net = nn.Conv2d(1, 2, 3, padding=1)
    >>> shares = MirrorAverage(net)(column).softmax(dim=1)
    >>> mirrored = MirrorAverage(net)(column.flip(-1)).softmax(dim=1)
    >>> torch.allclose(shares, mirrored.flip(-1), atol=1e-6)
    True
    """

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net
        self.trained_size = getattr(net, "trained_size", None)  # what `predict` goes by

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logarithms of the mean probabilities ``(N, num_classes, H, W)``, which a softmax turns back into them."""
        straight = logits_of(self.net, x).log_softmax(dim=1)
        mirrored = logits_of(self.net, x.flip(-1)).log_softmax(dim=1).flip(-1)
        return torch.logaddexp(straight, mirrored) - math.log(2)
