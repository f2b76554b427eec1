"""The context module: dilated convolutions on class scores, and a tiny network with one.

Yu, Koltun, "Multi-scale context aggregation by dilated convolutions", ICLR 2016.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import nn

from segedu.nets.atrous import check_rate
from segedu.nets.blocks import ConvBnReLU, ResidualBlock, check_input, enlarge

RATES = (1, 1, 2, 4, 8, 16, 1)
"""Dilations of the seven 3 x 3 layers (table 1 of the paper): together they see 67 x 67."""
LARGE = (2, 2, 4, 8, 16, 32, 32)
"""Their channels in the large module, in multiples of the channels that come in."""

OFFSET = 10.0
"""What `DilatedNet` adds to all scores at the start, so that few of them are negative."""


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
        layers: list[nn.Module] = []
        before = channels
        for rate, times in zip(rates, LARGE if width == "large" else [1] * len(rates), strict=True):
            check_rate(rate)
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


class DilatedNet(nn.Module):
    """Two strided convolutions and a residual block down to stride 4, class scores, the context module on the scores.

    The module stands on the scores, as in the paper: C maps go in and C come out, so it is small, and fits behind any
    network. Each score that comes in sees 23 x 23 pixels; each that comes out, 287 x 287.

    With a module, all scores start `OFFSET` higher. Softmax does not notice what is added to every class, but the ReLUs
    of the module cut off what is negative, and a class whose scores are all cut off learns nothing.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    width : int
        Channels at stride 4; with 32 and 9 classes, 29 thousand parameters.
    depth : int
        Residual blocks at stride 4.
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
        width: int = 32,
        depth: int = 1,
        context: Literal["basic", "large"] | None = "basic",
        rates: Sequence[int] = RATES,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.front_end = nn.Sequential(
            ConvBnReLU(in_channels, width // 2, stride=2),
            ConvBnReLU(width // 2, width, stride=2),
            *(ResidualBlock(width, width) for _ in range(depth)),
            nn.Conv2d(width, num_classes, 1),
        )
        self.context = ContextModule(num_classes, context, rates) if context else nn.Identity()
        if context:
            with torch.no_grad():
                self.front_end[-1].bias += OFFSET

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        scores = self.front_end(x)  # (N, num_classes, H/4, W/4)
        return enlarge(self.context(scores), 4, x.shape[-2:])
