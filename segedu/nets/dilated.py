"""Yu and Koltun's network: class scores, and dilated convolutions on them.

Yu, Koltun, "Multi-scale context aggregation by dilated convolutions", ICLR 2016. Against `segedu.nets.fcn`: no skips,
and the context module.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import torch
from torch import nn

from segedu.nets.backbones import VGG16, Backbone, EfficientNetLite0, Features, ResNet, TinyResNet, make_backbone
from segedu.nets.parts.context import RATES, ContextModule
from segedu.nets.segmenter import Segmenter

OFFSET = 10.0
"""What `DilatedNet` adds to all scores at the start, so that few of them are negative."""

WISHES = (
    partial(TinyResNet, stages=1),
    partial(ResNet, output_stride=8),
    partial(EfficientNetLite0, output_stride=8),
    partial(VGG16, output_stride=8, form="mirrored"),
)


class DilatedNet(Segmenter):
    """Class scores, and the context module on the scores.

    The module stands on the scores, as in the paper: C maps go in and C come out, so it is small, and fits behind any
    network. On the tiny backbone, cut off at stride 4, each score that comes in sees 23 x 23 pixels; each that comes
    out, 287 x 287. On ``"vgg16"``, with ``context="large"``, it is the paper's Dilation8: stride 8, 380 and 908 pixels;
    134.3 million parameters for 21 classes, and 6.8 million in the context module.

    With a module, all scores start `OFFSET` higher. Softmax does not notice what is added to every class, but the ReLUs
    of the module cut off what is negative, and a class whose scores are all cut off learns nothing.

    Parameters
    ----------
    num_classes, in_channels, backbone, **of_backbone
        As in `Segmenter`.
    context : {"basic", "large", None}
        Width of the context module; ``None`` leaves it out.
    rates : sequence of int
        Dilations of the module.

    Examples
    --------
    >>> DilatedNet(num_classes=9)(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 9, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "tiny",
        context: Literal["basic", "large"] | None = "basic",
        rates: Sequence[int] = RATES,
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, *WISHES, **of_backbone)
        super().__init__(body, in_channels, body.stride_of(body.last))
        self.score = nn.Conv2d(body.channels[body.last], num_classes, 1)
        if isinstance(body, VGG16):  # as the paper starts it
            nn.init.normal_(self.score.weight, std=0.001)
            nn.init.zeros_(self.score.bias)
        self.context = ContextModule(num_classes, context, rates) if context else nn.Identity()
        if context:
            with torch.no_grad():
                self.score.bias += OFFSET

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores with context, at the stride of the features."""
        return self.context(self.score(features[self.backbone.last]))
