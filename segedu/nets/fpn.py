"""The feature pyramid: what FCN does with class scores, done with features.

Lin, Dollár, Girshick, He, Hariharan, Belongie, "Feature pyramid networks for object detection", CVPR 2017, figure 3;
one head on its finest level, as in Kirillov et al., "Panoptic feature pyramid networks", CVPR 2019.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.backbones import Backbone, Features, make_backbone
from segedu.nets.parts.blocks import ConvBnReLU, upsample
from segedu.nets.segmenter import Segmenter


class FPN(Segmenter):
    """Sum features of several strides, coarse to fine, and ask for classes once, at the end.

    Parameters
    ----------
    num_classes, in_channels, backbone, **of_backbone
        As in `Segmenter`; the backbone must not dilate.
    stride : {4, 2}
        Of the scores. The step from 4 to 2 has half the channels, since its map is four times as large.
    channels : int
        Of the sums.

    Examples
    --------
    >>> FPN(num_classes=9, stride=2)(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 9, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "tiny",
        stride: int = 4,
        channels: int = 64,
        **of_backbone: Any,
    ):
        if stride not in (4, 2):
            raise ValueError(f"stride: found {stride}, expected 4 or 2")
        body = make_backbone(backbone, in_channels, **of_backbone)
        body.check_strided()
        super().__init__(body, in_channels, stride)
        self.strides = [s for s in sorted(body.channels, reverse=True) if s >= 4]
        self.lateral = nn.ModuleDict({
            str(s): nn.Conv2d(body.channels[s], channels, 1, bias=False) for s in self.strides
        })  # fmt: skip
        self.smooth = ConvBnReLU(channels, channels, 3)
        if stride == 2:
            self.halve = nn.Conv2d(channels, channels // 2, 1, bias=False)
            self.lateral["2"] = nn.Conv2d(body.channels[2], channels // 2, 1, bias=False)
            self.smooth_fine = ConvBnReLU(channels // 2, channels // 2, 3)
        self.score = nn.Conv2d(channels if stride == 4 else channels // 2, num_classes, 1)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at the finest stride."""
        coarsest, *finer = self.strides
        y = self.lateral[str(coarsest)](features[coarsest])  # (N, channels, H/32, W/32)
        for s in finer:
            y = _add(y, self.lateral[str(s)](features[s]))
        y = self.smooth(F.relu(y))  # (N, channels, H/4, W/4)
        if self.stride == 2:
            y = _add(self.halve(y), self.lateral["2"](features[2]))
            y = self.smooth_fine(F.relu(y))  # (N, channels / 2, H/2, W/2)
        return self.score(y)


def _add(coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
    return upsample(coarse, 2, fine.shape[-2:]) + fine
