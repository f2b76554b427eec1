"""FCN as torchvision ships it: a dilated ResNet-50 and a two-layer head. Its official weights fit.

Against `segedu.nets.fcn`: no skips. Dilation keeps the backbone at stride 8. An auxiliary head is there for training
with a loss on both outputs (``forward_with_auxiliary``), which `segedu.train.fit` adds if it is given an
``auxiliary_weight``.
"""

from __future__ import annotations

from typing import Literal

from torch import nn
from torchvision import models

from segedu.nets.backbones import ResNet
from segedu.nets.blocks import ConvBnReLU
from segedu.nets.resnet_segmenter import ResNetSegmenterWithAuxiliary


class FCNHead(nn.Sequential):
    """3 x 3 convolution to a quarter of the channels, dropout, 1 x 1 convolution to the classes."""

    def __init__(self, in_channels: int, num_classes: int):
        middle = in_channels // 4
        super().__init__(
            *ConvBnReLU(in_channels, middle), nn.Dropout(0.1), nn.Conv2d(middle, num_classes, 1)
        )  # fmt: skip


class FCNResNet(ResNetSegmenterWithAuxiliary):
    """FCN on a dilated ResNet; equal to ``torchvision.models.segmentation.fcn_resnet50``.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    backbone : str
        ``"resnet50"`` or ``"resnet101"``.
    output_stride : {8, 16, 32}
    first_block : {"contracted", "uniform"}
        See `segedu.nets.backbones.ResNet`; torchvision's weights want ``"contracted"``.
    weights : torchvision weights enum member, optional
        ImageNet weights of the backbone.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str = "resnet50",
        output_stride: int = 8,
        first_block: Literal["contracted", "uniform"] = "contracted",
        weights: models.WeightsEnum | None = None,
    ):
        super().__init__(ResNet(backbone, in_channels, output_stride, first_block, weights), in_channels)
        self.classifier = FCNHead(self.backbone.channels[3], num_classes)
        self.aux_classifier = FCNHead(self.backbone.channels[2], num_classes)
