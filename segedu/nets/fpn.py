"""The feature pyramid: what FCN does with class scores, done with features.

Lin, Dollár, Girshick, He, Hariharan, Belongie, "Feature pyramid networks for object detection", CVPR 2017, figure 3;
one head on its finest level, as in Kirillov et al., "Panoptic feature pyramid networks", CVPR 2019.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.backbones import TinyResNet
from segedu.nets.blocks import ConvBnReLU, check_input, enlarge


class FPN(nn.Module):
    """Sum features of several strides, coarse to fine, and ask for classes once, at the end.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    stride : {4, 2}
        Of the scores. The step from 4 to 2 has half the channels, since its map is four times as large.
    width, depth : int
        Of the backbone (`TinyResNet`).
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
        stride: int = 4,
        width: int = 32,
        depth: int = 1,
        channels: int = 64,
    ):
        super().__init__()
        if stride not in (4, 2):
            raise ValueError(f"stride: found {stride}, expected 4 or 2")
        self.in_channels, self.stride = in_channels, stride
        self.backbone = TinyResNet(in_channels, width, depth)
        features = self.backbone.channels
        self.lateral = nn.ModuleDict({str(s): nn.Conv2d(features[s], channels, 1, bias=False) for s in (32, 16, 8, 4)})
        self.smooth = ConvBnReLU(channels, channels, 3)
        if stride == 2:
            self.halve = nn.Conv2d(channels, channels // 2, 1, bias=False)
            self.lateral["2"] = nn.Conv2d(features[2], channels // 2, 1, bias=False)
            self.smooth_fine = ConvBnReLU(channels // 2, channels // 2, 3)
        self.score = nn.Conv2d(channels if stride == 4 else channels // 2, num_classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels, batch_norm_stride=32 if self.training else None)
        features = self.backbone(x)
        y = self.lateral["32"](features[32])  # (N, channels, H/32, W/32)
        for s in (16, 8, 4):
            y = _add(y, self.lateral[str(s)](features[s]))
        y = self.smooth(F.relu(y))  # (N, channels, H/4, W/4)
        if self.stride == 2:
            y = _add(self.halve(y), self.lateral["2"](features[2]))
            y = self.smooth_fine(F.relu(y))  # (N, channels / 2, H/2, W/2)
        return enlarge(self.score(y), self.stride, x.shape[-2:])


def _add(coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
    return enlarge(coarse, 2, fine.shape[-2:]) + fine
