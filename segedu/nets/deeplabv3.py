"""DeepLab v3: a dense network, and on it a pyramid of rates that is stacked and mixed.

Against `segedu.nets.deeplabv2`: the pyramid, and rates that grow inside of a ResNet's last stage (multi-grid).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import nn

from segedu.nets.backbones import Backbone, Features, ResNet, dense, make_backbone
from segedu.nets.parts.aspp import ASPP, FITTING
from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.segmenter import Resize, Segmenter

WISHES = (*dense()[:2], partial(ResNet, output_stride=16))


class DeepLabV3(Segmenter):
    """A pyramid of rates with image pooling (Chen et al., arXiv:1706.05587).

    On ``"resnet50"`` at stride 8, with ``refine=True, auxiliary=True, dropout=0.5, resize="stretch"``, it equals
    ``torchvision.models.segmentation.deeplabv3_resnet50`` (`segedu.nets.load_torchvision` builds that). The paper's
    training network has stride 16 and ``multi_grid=(1, 2, 4)``. With ``first_block="uniform", refine=True,
    resize="corners"`` it equals ``DeepLabV3`` of segmentation_models_pytorch.

    Parameters
    ----------
    num_classes, in_channels, backbone, resize, **of_backbone
        As in `Segmenter`. ResNets have stride 16 unless ``output_stride`` is given; weights do not depend on it:
        trained at 16, a network may be built again at 8 and given them.
    rates : sequence of int, optional
        By default 6, 12, 18 at stride 16, and in proportion elsewhere; 2, 4, 6 on the tiny backbones.
    image_pooling : bool
        Without it, a batch of one picture can train.
    multi_grid : sequence of int
        The dilations of the blocks of a ResNet's last stage are these, times ``32 / output_stride`` (section 3.2.1),
        whatever ``first_block`` says; 1, 1, 1 sets none.
    refine : bool
        Whether a 3 x 3 convolution comes between the pyramid and the scores. The paper has none.
    dropout : float
        After the pyramid; the paper mentions none.
    auxiliary : bool
        Whether there is a second classifier for training.

    Raises
    ------
    ValueError
        Also for a training batch of one picture, which image pooling cannot normalise.
    """

    smallest_batch = 2

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "shallow",
        rates: Sequence[int] | None = None,
        image_pooling: bool = True,
        multi_grid: Sequence[int] = (1, 1, 1),
        refine: bool = False,
        dropout: float = 0.0,
        auxiliary: bool = False,
        resize: Resize = "grid",
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, *WISHES, **of_backbone)
        super().__init__(body, in_channels, body.stride_of(body.last), resize)
        use_multi_grid(body, multi_grid)
        channels = body.channels[body.last]
        width = min(channels, 256)
        aspp = ASPP(channels, width, rates or rates_on(body), image_pooling, dropout=dropout)
        self.classifier = nn.Sequential(
            aspp, *(ConvBnReLU(width, width) if refine else ()), nn.Conv2d(width, num_classes, 1)
        )
        if auxiliary:
            self.add_auxiliary(num_classes)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at their stride."""
        return self.classifier(features[self.backbone.last])


def rates_on(backbone: Backbone) -> tuple[int, int, int]:
    """The pyramid's rates: 6, 12, 18 at stride 16, the same distances in pixels at any other, less on small pictures.

    Examples
    --------
    >>> rates_on(make_backbone("shallow")), rates_on(make_backbone("vgg16", output_stride=8))
    ((2, 4, 6), (12, 24, 36))
    """
    return FITTING if backbone.small else tuple(rate * 16 // backbone.output_stride for rate in (6, 12, 18))


def use_multi_grid(backbone: Backbone, multi_grid: Sequence[int]) -> None:
    """Set the dilations of a ResNet's last blocks to ``multi_grid`` times ``32 / output_stride``; 1, 1, 1 sets none.

    Raises
    ------
    ValueError
        If the backbone is no ResNet, there are not as many numbers as blocks, or one is below 1.
    """
    if tuple(multi_grid) == (1, 1, 1):
        return
    blocks = list(backbone.layer4) if isinstance(backbone, ResNet) else []
    if len(multi_grid) != len(blocks) or min(multi_grid) < 1:
        raise ValueError(
            f"multi_grid: found {tuple(multi_grid)}, expected {len(blocks)} numbers, each at least 1"
            if blocks
            else f"multi_grid: found {tuple(multi_grid)}, which only a ResNet has blocks for"
        )
    for block, unit in zip(blocks, multi_grid, strict=True):
        rate = unit * 32 // backbone.output_stride
        block.conv2.dilation = block.conv2.padding = (rate, rate)
