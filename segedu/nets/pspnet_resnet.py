"""PSPNet as published: the pyramid on a dilated ResNet, and an auxiliary head on its third stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from torch import nn
from torchvision import models

from segedu.nets.backbones import ResNet
from segedu.nets.blocks import ConvBnReLU
from segedu.nets.pspnet import BINS, Pooling, PyramidHead
from segedu.nets.resnet_segmenter import ResNetSegmenterWithAuxiliary


class PSPNetResNet(ResNetSegmenterWithAuxiliary):
    """The paper's PSPNet: a dilated ResNet at stride 8, the pyramid on its 2048 channels, an auxiliary head on stage 3.

    With 21 classes, ResNet-50 and the deep stem it has 49,081,578 parameters, 46,716,373 without the auxiliary head:
    those of the authors' PyTorch code, where each dilated stage also starts with its own dilation
    (``first_block="uniform"``). That code resizes with the corner pixels pinned (``align_corners=True``) and wants
    pictures of 8 n + 1 pixels; here pixels are areas, and any size will do.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    backbone : {"resnet50", "resnet101"}
    stem : {"deep", "plain"}
        Three 3 x 3 convolutions (64, 64, 128 channels) as in the authors' code, or torchvision's 7 x 7.
    bins, pooling, reduce
        Of `PyramidPooling`.
    weights : torchvision weights enum member, optional
        ImageNet weights of the backbone; they want the plain stem.

    Raises
    ------
    ValueError
        If the stem is unknown, or is deep although ``weights`` are given.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str = "resnet50",
        stem: Literal["deep", "plain"] = "deep",
        bins: Sequence[int] = BINS,
        pooling: Pooling = "average",
        reduce: bool = True,
        weights: models.WeightsEnum | None = None,
    ):
        if stem not in ("deep", "plain"):
            raise ValueError(f"stem: found {stem!r}, expected 'deep' or 'plain'")
        if stem == "deep" and weights is not None:
            raise ValueError(f"weights: found {weights}, which belong to another stem. Give stem='plain' as well.")
        resnet = ResNet(backbone, in_channels, output_stride=8, first_block="uniform", weights=weights)
        super().__init__(resnet, in_channels)
        if stem == "deep":
            deepen_stem(self.backbone)
        *_, c4, c5 = self.backbone.channels
        self.classifier = nn.Sequential(
            PyramidHead(c5, 512, bins, pooling, reduce, dropout=0.1), nn.Conv2d(512, num_classes, 1)
        )
        self.aux_classifier = nn.Sequential(ConvBnReLU(c4, 256), nn.Dropout2d(0.1), nn.Conv2d(256, num_classes, 1))


def deepen_stem(backbone: ResNet) -> None:
    """Put three 3 x 3 convolutions in the place of a ResNet's 7 x 7; the first block then takes their 128 channels."""
    first = backbone.layer1[0]
    backbone.conv1 = nn.Sequential(
        ConvBnReLU(backbone.conv1.in_channels, 64, stride=2),
        ConvBnReLU(64, 64),
        nn.Conv2d(64, 128, 3, padding=1, bias=False),
    )
    backbone.bn1 = nn.BatchNorm2d(128)
    first.conv1 = nn.Conv2d(128, first.conv1.out_channels, 1, bias=False)
    first.downsample[0] = nn.Conv2d(128, first.downsample[0].out_channels, 1, bias=False)
    for new in (*backbone.conv1.modules(), first.conv1, first.downsample[0]):
        if isinstance(new, nn.Conv2d):  # as torchvision starts the others
            nn.init.kaiming_normal_(new.weight, mode="fan_out", nonlinearity="relu")
