"""Fully convolutional networks: scores at stride 32, then skips from 16, 8 and 4.

Long, Shelhamer, Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015, and the longer
version by Shelhamer, Long, Darrell, PAMI 2017. Figure 3 of the first is the forward pass below.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn

from segedu.nets.backbones import TinyResNet
from segedu.nets.blocks import BilinearDeconv, check_input, enlarge


class FCN(nn.Module):
    """FCN on a tiny backbone: sum the class scores of several strides, coarse to fine.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    stride : {32, 16, 8, 4}
        The finest features that get a say: 32 for FCN-32s, 8 for FCN-8s.
    width, depth : int
        Of the backbone (`TinyResNet`); 32 and 1 give 0.48 million parameters.
    upsampling : {"fixed", "learned"}
        Between strides: plain bilinear interpolation, or a transposed convolution that starts as one.

    Examples
    --------
    >>> FCN(num_classes=9, stride=8)(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 9, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        stride: int = 8,
        width: int = 32,
        depth: int = 1,
        upsampling: Literal["fixed", "learned"] = "fixed",
    ):
        super().__init__()
        if stride not in (32, 16, 8, 4):
            raise ValueError(f"stride: found {stride}, expected 32, 16, 8 or 4")
        if upsampling not in ("fixed", "learned"):
            raise ValueError(f"upsampling: found {upsampling!r}, expected 'fixed' or 'learned'")
        self.in_channels = in_channels
        self.backbone = TinyResNet(in_channels, width, depth)
        self.strides = [s for s in (32, 16, 8, 4) if s >= stride]
        self.score = nn.ModuleDict({str(s): nn.Conv2d(self.backbone.channels[s], num_classes, 1) for s in self.strides})
        self.enlarge = nn.ModuleDict()
        if upsampling == "learned":
            self.enlarge.update({str(s): BilinearDeconv(num_classes, 2, padding=1) for s in self.strides[1:]})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels, batch_norm_stride=32 if self.training else None)
        features = self.backbone(x)
        scores = self.score["32"](features[32])  # (N, num_classes, H/32, W/32)
        for stride in self.strides[1:]:
            fine = self.score[str(stride)](features[stride])
            scores = self._twice(scores, stride, fine.shape[-2:]) + fine
        return enlarge(scores, self.strides[-1], x.shape[-2:])

    def _twice(self, scores: torch.Tensor, stride: int, size: torch.Size) -> torch.Tensor:
        if str(stride) in self.enlarge:
            return self.enlarge[str(stride)](scores)[..., : size[0], : size[1]]  # odd sizes: one row too many
        return enlarge(scores, 2, size)
