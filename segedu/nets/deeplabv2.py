"""DeepLab v2: a dense residual network, and on it the sum of the scores of several rates.

Against `segedu.nets.fcn_resnet`: the head.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from torchvision import models

from segedu.nets.aspp import FITTING, SummedASPP
from segedu.nets.backbones import ResNet
from segedu.nets.resnet_segmenter import ResNetSegmenter
from segedu.nets.shallow import ShallowNet

SUMMED = (1, *FITTING)
"""Rates of the tiny network: those of `segedu.nets.aspp.FITTING`, and 1 for what is near."""


class ShallowDeepLabV2(ShallowNet):
    """`ShallowNet` whose score is DeepLab v2's sum of four rates.

    Parameters
    ----------
    num_classes, in_channels, width, depth
        As in `ShallowNet`.
    rates : sequence of int
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        width: int = 32,
        depth: int = 1,
        rates: Sequence[int] = SUMMED,
    ):
        super().__init__(num_classes, in_channels, width, depth)
        self.score = SummedASPP(self.backbone.channels[8], num_classes, rates)


class DeepLabV2(ResNetSegmenter):
    """DeepLab v2 on a ResNet (Chen et al., *DeepLab*, PAMI 2018, section 4): stride 8, summed scores of four rates.

    With 21 classes and ResNet-101 it has 44,048,532 parameters, as many as ``deeplab-pytorch``, a port of the Caffe
    model. The residual blocks are torchvision's, which stride in their 3 x 3 convolution; the Caffe model strides in
    the 1 x 1 before it and rounds the size up in its first pooling. The fusion of three input scales and the CRF are
    no part of the network here.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    backbone : str
        ``"resnet50"``, ``"resnet101"`` or ``"resnet152"``.
    output_stride : {8, 16, 32}
    rates : sequence of int
    first_block : {"uniform", "contracted"}
        See `segedu.nets.backbones.ResNet`.
    weights : torchvision weights enum member, optional
        ImageNet weights of the backbone.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str = "resnet101",
        output_stride: int = 8,
        rates: Sequence[int] = (6, 12, 18, 24),
        first_block: Literal["contracted", "uniform"] = "uniform",
        weights: models.WeightsEnum | None = None,
    ):
        super().__init__(ResNet(backbone, in_channels, output_stride, first_block, weights), in_channels)
        self.classifier = SummedASPP(self.backbone.channels[3], num_classes, rates)
