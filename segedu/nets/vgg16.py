"""VGG-16 without its dense layers, as FCN uses it."""

from __future__ import annotations

import torch
from torch import nn

from segedu.nets.backbones import Features

VGG16_CHANNELS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
"""Channels of VGG-16's 13 convolutions, by pooling stage (Simonyan, Zisserman, ICLR 2015, table 1, D)."""


class VGG16(nn.Module):
    """VGG-16's convolutions with the padding of 100 that FCN gives the first one.

    Its pools round up, as Caffe's do. Features by stride: 8 (pool3, 256 channels), 16 (pool4, 512), 32 (pool5, 512).

    Parameters
    ----------
    in_channels : int
    first_padding : int
        Padding of the first convolution; 100 makes room for the 7 x 7 filter of fc6 at any input size.
    """

    def __init__(self, in_channels: int = 3, first_padding: int = 100):
        super().__init__()
        self.stages = nn.ModuleList()
        before, padding = in_channels, first_padding
        for stage in VGG16_CHANNELS:
            layers: list[nn.Module] = []
            for after in stage:
                layers += [nn.Conv2d(before, after, 3, padding=padding), nn.ReLU(inplace=True)]
                before, padding = after, 1
            self.stages.append(nn.Sequential(*layers, nn.MaxPool2d(2, ceil_mode=True)))

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to features at strides 8, 16, 32."""
        features: Features = {}
        for i, stage in enumerate(self.stages):
            features[2 ** (i + 1)] = x = stage(x)
        return {stride: features[stride] for stride in (8, 16, 32)}
