"""A residual network small enough to train in seconds on a CPU."""

from __future__ import annotations

import torch
from torch import nn

from segedu.nets.backbones.base import Backbone, Features
from segedu.nets.parts.blocks import ConvBnReLU, ResidualBlock


class TinyResNet(Backbone):
    """Two strided convolutions, then up to four stages of residual blocks.

    Parameters
    ----------
    in_channels : int
    width : int
        Channels at stride 4; stride 2 has half as many, strides 8, 16, 32 have 2, 3 and 4 times as many.
        32 gives 0.48 million parameters.
    depth : int
        Residual blocks a stage.
    output_stride : {32, 16, 8}
        Where to stop striding. Later stages keep the size and dilate their filters instead: the same weights, and the
        same values, computed at more places (Chen et al., DeepLab, PAMI 2018, section 3.1).
    stages : {4, 3, 2, 1}
        How many stages there are, out of those at strides 4, 8, 16, 32. With 2 the network is shallow: it sees fine,
        but not far.
    """

    small = True

    def __init__(self, in_channels: int = 3, width: int = 32, depth: int = 1, output_stride: int = 32, stages: int = 4):
        super().__init__()
        if output_stride not in (32, 16, 8):
            raise ValueError(f"output_stride: found {output_stride}, expected 32, 16 or 8")
        if stages not in (4, 3, 2, 1):
            raise ValueError(f"stages: found {stages}, expected 4, 3, 2 or 1")
        channels = {2: width // 2, 4: width, 8: 2 * width, 16: 3 * width, 32: 4 * width}
        self.channels = {stride: channels[stride] for stride in (2, 4, 8, 16, 32)[: stages + 1]}
        self.output_stride = output_stride
        self.stem = nn.Sequential(
            ConvBnReLU(in_channels, width // 2, 3, stride=2), ConvBnReLU(width // 2, width, 3, stride=2)
        )
        self.stages = nn.ModuleList()
        before, dilation = width, 1
        for nominal in (4, 8, 16, 32)[:stages]:
            after = channels[nominal]
            stride = 2 if 4 < nominal <= output_stride else 1
            # The layer that would have strided is the last one on the old grid.
            first_dilation, dilation = dilation, max(1, nominal // output_stride)
            first = ResidualBlock(before, after, stride, dilation, first_dilation)
            rest = (ResidualBlock(after, after, dilation=dilation) for _ in range(depth - 1))
            self.stages.append(nn.Sequential(first, *rest))
            before = after

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to features of the stem's first layer (2) and of the stages (4, 8, 16, 32)."""
        features: Features = {}
        features[2] = x = self.stem[0](x)
        x = self.stem[1](x)
        for nominal, stage in zip((4, 8, 16, 32), self.stages, strict=False):
            features[nominal] = x = stage(x)
        return features
