"""DeepLab v2: a dense network, and on it the sum of the scores of several rates.

Against `segedu.nets.fcn` without skips: the head.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from segedu.nets.backbones import Backbone, Features, dense, make_backbone
from segedu.nets.parts.aspp import FITTING, SummedASPP
from segedu.nets.segmenter import Resize, Segmenter

SUMMED = (1, *FITTING)
"""Rates on the tiny backbones: those of `segedu.nets.parts.aspp.FITTING`, and 1 for what is near."""


class DeepLabV2(Segmenter):
    """Summed scores of four rates at stride 8 (Chen et al., *DeepLab*, PAMI 2018, section 4).

    On ``"resnet101"``, with 21 classes, it has 44,048,532 parameters, as many as ``deeplab-pytorch``, a port of the
    Caffe model. The residual blocks are torchvision's, which stride in their 3 x 3 convolution; the Caffe model strides
    in the 1 x 1 before it and rounds the size up in its first pooling. The fusion of three input scales and the CRF are
    no part of the network here.

    Parameters
    ----------
    num_classes, in_channels, backbone, resize, **of_backbone
        As in `Segmenter`.
    rates : sequence of int, optional
        By default 6, 12, 18, 24, and 1, 2, 4, 6 on the tiny backbones.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "shallow",
        rates: Sequence[int] | None = None,
        resize: Resize = "grid",
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, *dense(first_block="uniform"), **of_backbone)
        super().__init__(body, in_channels, body.stride_of(body.last), resize)
        rates = rates or (SUMMED if body.small else (6, 12, 18, 24))
        self.classifier = SummedASPP(body.channels[body.last], num_classes, rates)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at their stride."""
        return self.classifier(features[self.backbone.last])
