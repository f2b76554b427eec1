"""The backbone of Fast-SCNN: few pixels before many channels.

Poudel, Liwicki, Cipolla, "Fast-SCNN: fast semantic segmentation network", BMVC 2019, table 1.
"""

from __future__ import annotations

import torch
from torch import nn

from segedu.nets.backbones.base import Backbone, Features
from segedu.nets.parts.blocks import ConvBn, ConvBnReLU
from segedu.nets.parts.separable import SeparableConv

STAGES = (
    # channels as a multiple of the width, blocks, stride of the first block
    (2, 3, 2),
    (3, 3, 2),
    (4, 3, 1),
)


class FastBackbone(Backbone):
    """Three strided layers to stride 8, then nine inverted residual blocks to stride 32; 1,023,088 parameters.

    Both branches of older fast networks, one fine and shallow, one coarse and deep, share their first layers here: the
    *learning to downsample* module, whose features are those called 8. The *global feature extractor* gives those
    called 32, without the paper's pyramid, which is part of the head.

    Between the two steps of a separable convolution stand batch normalisation and ReLU, as in Tramac's PyTorch
    implementation.

    Parameters
    ----------
    in_channels : int
    width : int
        Channels at stride 2.

    Examples
    --------
    >>> net = FastBackbone().eval()
    >>> {name: tuple(x.shape[1:]) for name, x in net(torch.zeros(1, 3, 64, 96)).items()}
    {8: (64, 8, 12), 32: (128, 2, 3)}
    """

    def __init__(self, in_channels: int = 3, width: int = 32):
        super().__init__()
        fine = 2 * width
        self.downsample = nn.Sequential(
            ConvBnReLU(in_channels, width, 3, stride=2),
            SeparableConv(width, 3 * width // 2, stride=2),
            SeparableConv(3 * width // 2, fine, stride=2),
        )
        blocks, before = [], fine
        for multiple, count, stride in STAGES:
            after = multiple * width
            blocks.append(InvertedResidual(before, after, stride))
            blocks += [InvertedResidual(after, after) for _ in range(count - 1)]
            before = after
        self.extract = nn.Sequential(*blocks)
        self.channels = {8: fine, 32: before}

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to the features called 8 and 32."""
        fine = self.downsample(x)
        return {8: fine, 32: self.extract(fine)}


class InvertedResidual(nn.Module):
    """Widen six times, filter each channel by itself, narrow again; a shortcut where the ends fit (its table 2)."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, expansion: int = 6):
        super().__init__()
        wide = in_channels * expansion
        self.block = nn.Sequential(
            ConvBnReLU(in_channels, wide, 1),
            ConvBnReLU(wide, wide, 3, stride, groups=wide),
            ConvBn(wide, out_channels, 1),
        )
        self.shortcut = stride == 1 and in_channels == out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to ``(N, out_channels, H / stride, W / stride)``, rounded up."""
        return x + self.block(x) if self.shortcut else self.block(x)
