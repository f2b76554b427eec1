"""FastFCN: a backbone that strides to the end, and a module that gives its last features back their density.

Wu, Zhang, Huang, Liang, Yu, "FastFCN: Rethinking dilated convolution in the backbone for semantic segmentation",
arXiv:1903.11816, figures 2 and 4. The module, joint pyramid upsampling (JPU), looks at the last three maps of the
backbone together and estimates from them what a dilated backbone would have computed at stride 8.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from segedu.nets.backbones.base import Backbone, Features
from segedu.nets.parts.blocks import ConvBn, ConvBnReLU, Resize, bring_to

STRIDES = (8, 16, 32)
RATES = (1, 2, 4, 8)
"""Dilations of the four branches (section 3.3)."""


class JPU(nn.Module):
    """Three maps of strides 8, 16, 32 to one of stride 8.

    With ``channels=(512, 1024, 2048)`` and ``width=512`` it has 19,735,552 parameters. The authors' code stacks the
    maps from coarse to fine and resizes with the corner pixels pinned (``resize="corners"``); mmsegmentation stacks
    them from fine to coarse, as here, and resizes to the size of the finest (``resize="stretch"``).

    Parameters
    ----------
    channels : sequence of int
        Of the three maps, fine to coarse.
    width : int
        Of each map after its first convolution, and of each branch; 512 in the paper.
    rates : sequence of int
        One branch for each.
    resize : {"grid", "stretch", "corners"}
        As in `segedu.nets.Segmenter`.

    Examples
    --------
    >>> maps = [torch.zeros(1, c, s, s) for c, s in ((4, 8), (6, 4), (8, 2))]
    >>> JPU((4, 6, 8), width=5).eval()(maps).shape
    torch.Size([1, 20, 8, 8])
    """

    def __init__(
        self, channels: Sequence[int], width: int = 512, rates: Sequence[int] = RATES, resize: Resize = "grid"
    ):
        super().__init__()
        if width < 1:
            raise ValueError(f"width: found {width}, expected at least 1 (512 in the paper)")
        self.resize, self.out_channels = resize, len(rates) * width
        self.convs = nn.ModuleList([ConvBnReLU(count, width) for count in channels])
        stacked = len(channels) * width
        self.branches = nn.ModuleList([
            nn.Sequential(ConvBn(stacked, stacked, dilation=rate, groups=stacked), ConvBnReLU(stacked, width, 1))
            for rate in rates
        ])  # fmt: skip

    def forward(self, maps: Sequence[torch.Tensor]) -> torch.Tensor:
        """Maps ``(N, C_i, h / 2**i, w / 2**i)``, fine to coarse, to ``(N, out_channels, h, w)``."""
        size = maps[0].shape[-2:]
        maps = [conv(x) for conv, x in zip(self.convs, maps, strict=True)]
        stack = torch.cat([bring_to(x, 2**i, size, self.resize) for i, x in enumerate(maps)], dim=1)
        return torch.cat([branch(stack) for branch in self.branches], dim=1)


class JointlyUpsampled(Backbone):
    """A strided backbone whose last features are replaced by what a `JPU` makes of the last three, at stride 8.

    Any head that wants dense features stands on it as on a dilated backbone. Training treats the module as a part of
    the head: it begins with random weights (``head_lr`` of `segedu.train.fit`).

    Parameters
    ----------
    backbone : Backbone
        With features at strides 8, 16 and 32.
    width, resize
        Of the `JPU`.

    Raises
    ------
    ValueError
        If the backbone lacks one of these strides, or is dense already.
    """

    def __init__(self, backbone: Backbone, width: int = 512, resize: Resize = "grid"):
        super().__init__()
        found = sorted(backbone.channels)[-3:]
        if found != [*STRIDES]:
            raise ValueError(f"jpu: found features at strides {found}, expected a backbone that has 8, 16 and 32")
        if backbone.output_stride != 32:
            raise ValueError(
                f"jpu: found a backbone with output_stride={backbone.output_stride}, whose features are dense already. "
                "Give output_stride=32, or leave jpu out."
            )
        self.backbone, self.small, self.normalises = backbone, backbone.small, backbone.normalises
        self.jpu = JPU([backbone.channels[stride] for stride in STRIDES], width, resize=resize)
        self.channels = backbone.channels | {32: self.jpu.out_channels}
        self.output_stride = 8

    @property
    def deepest(self) -> int:
        """The true stride of the coarsest map on the way."""
        return self.backbone.deepest

    def stride_of(self, name: int) -> int:
        """The true stride of the features that are called by ``name``: 8 for the last."""
        return 8 if name == self.last else name

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to the backbone's features; those called 32 are the module's."""
        features = self.backbone(x)
        return features | {32: self.jpu([features[stride] for stride in STRIDES])}
