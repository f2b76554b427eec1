"""Atrous convolution, computed in two ways from ordinary convolutions.

With zeros in the filter, or with the map taken apart: Chen et al., "DeepLab", PAMI 2018, section 3.1. The second is the
*algorithme à trous* (Holschneider et al., 1989), as Giusti et al. (ICIP 2013) use it. PyTorch's ``dilation=`` gives the
same numbers; these functions show where they come from.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F


def insert_zeros(weight: torch.Tensor, rate: int) -> torch.Tensor:
    """Spread a filter: ``rate - 1`` zeros between neighbours.

    Parameters
    ----------
    weight : (C_out, C_in, kh, kw) tensor
    rate : int
        Distance of the taps afterwards, 1 or more.

    Returns
    -------
    (C_out, C_in, rate * (kh - 1) + 1, rate * (kw - 1) + 1) tensor

    Examples
    --------
    >>> insert_zeros(torch.tensor([[[[1, 2, 3]]]]), rate=3)[0, 0]
    tensor([[1, 0, 0, 2, 0, 0, 3]])
    """
    check_rate(rate)
    rows, columns = weight.shape[-2:]
    spread = weight.new_zeros(*weight.shape[:2], rate * (rows - 1) + 1, rate * (columns - 1) + 1)
    spread[..., ::rate, ::rate] = weight
    return spread


def deinterlace(x: torch.Tensor, rate: int) -> torch.Tensor:
    """Take maps apart into ``rate * rate`` small ones, each with every ``rate``-th row and column.

    Parameters
    ----------
    x : (N, C, H, W) tensor
        Height and width must be multiples of ``rate``.
    rate : int

    Returns
    -------
    (rate * rate * N, C, H / rate, W / rate) tensor
        First the N maps that begin at row 0 and column 0, then those that begin at row 0 and column 1, and so on.

    Raises
    ------
    ValueError
        If the rate is below 1, or height or width is no multiple of it.

    Examples
    --------
    >>> deinterlace(torch.arange(8).view(1, 1, 2, 4), rate=2)[:, 0]
    tensor([[[0, 2]],
    <BLANKLINE>
            [[1, 3]],
    <BLANKLINE>
            [[4, 6]],
    <BLANKLINE>
            [[5, 7]]])
    """
    check_rate(rate)
    if x.shape[-2] % rate or x.shape[-1] % rate:
        raise ValueError(
            f"x: found {x.shape[-2]} x {x.shape[-1]} pixels, expected multiples of the rate {rate}. Pad it with zeros."
        )
    return torch.cat([x[..., row::rate, column::rate] for row in range(rate) for column in range(rate)])


def interlace(maps: torch.Tensor, rate: int) -> torch.Tensor:
    """Put together what `deinterlace` took apart: ``(rate * rate * N, C, h, w)`` to ``(N, C, rate * h, rate * w)``."""
    check_rate(rate)
    n = len(maps) // rate**2
    x = maps.new_empty(n, maps.shape[1], rate * maps.shape[2], rate * maps.shape[3])
    for index, part in enumerate(maps.split(n)):
        x[..., index // rate :: rate, index % rate :: rate] = part
    return x


def conv_by_zeros(x: torch.Tensor, weight: torch.Tensor, rate: int) -> torch.Tensor:
    """Atrous convolution as an ordinary one whose filter has zeros in it; no padding, no bias.

    ``(N, C_in, H, W)`` to ``(N, C_out, H - rate * (kh - 1), W - rate * (kw - 1))``. Every zero is multiplied too.
    """
    return F.conv2d(x, insert_zeros(weight, rate))


def conv_by_deinterlacing(x: torch.Tensor, weight: torch.Tensor, rate: int) -> torch.Tensor:
    """Atrous convolution as an ordinary one on ``rate * rate`` small maps; no padding, no bias.

    Shapes as for `conv_by_zeros`. Neighbours in a small map lie ``rate`` pixels apart in the large one, so that the
    filter stays small. Sizes that are no multiple of the rate are filled up with zeros, whose results are cut off.
    """
    rows, columns = x.shape[-2:]
    filled = F.pad(x, (0, -columns % rate, 0, -rows % rate))
    together = interlace(F.conv2d(deinterlace(filled, rate), weight), rate)
    height, width = rows - rate * (weight.shape[-2] - 1), columns - rate * (weight.shape[-1] - 1)
    return together[..., :height, :width]


def check_rate(rate: int) -> None:
    """Raise `ValueError` unless the rate is a whole number of 1 or more."""
    if not isinstance(rate, int) or rate < 1:
        raise ValueError(f"rate: found {rate!r}, expected a whole number of 1 or more")
