"""Self-checks of chapter 05, convolution and receptive field."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from segedu.exercises.check import FunctionCheck


def _same_padding(kernel: int, dilation: int) -> int:
    return dilation * (kernel - 1) // 2


check_same_padding = FunctionCheck(
    solution=_same_padding,
    cases=[(1, 1), (3, 1), (7, 1), (3, 4), (5, 6)],
    why="With stride 1 the size changes by 2 * padding - dilation * (kernel - 1), and that must be zero.",
    mistakes=[
        (lambda kernel, dilation: kernel // 2, "you left out the dilation, which spreads the taps apart"),
        (lambda kernel, dilation: dilation * (kernel - 1),
         "that is the padding of both sides together; half of it goes to each"),
        (lambda kernel, dilation: kernel // 2 + dilation - 1,
         "each of the kernel - 1 steps between the taps is dilation pixels long, not only the first"),
        (lambda kernel, dilation: dilation * kernel // 2,
         "between kernel taps there are kernel - 1 steps, one fewer than there are taps"),
    ],
)  # fmt: skip
"""Exercise 1: the padding that keeps the size, for an odd kernel, any dilation and stride 1."""


def _map(height: int, width: int, seed: int) -> torch.Tensor:
    return torch.randn(height, width, generator=torch.Generator().manual_seed(seed))


def _windows(x: torch.Tensor, k: int) -> torch.Tensor:
    """``(H, W)`` to ``(H / k, k, W / k, k)``, what does not fill a window cut off."""
    rows, columns = x.shape[0] // k, x.shape[1] // k
    return x[: rows * k, : columns * k].reshape(rows, k, columns, k)


def _max_pool(x: torch.Tensor, k: int) -> torch.Tensor:
    return _windows(x, k).amax(dim=(1, 3))


check_max_pool = FunctionCheck(
    solution=_max_pool,
    cases=[
        (torch.tensor([[1.0, 2.0], [4.0, 3.0]]), 2),
        (_map(4, 6, 0), 2),
        (_map(6, 9, 1) - 3, 3),
        (_map(5, 7, 2), 2),
    ],
    why="Windows of k x k that do not overlap; rows and columns that fill no window are left out.",
    mistakes=[
        (lambda x, k: _windows(x, k).mean(dim=(1, 3)), "you took the mean of each window; that is average pooling"),
        (lambda x, k: F.max_pool2d(x[None, None], k, stride=1)[0, 0],
         "your windows move on by one pixel; here they move on by k and do not overlap"),
        (lambda x, k: x[: x.shape[0] // k * k : k, : x.shape[1] // k * k : k],
         "you kept the first pixel of each window, not its largest"),
        (lambda x, k: F.max_pool2d(x[None, None], k, ceil_mode=True)[0, 0],
         "you kept the rest at the rim as a smaller window (ceil_mode=True); leave it out"),
        (lambda x, k: _max_pool(x.abs(), k), "largest means largest, with its sign; you compared without it"),
        (lambda x, k: _max_pool(x.clamp(min=0), k), "a window may be negative all over, and so is then its largest"),
    ],
)  # fmt: skip
"""Exercise 2: max pooling of one map ``(H, W)`` with windows of k x k."""


def _layers_needed(side: int, field: int, stride: int) -> int:
    return max(0, math.ceil((side - field) / (2 * stride)))


check_layers_needed = FunctionCheck(
    solution=_layers_needed,
    cases=[(3, 1, 1), (101, 1, 1), (101, 7, 4), (102, 7, 4), (5, 31, 4), (404, 1, 32)],
    why="Each 3 x 3 layer adds two steps, and a step is as long as the stride before it.",
    mistakes=[
        (lambda side, field, stride: max(0, math.ceil((side - field) / 2)),
         "you forgot the stride: neighbours in the map lie stride pixels apart in the picture"),
        (lambda side, field, stride: max(0, math.ceil((side - field) / (3 * stride))),
         "a 3 x 3 layer adds 2 steps to the field, one on each side, and not 3"),
        (lambda side, field, stride: max(0, (side - field) // (2 * stride)),
         "you rounded down; the last layer is needed even for a part of its step"),
        (lambda side, field, stride: max(0, math.ceil(side / (2 * stride))),
         "you forgot what the stem sees already"),
        (lambda side, field, stride: math.ceil((side - field) / (2 * stride)),
         "a stem that sees enough needs no layer; fewer than none cannot be"),
    ],
)  # fmt: skip
"""Exercise 3: 3 x 3 layers that must follow a stem, so that one output sees ``side`` pixels."""
