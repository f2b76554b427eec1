"""Self-checks of chapter 07, U-Net."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from segedu.exercises.check import FunctionCheck


def _map(channels: int, height: int, width: int, seed: int) -> torch.Tensor:
    return torch.randn(1, channels, height, width, generator=torch.Generator().manual_seed(seed))


def _size_out(size: int, levels: int) -> int:
    for _ in range(levels - 1):
        size = (size - 4) // 2
    size -= 4
    for _ in range(levels - 1):
        size = 2 * size - 4
    return size


def _encoder_only(size: int, levels: int) -> int:
    for _ in range(levels - 1):
        size = (size - 4) // 2
    return (size - 4) * 2 ** (levels - 1)


def _one_convolution(size: int, levels: int) -> int:
    for _ in range(levels - 1):
        size = (size - 2) // 2
    size -= 2
    for _ in range(levels - 1):
        size = 2 * size - 2
    return size


check_size_out = FunctionCheck(
    solution=_size_out,
    cases=[(20, 1), (44, 2), (92, 3), (572, 5)],
    why="What the lower levels eat is counted in their larger pixels, so depth costs far more than width.",
    mistakes=[
        (lambda size, levels: size, "that is so with padding; here every 3 x 3 convolution eats two rows"),
        (_encoder_only, "the two convolutions of each decoder level eat rows too"),
        (_one_convolution, "each level has two convolutions, which eat four rows together"),
        (lambda size, levels: size - 4 * (2 * levels - 1),
         "you counted every level's four rows at full size; below, they are rows of a smaller map"),
        (lambda size, levels: _size_out(size, levels - 1) if levels > 1 else size,
         "the lowest level convolves as well, between the way down and the way up"),
    ],
)  # fmt: skip
"""Exercise 1: rows that come out of a U-Net without padding."""


def _crop_and_concatenate(fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
    rows, columns = coarse.shape[-2:]
    top, left = (fine.shape[-2] - rows) // 2, (fine.shape[-1] - columns) // 2
    return torch.cat([fine[..., top : top + rows, left : left + columns], coarse], dim=1)


def _top_left(fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
    return torch.cat([fine[..., : coarse.shape[-2], : coarse.shape[-1]], coarse], dim=1)


def _coarse_first(fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
    joined = _crop_and_concatenate(fine, coarse)
    return torch.cat([joined[:, fine.shape[1] :], joined[:, : fine.shape[1]]], dim=1)


def _shrunk(fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
    small = F.interpolate(fine, coarse.shape[-2:], mode="bilinear", align_corners=False)
    return torch.cat([small, coarse], dim=1)


def _enlarged(fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
    large = F.interpolate(coarse, fine.shape[-2:], mode="bilinear", align_corners=False)
    return torch.cat([fine, large], dim=1)


check_crop_and_concatenate = FunctionCheck(
    solution=_crop_and_concatenate,
    cases=[
        (_map(2, 4, 4, 0), _map(3, 4, 4, 1)),
        (_map(2, 8, 10, 2), _map(3, 4, 4, 3)),
        (_map(1, 9, 8, 4), _map(2, 4, 6, 5)),
    ],
    why="Both maps now show the same part of the picture, pixel on pixel, and no number was changed.",
    mistakes=[
        (_top_left, "you cut at the top left; the rows that are missing in the coarse map were eaten on all sides"),
        (_coarse_first, "the cut features come first, then the coarse ones"),
        (_shrunk, "you shrank the fine map; cut it, for the coarse map shows only the middle of the picture"),
        (_enlarged, "you stretched the coarse map over more of the picture than it shows; cut the fine one"),
    ],
)
"""Exercise 2: cut the encoder's features to the decoder's size, and stack them."""


def _pairs(counts: torch.Tensor) -> torch.Tensor:
    return (counts * (counts - 1)).sum() / 2


def _merge(table: torch.Tensor) -> float:
    return float(_pairs(table) / _pairs(table.sum(1)))


def _split(table: torch.Tensor) -> float:
    return float(_pairs(table) / _pairs(table.sum(0)))


def _rand_f(table: torch.Tensor) -> float:
    return float(2 * _pairs(table) / (_pairs(table.sum(1)) + _pairs(table.sum(0))))


def _pixels_not_pairs(table: torch.Tensor) -> float:
    return float(table.diagonal().sum() / table.sum())


def _with_itself(table: torch.Tensor) -> float:
    return float(2 * (table**2).sum() / ((table.sum(1) ** 2).sum() + (table.sum(0) ** 2).sum()))


check_rand_f = FunctionCheck(
    solution=_rand_f,
    cases=[
        (torch.tensor([[4.0, 0.0], [0.0, 6.0]]),),
        (torch.tensor([[4.0, 6.0]]),),
        (torch.tensor([[0.0, 5.0], [3.0, 1.0]]),),
        (torch.tensor([[9.0, 0.0, 0.0], [1.0, 8.0, 2.0]]),),
    ],
    why="Pairs need no names for the pieces, so nobody has to match predicted cells with true ones.",
    mistakes=[
        (_with_itself, "you paired each pixel with itself as well; n pixels make n (n - 1) / 2 pairs"),
        (_merge, "you divided by the predicted pairs alone, which says nothing about cells that were split"),
        (_split, "you divided by the true pairs alone, which says nothing about cells that were merged"),
        (lambda table: (_merge(table) + _split(table)) / 2,
         "you took the plain mean of the two shares; F is their harmonic mean"),
        (_pixels_not_pairs, "you counted pixels on the diagonal, as if predicted piece 1 had to be true piece 1"),
    ],
)  # fmt: skip
"""Exercise 3: the Rand F score from a table of counts."""
