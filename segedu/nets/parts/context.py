"""The context module: dilated convolutions on class scores.

Yu, Koltun, "Multi-scale context aggregation by dilated convolutions", ICLR 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import nn

from segedu.nets.parts.aspp import check_rates

RATES = (1, 1, 2, 4, 8, 16, 1)
"""Dilations of the seven 3 x 3 layers (table 1 of the paper): together they see 67 x 67."""
LARGE = (2, 2, 4, 8, 16, 32, 32)
"""Their channels in the large module, in multiples of the channels that come in."""


class ContextModule(nn.Sequential):
    """Seven 3 x 3 convolutions whose dilation doubles, then a 1 x 1; as many channels and pixels out as in.

    Each layer pads zeros by its own dilation, as in the authors' networks for CamVid and Cityscapes. (The one for VOC
    pads the first layer by 33, and no other: the same field and, away from the rim, the same numbers.)

    Parameters
    ----------
    channels : int
        Maps in and out: the class scores.
    width : {"basic", "large"}
        ``channels`` maps in every layer, or up to 32 times as many (table 1).
    rates : sequence of int
        Dilations of the 3 x 3 layers. The authors drop 16 for KITTI, and add 32 and 64 after it for Cityscapes. The
        large module has seven.
    sigma : float
        Standard deviation of the noise on the weights of the large module that do not copy (equation 5).

    Attributes
    ----------
    out_channels : int

    Examples
    --------
    At first the module copies what comes in, except that its ReLUs cut off what is negative.

    >>> module = ContextModule(channels=3)
    >>> scores = torch.rand(1, 3, 8, 8)
    >>> torch.equal(module(scores), scores)
    True
    """

    def __init__(
        self,
        channels: int,
        width: Literal["basic", "large"] = "basic",
        rates: Sequence[int] = RATES,
        sigma: float = 0.01,
    ):
        if width not in ("basic", "large"):
            raise ValueError(f"width: found {width!r}, expected 'basic' or 'large'")
        if width == "large" and len(rates) != len(LARGE):
            raise ValueError(f"rates: found {len(rates)}, expected {len(LARGE)} for the large module")
        check_rates(rates)
        layers: list[nn.Module] = []
        before = channels
        for rate, times in zip(rates, LARGE if width == "large" else [1] * len(rates), strict=True):
            after = times * channels
            layers += [nn.Conv2d(before, after, 3, padding=rate, dilation=rate), nn.ReLU()]
            before = after
        super().__init__(*layers, nn.Conv2d(before, channels, 1))
        self.out_channels = channels
        for layer in self:
            if isinstance(layer, nn.Conv2d):
                start_as_identity(layer, channels, sigma)


@torch.no_grad()
def start_as_identity(conv: nn.Conv2d, groups: int, sigma: float = 0.0) -> None:
    """Set weights that copy ``groups`` maps, however many channels stand for each (equations 4 and 5).

    The channels of either side are dealt out evenly to the groups. Each output channel takes the mean over the input
    channels of its group, at the middle tap. All other weights are noise, with standard deviation ``sigma`` divided by
    the channels a group, and zero where both sides have one channel a group: the basic module starts without noise.

    Parameters
    ----------
    conv : nn.Conv2d
        Its channels are multiples of ``groups``, its kernel is odd.
    groups : int
        C in the paper, the number of classes.
    sigma : float
    """
    for channels in (conv.in_channels, conv.out_channels):
        if channels % groups:
            raise ValueError(f"conv: found {channels} channels, expected a multiple of groups, {groups}")
    per_group = max(conv.in_channels, conv.out_channels) // groups
    group_in = torch.arange(conv.in_channels) * groups // conv.in_channels
    group_out = torch.arange(conv.out_channels) * groups // conv.out_channels
    same = group_out[:, None] == group_in[None, :]
    conv.weight.normal_(std=sigma / per_group) if per_group > 1 else conv.weight.zero_()
    middle = conv.weight[..., conv.kernel_size[0] // 2, conv.kernel_size[1] // 2]
    middle[same] = groups / conv.in_channels
    conv.bias.zero_()
