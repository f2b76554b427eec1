"""Torchvision's residual networks as backbones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import torch
from torch import nn

from segedu.nets.backbones.base import Backbone, Features
from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.pretrained import fetched_weights

if TYPE_CHECKING:  # torchvision.models takes seconds to import: only where one of its networks is built
    from torchvision.models import WeightsEnum


class ResNet(Backbone):
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
    stem : {"plain", "deep"}
        Torchvision's 7 x 7 convolution, or three of 3 x 3 (64, 64, 128 channels), as in the code of PSPNet's authors.
    multi_grid : sequence of int
        The dilations of the last stage's blocks are these, times ``32 / output_stride``, whatever ``first_block`` says;
        1, 1, 1 sets none (Chen et al., DeepLab v3, arXiv:1706.05587, section 3.2.1).
    weights : torchvision weights enum member or its name, optional
        For instance ``torchvision.models.ResNet50_Weights.IMAGENET1K_V2``; downloads on first use. They want the plain
        stem, and three channels.

    Raises
    ------
    ValueError
        If an option is none of these, or ``weights`` are given for a deep stem or other pictures than coloured ones.
    ConnectionError
        If the weights cannot be downloaded: it says where the file lies and where to put it.
    """

    def __init__(
        self,
        name: str = "resnet50",
        in_channels: int = 3,
        output_stride: int = 32,
        first_block: Literal["contracted", "uniform"] = "contracted",
        stem: Literal["plain", "deep"] = "plain",
        multi_grid: Sequence[int] = (1, 1, 1),
        weights: WeightsEnum | str | None = None,
    ):
        from torchvision import models

        super().__init__()
        if output_stride not in (8, 16, 32):
            raise ValueError(f"output_stride: found {output_stride}, expected 8, 16 or 32")
        if first_block not in ("contracted", "uniform"):
            raise ValueError(f"first_block: found {first_block!r}, expected 'contracted' or 'uniform'")
        if stem not in ("plain", "deep"):
            raise ValueError(f"stem: found {stem!r}, expected 'deep' or 'plain'")
        if weights is not None and (stem == "deep" or in_channels != 3):
            raise ValueError(
                f"weights: found {weights}, which belong to another stem. Give stem='plain' as well, and in_channels=3."
            )
        self.output_stride = output_stride
        dilate = [False, output_stride <= 8, output_stride <= 16]  # stages 2, 3, 4
        options = {"replace_stride_with_dilation": dilate} if any(dilate) else {}
        resnet = getattr(models, name)(weights=None, **options)
        if weights is not None:
            resnet.load_state_dict(fetched_weights(name, weights))
        # The same child names as torchvision, so that its state dicts fit without a table of names.
        for child, module in resnet.named_children():
            if child not in ("avgpool", "fc"):
                self.add_module(child, module)
        if in_channels != 3:
            self.conv1 = nn.Conv2d(in_channels, 64, 7, stride=2, padding=3, bias=False)
        if first_block == "uniform":
            self._make_uniform()
        if tuple(multi_grid) != (1, 1, 1):
            self._use_multi_grid(multi_grid)
        if stem == "deep":
            self._deepen_stem()
        stages = {4: self.layer1, 8: self.layer2, 16: self.layer3, 32: self.layer4}
        self.channels = {2: self.bn1.num_features} | {s: _out_channels(stage[-1]) for s, stage in stages.items()}

    def _make_uniform(self) -> None:
        for stage, stride_before in ((self.layer3, 16), (self.layer4, 32)):
            dilation = stride_before // self.output_stride
            if dilation > 1:
                stage[0].conv2.dilation = stage[0].conv2.padding = (dilation, dilation)

    def _use_multi_grid(self, multi_grid: Sequence[int]) -> None:
        if len(multi_grid) != len(self.layer4) or min(multi_grid) < 1:
            raise ValueError(
                f"multi_grid: found {tuple(multi_grid)}, expected {len(self.layer4)} numbers, each at least 1"
            )
        for block, unit in zip(self.layer4, multi_grid, strict=True):
            rate = unit * 32 // self.output_stride
            block.conv2.dilation = block.conv2.padding = (rate, rate)

    def _deepen_stem(self) -> None:
        """Three 3 x 3 convolutions in the place of the 7 x 7; the first block then takes their 128 channels."""
        first = self.layer1[0]
        self.conv1 = nn.Sequential(
            ConvBnReLU(self.conv1.in_channels, 64, stride=2),
            ConvBnReLU(64, 64),
            nn.Conv2d(64, 128, 3, padding=1, bias=False),
        )
        self.bn1 = nn.BatchNorm2d(128)
        first.conv1 = nn.Conv2d(128, first.conv1.out_channels, 1, bias=False)
        first.downsample[0] = nn.Conv2d(128, first.downsample[0].out_channels, 1, bias=False)
        for new in (*self.conv1.modules(), first.conv1, first.downsample[0]):
            if isinstance(new, nn.Conv2d):  # as torchvision starts the others
                nn.init.kaiming_normal_(new.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to features of the stem (2) and of the four stages (4, 8, 16, 32)."""
        features: Features = {}
        features[2] = x = self.relu(self.bn1(self.conv1(x)))
        x = self.maxpool(x)
        for nominal, stage in ((4, self.layer1), (8, self.layer2), (16, self.layer3), (32, self.layer4)):
            features[nominal] = x = stage(x)
        return features


def _out_channels(block: nn.Module) -> int:
    """Channels that a torchvision residual block gives: its last batch normalisation knows."""
    return [m for m in block.modules() if isinstance(m, nn.BatchNorm2d)][-1].num_features
