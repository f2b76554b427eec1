"""DeepLab v3: a dense network, and on it a pyramid of rates that is stacked and mixed.

Against `segedu.nets.deeplabv2`: the pyramid, and rates that grow inside of a ResNet's last stage (``multi_grid``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from segedu.nets.backbones import Backbone, Features, dense, make_backbone
from segedu.nets.parts.aspp import ASPP, rates_at
from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.segmenter import Resize, Segmenter


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
    refine : bool
        Whether a 3 x 3 convolution comes between the pyramid and the scores. The paper has none.
    dropout : float
        After the pyramid; the paper mentions none.
    channels : int, optional
        Of the pyramid; by default as many as the backbone's last features, 256 at most.
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
        refine: bool = False,
        dropout: float = 0.0,
        channels: int | None = None,
        auxiliary: bool = False,
        resize: Resize = "grid",
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, *dense(output_stride=16), **of_backbone)
        super().__init__(body, in_channels, body.stride_of(body.last), resize)
        coarse = body.channels[body.last]
        channels = channels or min(coarse, 256)
        aspp = ASPP(coarse, channels, rates or rates_at(body.output_stride, body.small), image_pooling, dropout=dropout)
        self.classifier = nn.Sequential(
            aspp, *(ConvBnReLU(channels, channels) if refine else ()), nn.Conv2d(channels, num_classes, 1)
        )
        if auxiliary:
            self.add_auxiliary(num_classes)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at their stride."""
        return self.classifier(features[self.backbone.last])
