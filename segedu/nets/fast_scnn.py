"""Fast-SCNN: a network for the laptop (Poudel, Liwicki, Cipolla, BMVC 2019).

Against `segedu.nets.pspnet`: the pyramid stands at stride 32, where it is cheap, and one sum with the features at
stride 8 brings the detail back. On its own backbone almost all work happens on few pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.backbones import Backbone, Features, make_backbone
from segedu.nets.parts.blocks import ConvBnReLU, upsample
from segedu.nets.parts.pooled import BINS, PyramidPooling
from segedu.nets.parts.separable import SeparableConv
from segedu.nets.segmenter import Segmenter


class FastSCNN(Segmenter):
    """Pyramid, sum with the fine features, two separable convolutions, classes (figure 1 of the paper).

    With 19 classes it has 1,138,051 parameters, those of Tramac's PyTorch implementation without its auxiliary head;
    the paper says 1.11 million. That code upsamples by a fixed factor and does not pad its first layer, so many sizes
    fail in it; here any size will do, and resizing keeps pixels as areas.

    Parameters
    ----------
    num_classes, in_channels, backbone, **of_backbone
        As in `Segmenter`; the backbone must have features at stride 8.
    channels : int
        Of the sum and of all that follows.
    bins : sequence of int
        Of the pyramid.
    dropout : float
        Share of the numbers that are silenced in training.

    Examples
    --------
    >>> net = FastSCNN(num_classes=9).eval()
    >>> net(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 9, 33, 47])
    """

    smallest_batch = 2

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "fast",
        channels: int = 128,
        bins: Sequence[int] = BINS,
        dropout: float = 0.1,
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, **of_backbone)
        super().__init__(body, in_channels, 8)
        coarse = body.channels[body.last]
        pyramid = PyramidPooling(coarse, bins)
        self.context = nn.Sequential(pyramid, ConvBnReLU(pyramid.out_channels, channels, 1))
        self.fusion = FeatureFusion(body.channels[8], channels, body.stride_of(body.last) // 8)
        self.classifier = nn.Sequential(
            SeparableConv(channels, channels),
            SeparableConv(channels, channels),
            nn.Dropout(dropout),
            nn.Conv2d(channels, num_classes, 1),
        )

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at stride 8."""
        return self.classifier(self.fusion(features[8], self.context(features[self.backbone.last])))


class FeatureFusion(nn.Module):
    """The sum of a fine map and of a coarse one, ``factor`` times smaller (table 3 of the paper)."""

    def __init__(self, fine_channels: int, channels: int, factor: int):
        super().__init__()
        self.factor = factor
        self.depthwise = ConvBnReLU(channels, channels, 3, groups=channels)
        self.coarse = nn.Sequential(nn.Conv2d(channels, channels, 1), nn.BatchNorm2d(channels))
        self.fine = nn.Sequential(nn.Conv2d(fine_channels, channels, 1), nn.BatchNorm2d(channels))

    def forward(self, fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
        """``(N, fine_channels, H, W)`` and ``(N, channels, h, w)`` to ``(N, channels, H, W)``."""
        coarse = self.coarse(self.depthwise(upsample(coarse, self.factor, fine.shape[-2:])))
        return F.relu(self.fine(fine) + coarse)
