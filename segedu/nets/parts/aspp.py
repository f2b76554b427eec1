"""Atrous spatial pyramid pooling: the same map through filters with holes of several sizes, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.parts.pooled import PooledBranch
from segedu.nets.parts.separable import SeparableConv

FITTING = (2, 4, 6)
"""Rates that stand to a map of 12 x 16 about as 6, 12, 18 stand to the 33 x 33 of the paper."""


class SummedASPP(nn.Module):
    """The head of DeepLab v2 on a ResNet: one 3 x 3 convolution to the classes for each rate; the scores add up.

    Chen et al., *DeepLab*, PAMI 2018, section 3.2 and figure 7. (On VGG-16 each branch there has two 1 x 1
    convolutions more.) Weights start from a normal distribution of deviation 0.01, as in the published code.

    Parameters
    ----------
    in_channels, num_classes : int
    rates : sequence of int
        6, 12, 18, 24 in the paper (ASPP-L), at stride 8.

    Examples
    --------
    >>> SummedASPP(8, 3, rates=(1, 2))(torch.zeros(1, 8, 5, 6)).shape
    torch.Size([1, 3, 5, 6])
    """

    def __init__(self, in_channels: int, num_classes: int, rates: Sequence[int] = (6, 12, 18, 24)):
        super().__init__()
        check_rates(rates)
        self.branches = nn.ModuleList(
            nn.Conv2d(in_channels, num_classes, 3, padding=rate, dilation=rate) for rate in rates
        )
        for branch in self.branches:
            nn.init.normal_(branch.weight, std=0.01)
            nn.init.zeros_(branch.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, h, w)`` to scores ``(N, num_classes, h, w)``."""
        return sum(branch(x) for branch in self.branches)


class ASPP(nn.Module):
    """The pyramid of DeepLab v3: a 1 x 1 convolution, one 3 x 3 for each rate, image pooling; stacked, then mixed.

    Chen et al., arXiv:1706.05587, section 3.3 and figure 5. Child names are those of torchvision's ``ASPP``.

    Parameters
    ----------
    in_channels, out_channels : int
        Each branch gives ``out_channels``, and so does the 1 x 1 convolution that mixes them.
    rates : sequence of int
        6, 12, 18 in the paper at stride 16, twice as much at stride 8. Rates far beyond the size of the map are no
        error: such a filter has only its middle left.
    image_pooling : bool
        Whether there is a branch that sees the mean of the whole map. It makes a training batch of one impossible
        (see `PooledBranch`).
    separable : bool
        `SeparableConv` in the branches with a rate, as in DeepLab v3+.
    activation_between : bool
        See `SeparableConv`.
    dropout : float
        After the mixing; 0.5 in torchvision. The paper does not mention any.

    Raises
    ------
    ValueError
        If a rate is below 1, or there is none.

    Examples
    --------
    >>> ASPP(8, 4, rates=(1, 2, 3)).eval()(torch.zeros(1, 8, 5, 6)).shape
    torch.Size([1, 4, 5, 6])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int = 256,
        rates: Sequence[int] = (6, 12, 18),
        image_pooling: bool = True,
        separable: bool = False,
        activation_between: bool = True,
        dropout: float = 0.5,
    ):
        super().__init__()
        check_rates(rates)
        self.out_channels = out_channels
        self.convs = nn.ModuleList([ConvBnReLU(in_channels, out_channels, 1)])
        for rate in rates:
            self.convs.append(
                SeparableConv(in_channels, out_channels, rate, activation_between)
                if separable
                else ConvBnReLU(in_channels, out_channels, 3, dilation=rate)
            )
        if image_pooling:
            self.convs.append(PooledBranch(in_channels, out_channels))
        self.project = nn.Sequential(*ConvBnReLU(len(self.convs) * out_channels, out_channels, 1), nn.Dropout(dropout))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, h, w)`` to ``(N, out_channels, h, w)``."""
        return self.project(torch.cat([conv(x) for conv in self.convs], dim=1))


def rates_at(output_stride: int, small: bool = False) -> tuple[int, int, int]:
    """The pyramid's rates: 6, 12, 18 at stride 16, the same distances in pixels at any other; `FITTING` if ``small``.

    Examples
    --------
    >>> rates_at(16), rates_at(8)
    ((6, 12, 18), (12, 24, 36))
    """
    return FITTING if small else tuple(rate * 16 // output_stride for rate in (6, 12, 18))


def check_rates(rates: Sequence[int]) -> None:
    """Raise `ValueError` unless there is a rate, and all are at least 1."""
    if not rates or min(rates) < 1:
        raise ValueError(f"rates: found {tuple(rates)}, expected one or more, each at least 1")


def valid_taps(size: tuple[int, int], rate: int) -> float:
    """Share of the nine taps of a 3 x 3 filter with ``rate`` that fall on the map, over all its places.

    The rest falls on padding, which is zero. In a row of ``w`` places the middle tap is always on the map, and each of
    its neighbours ``max(w - rate, 0)`` times; so the share is the product over both axes of
    ``(w + 2 max(w - rate, 0)) / 3 w``. At ``rate >= w`` the filter is a 1 x 1 convolution (Chen et al.,
    arXiv:1706.05587, section 3.3 and figure 4).

    Parameters
    ----------
    size : (rows, columns)
        Of the map.
    rate : int

    Returns
    -------
    float
        From 1/9 (only the middle is left) to nearly 1.

    Examples
    --------
    >>> [round(valid_taps((33, 33), rate), 3) for rate in (6, 18, 33)]
    [0.772, 0.405, 0.111]
    """
    check_rates([rate])
    if min(size) < 1:
        raise ValueError(f"size: found {tuple(size)}, expected at least one row and one column")
    shares = [(side + 2 * max(side - rate, 0)) / (3 * side) for side in size]
    return shares[0] * shares[1]
