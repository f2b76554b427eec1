"""DeepLab v3: a dense residual network, and on it a pyramid of rates that is stacked and mixed.

Against `segedu.nets.fcn_resnet`: the head, and rates that grow inside of the last stage (multi-grid).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from torch import nn
from torchvision import models

from segedu.nets.aspp import ASPP, FITTING
from segedu.nets.backbones import ResNet
from segedu.nets.blocks import ConvBnReLU
from segedu.nets.fcn_resnet import FCNHead
from segedu.nets.resnet_segmenter import ResNetSegmenterWithAuxiliary
from segedu.nets.shallow import ShallowNet


class ShallowDeepLabV3(ShallowNet):
    """`ShallowNet` with DeepLab v3's pyramid as its context.

    Parameters
    ----------
    num_classes, in_channels, width, depth
        As in `ShallowNet`; the pyramid has as many channels as the features at stride 8.
    rates : sequence of int
    image_pooling : bool
        Without it, a batch of one picture can train.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        width: int = 32,
        depth: int = 1,
        rates: Sequence[int] = FITTING,
        image_pooling: bool = True,
    ):
        def pyramid(channels: int) -> ASPP:
            return ASPP(channels, channels, rates, image_pooling, dropout=0)

        super().__init__(num_classes, in_channels, width, depth, context=pyramid)


class DeepLabV3(ResNetSegmenterWithAuxiliary):
    """DeepLab v3 on a ResNet (Chen et al., arXiv:1706.05587).

    As it stands it equals ``torchvision.models.segmentation.deeplabv3_resnet50``: stride 8, rates 12, 24, 36, no
    multi-grid, a 3 x 3 convolution after the pyramid, which the paper does not have. The paper's training network is
    ``output_stride=16, multi_grid=(1, 2, 4), refine=False``. With ``first_block="uniform", align_corners=True`` it
    equals ``DeepLabV3`` of segmentation_models_pytorch.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    backbone : str
        ``"resnet50"``, ``"resnet101"`` or ``"resnet152"``.
    output_stride : {8, 16, 32}
        The weights do not depend on it: trained at 16, a network may be built again at 8 and given them.
    rates : sequence of int, optional
        By default 6, 12, 18 at stride 16, and in proportion elsewhere.
    multi_grid : sequence of three int
        The dilations of the last stage's blocks are these, times ``32 / output_stride`` (section 3.2.1).
    refine : bool
        Whether a 3 x 3 convolution comes between the pyramid and the scores.
    first_block : {"contracted", "uniform"}
        See `segedu.nets.backbones.ResNet`. A ``multi_grid`` other than 1, 1, 1 sets the last stage, whatever this says.
    align_corners : bool
        How scores are resized to the picture: whether corner pixels are pinned to corner pixels.
    weights : torchvision weights enum member, optional
        ImageNet weights of the backbone.

    Raises
    ------
    ValueError
        Also for a training batch of one picture, which image pooling cannot normalise.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str = "resnet50",
        output_stride: int = 8,
        rates: Sequence[int] | None = None,
        multi_grid: Sequence[int] = (1, 1, 1),
        refine: bool = True,
        first_block: Literal["contracted", "uniform"] = "contracted",
        align_corners: bool = False,
        weights: models.WeightsEnum | None = None,
    ):
        resnet = ResNet(backbone, in_channels, output_stride, first_block, weights)
        super().__init__(resnet, in_channels, align_corners)
        use_multi_grid(self.backbone, output_stride, multi_grid)
        aspp = ASPP(self.backbone.channels[3], 256, rates or rates_at(output_stride))
        between = ConvBnReLU(256, 256) if refine else ()
        self.classifier = nn.Sequential(aspp, *between, nn.Conv2d(256, num_classes, 1))
        self.aux_classifier = FCNHead(self.backbone.channels[2], num_classes)


def rates_at(output_stride: int) -> tuple[int, int, int]:
    """The pyramid's rates at a stride: 6, 12, 18 at 16, and the same distances in pixels at any other.

    Examples
    --------
    >>> rates_at(16), rates_at(8)
    ((6, 12, 18), (12, 24, 36))
    """
    return tuple(rate * 16 // output_stride for rate in (6, 12, 18))


def use_multi_grid(backbone: ResNet, output_stride: int, multi_grid: Sequence[int]) -> None:
    """Set the dilations of the last stage's blocks to ``multi_grid`` times ``32 / output_stride``; 1, 1, 1 sets none.

    Raises
    ------
    ValueError
        If there are not as many numbers as blocks, or one is below 1.
    """
    blocks = list(backbone.layer4)
    if len(multi_grid) != len(blocks) or min(multi_grid) < 1:
        raise ValueError(f"multi_grid: found {tuple(multi_grid)}, expected {len(blocks)} numbers, each at least 1")
    if set(multi_grid) == {1}:
        return
    for block, unit in zip(blocks, multi_grid, strict=True):
        rate = unit * 32 // output_stride
        block.conv2.dilation = block.conv2.padding = (rate, rate)
