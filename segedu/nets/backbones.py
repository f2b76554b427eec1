"""Classification networks without their last layers: picture in, features at several strides out."""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn
from torchvision import models

from segedu.nets.blocks import ConvBnReLU, ResidualBlock

Features = dict[int, torch.Tensor]
"""Feature maps by stride: ``features[8]`` is ``(N, C, H / 8, W / 8)``, rounded up."""


class TinyResNet(nn.Module):
    """A residual network small enough to train in seconds on a CPU.

    Parameters
    ----------
    in_channels : int
    width : int
        Channels at stride 4; stride 2 has half as many, strides 8, 16, 32 have 2, 3 and 4 times as many.
        32 gives 0.48 million parameters.
    depth : int
        Residual blocks at each stride.

    Attributes
    ----------
    channels : dict of int to int
        Channels by stride.
    """

    def __init__(self, in_channels: int = 3, width: int = 32, depth: int = 1):
        super().__init__()
        self.channels = {2: width // 2, 4: width, 8: 2 * width, 16: 3 * width, 32: 4 * width}
        self.stem = nn.Sequential(
            ConvBnReLU(in_channels, width // 2, 3, stride=2), ConvBnReLU(width // 2, width, 3, stride=2)
        )
        self.stages = nn.ModuleList()
        before = width
        for stride in (4, 8, 16, 32):
            after = self.channels[stride]
            first = ResidualBlock(before, after, stride=1 if stride == 4 else 2)
            self.stages.append(nn.Sequential(first, *(ResidualBlock(after, after) for _ in range(depth - 1))))
            before = after

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to features at strides 2, 4, 8, 16, 32."""
        features: Features = {}
        features[2] = x = self.stem[0](x)
        x = self.stem[1](x)
        for stride, stage in zip((4, 8, 16, 32), self.stages, strict=True):
            features[stride] = x = stage(x)
        return features


class ResNet(nn.Module):
    """Torchvision's ResNet, with late strides turned into dilation until the output has ``output_stride``.

    Parameters
    ----------
    name : {"resnet18", "resnet34", "resnet50", "resnet101", "resnet152"}
    in_channels : int
    output_stride : {8, 16, 32}
        Stride of the last features. Less than 32 needs bottleneck blocks (resnet50 and deeper).
    first_block : {"contracted", "uniform"}
        Dilation of the first block of a dilated stage: that of the stage before (torchvision, mmsegmentation), or
        that of its own stage (the original Caffe DeepLab, semseg, smp). Same weights, different output.
    weights : torchvision weights enum member, optional
        For instance ``torchvision.models.ResNet50_Weights.IMAGENET1K_V2``; downloads on first use.

    Attributes
    ----------
    channels : tuple of int
        Channels of the four stages.
    """

    def __init__(
        self,
        name: str = "resnet50",
        in_channels: int = 3,
        output_stride: int = 32,
        first_block: Literal["contracted", "uniform"] = "contracted",
        weights: models.WeightsEnum | None = None,
    ):
        super().__init__()
        if output_stride not in (8, 16, 32):
            raise ValueError(f"output_stride: found {output_stride}, expected 8, 16 or 32")
        if first_block not in ("contracted", "uniform"):
            raise ValueError(f"first_block: found {first_block!r}, expected 'contracted' or 'uniform'")
        dilate = [False, output_stride <= 8, output_stride <= 16]  # stages 2, 3, 4
        options = {"replace_stride_with_dilation": dilate} if any(dilate) else {}
        resnet = getattr(models, name)(weights=weights, **options)
        # The same child names as torchvision, so that its state dicts fit without a table of names.
        for child, module in resnet.named_children():
            if child not in ("avgpool", "fc"):
                self.add_module(child, module)
        if in_channels != 3:
            self.conv1 = nn.Conv2d(in_channels, 64, 7, stride=2, padding=3, bias=False)
        if first_block == "uniform":
            self._make_uniform(output_stride)
        self.channels = tuple(
            _out_channels(stage[-1]) for stage in (self.layer1, self.layer2, self.layer3, self.layer4)
        )

    def _make_uniform(self, output_stride: int) -> None:
        for stage, stride_before in ((self.layer3, 16), (self.layer4, 32)):
            dilation = stride_before // output_stride
            if dilation > 1:
                stage[0].conv2.dilation = stage[0].conv2.padding = (dilation, dilation)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """``(N, in_channels, H, W)`` to the outputs of the four stages, fine to coarse."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        c2 = self.layer1(x)  # stride 4
        c3 = self.layer2(c2)  # stride 8
        c4 = self.layer3(c3)  # stride 16, or less
        return c2, c3, c4, self.layer4(c4)


def _out_channels(block: nn.Module) -> int:
    """Channels that a torchvision residual block gives: its last batch normalisation knows."""
    return [m for m in block.modules() if isinstance(m, nn.BatchNorm2d)][-1].num_features


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
