"""Classification networks without their last layers: picture in, features at several strides out."""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn
from torchvision import models

from segedu.nets.blocks import ConvBnReLU, ResidualBlock

Features = dict[int, torch.Tensor]
"""Feature maps by stride: ``features[8]`` is ``(N, C, H / 8, W / 8)``, rounded up.

Stages that dilate instead of striding keep the name of the stride that they would have had.
"""


class TinyResNet(nn.Module):
    """A residual network small enough to train in seconds on a CPU.

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
    stages : {4, 3, 2}
        How many stages there are, out of those at strides 4, 8, 16, 32. With 2 the network is shallow: it sees fine,
        but not far.

    Attributes
    ----------
    channels : dict of int to int
        Channels by stage.
    """

    def __init__(self, in_channels: int = 3, width: int = 32, depth: int = 1, output_stride: int = 32, stages: int = 4):
        super().__init__()
        if output_stride not in (32, 16, 8):
            raise ValueError(f"output_stride: found {output_stride}, expected 32, 16 or 8")
        if stages not in (4, 3, 2):
            raise ValueError(f"stages: found {stages}, expected 4, 3 or 2")
        channels = {2: width // 2, 4: width, 8: 2 * width, 16: 3 * width, 32: 4 * width}
        self.channels = {stride: channels[stride] for stride in (2, 4, 8, 16, 32)[: stages + 1]}
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
