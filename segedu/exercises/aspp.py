"""Self-checks of chapter 10, atrous spatial pyramid pooling."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F

from segedu.exercises.check import FunctionCheck


def _taps_on_map(rows: int, columns: int, row: int, column: int, rate: int) -> int:
    down = sum(0 <= row + step * rate < rows for step in (-1, 0, 1))
    across = sum(0 <= column + step * rate < columns for step in (-1, 0, 1))
    return down * across


def _sum_of_sides(rows: int, columns: int, row: int, column: int, rate: int) -> int:
    down = sum(0 <= row + step * rate < rows for step in (-1, 0, 1))
    across = sum(0 <= column + step * rate < columns for step in (-1, 0, 1))
    return down + across


def _last_row_outside(rows: int, columns: int, row: int, column: int, rate: int) -> int:
    return _taps_on_map(rows - 1, columns - 1, row, column, rate)


def _first_row_outside(rows: int, columns: int, row: int, column: int, rate: int) -> int:
    down = sum(0 < row + step * rate < rows for step in (-1, 0, 1))
    across = sum(0 < column + step * rate < columns for step in (-1, 0, 1))
    return down * across


check_taps_on_map = FunctionCheck(
    solution=_taps_on_map,
    cases=[(5, 5, 2, 2, 1), (5, 5, 0, 0, 1), (5, 5, 2, 2, 3), (5, 9, 4, 4, 4), (12, 16, 6, 8, 6), (12, 16, 6, 8, 12)],
    why="Rows and columns are independent, so the counts multiply; the middle tap is always there.",
    mistakes=[
        (
            _sum_of_sides,
            "you added the rows and the columns that are on the map; the taps are their pairs, so multiply",
        ),
        (_last_row_outside, "the last row and column, rows - 1 and columns - 1, belong to the map"),
        (_first_row_outside, "row 0 and column 0 belong to the map"),
        (
            lambda rows, columns, row, column, rate: _taps_on_map(rows, columns, row, column, 1),
            "you left the rate out; the neighbours are rate cells away",
        ),
        (lambda rows, columns, row, column, rate: 9, "some taps fall beside the map and read padding"),
    ],
)
"""Exercise 1: taps of a 3 x 3 filter with a rate that fall on the map, at one place."""


def _map(n: int, channels: int, height: int, width: int, seed: int) -> torch.Tensor:
    return torch.randn(n, channels, height, width, generator=torch.Generator().manual_seed(seed))


def _mix(seed: int) -> torch.Tensor:
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(seed))


def _spread(values: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return values[:, :, None, None].expand(-1, -1, *x.shape[-2:])


def _image_pooling(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return _spread(F.relu(x.mean((2, 3)) @ weight.T), x)


def _not_spread(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return F.relu(x.mean((2, 3)) @ weight.T)


def _relu_first(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    each = torch.einsum("nchw,kc->nkhw", x, weight)
    return _spread(F.relu(each).mean((2, 3)), x)


check_image_pooling = FunctionCheck(
    solution=_image_pooling,
    cases=[(_map(1, 3, 2, 2, 0), _mix(1)), (_map(2, 3, 4, 5, 2), _mix(3))],
    why="Every place is now told the same about the whole picture; the 1 x 1 convolution after it decides its use.",
    mistakes=[
        (_not_spread, "the values are right, but each must be written to every place of the map again"),
        (
            lambda x, weight: _spread(_not_spread(x, weight), x[..., :1, :1]),
            "the values are right, but each must be written to every place of the map again",
        ),
        (_relu_first, "you applied ReLU at every place before the mean; pool first"),
        (
            lambda x, weight: _spread(F.relu(x.amax((2, 3)) @ weight.T), x),
            "you took the maximum over the map; image pooling takes the mean",
        ),
        (
            lambda x, weight: _spread(F.relu(x.sum((2, 3)) @ weight.T), x),
            "you took the sum over the map; with the mean, pictures of any size give values of one size",
        ),
        (lambda x, weight: _spread(x.mean((2, 3)) @ weight.T, x), "the ReLU is missing"),
        (
            lambda x, weight: _spread(F.relu(x.mean((0, 2, 3)) @ weight.T).expand(len(x), -1), x),
            "you took the mean over all pictures of the batch; each picture has its own",
        ),
    ],
)
"""Exercise 2: DeepLab v3's image pooling, without its batch normalisation."""


def _rates_at(output_stride: int, multi_grid: Sequence[int]) -> list[int]:
    stage = [unit * 32 // output_stride for unit in multi_grid]
    return stage + [rate * 16 // output_stride for rate in (6, 12, 18)]


def _unchanged(output_stride: int, multi_grid: Sequence[int]) -> list[int]:
    return _rates_at(16, multi_grid)


def _the_wrong_way(output_stride: int, multi_grid: Sequence[int]) -> list[int]:
    return [unit * 2 * output_stride // 16 for unit in multi_grid] + [r * output_stride // 16 for r in (6, 12, 18)]


def _added(output_stride: int, multi_grid: Sequence[int]) -> list[int]:
    return [unit + 32 // output_stride for unit in multi_grid] + _rates_at(output_stride, multi_grid)[3:]


def _multi_grid_alone(output_stride: int, multi_grid: Sequence[int]) -> list[int]:
    return [*multi_grid, *_rates_at(output_stride, multi_grid)[3:]]


def _pyramid_unchanged(output_stride: int, multi_grid: Sequence[int]) -> list[int]:
    return [*_rates_at(output_stride, multi_grid)[:3], 6, 12, 18]


check_rates_at = FunctionCheck(
    solution=_rates_at,
    cases=[(16, (1, 1, 1)), (16, (1, 2, 4)), (8, (1, 1, 1)), (8, (1, 2, 4)), (32, (1, 2, 1))],
    why="Whatever the stride, a rate times the stride is the same distance in pixels.",
    mistakes=[
        (
            _unchanged,
            "these are the rates at stride 16; at half the stride the same pixels are twice as many cells away",
        ),
        (_the_wrong_way, "you went the wrong way: a smaller stride means smaller cells, and so larger rates"),
        (_added, "multi-grid multiplies the rate of the stage; you added it"),
        (_multi_grid_alone, "multi-grid multiplies the rate of the stage, 32 / output_stride; you left that out"),
        (_pyramid_unchanged, "the last stage is right; the rates of the pyramid change with the stride as well"),
    ],
)
"""Exercise 3: the rates of the last stage and of the pyramid at any output stride."""
