"""A second classifier for training, and what a network gives that has one."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from segedu.nets.parts.blocks import ConvBnReLU


class WithAuxiliary(NamedTuple):
    """Logits of a network and of its auxiliary head, both ``(N, num_classes, H, W)``.

    A network that has such a head returns this from its method ``forward_with_auxiliary``; calling the network itself
    gives the logits alone. Training adds the loss of the second to that of the first, times a weight
    (Zhao et al., PSPNet, CVPR 2017, section 3.3); afterwards the head is not used.
    """

    logits: torch.Tensor
    auxiliary: torch.Tensor


class FCNHead(nn.Sequential):
    """3 x 3 convolution with batch normalisation and ReLU, dropout, 1 x 1 convolution to the classes.

    Torchvision's head of the same name, and PSPNet's auxiliary head, which drops whole channels (``nn.Dropout2d``).
    """

    def __init__(self, in_channels: int, hidden: int, num_classes: int, dropout: nn.Module | None = None):
        convolution = ConvBnReLU(in_channels, hidden)
        super().__init__(*convolution, dropout or nn.Dropout(0.1), nn.Conv2d(hidden, num_classes, 1))
