"""Self-checks of chapter 12, FastFCN."""

from __future__ import annotations

import numpy as np

from segedu.exercises.check import FunctionCheck


def _correlate(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.convolve(np.pad(x, 1), w[::-1], mode="valid")


def _interleave(even: np.ndarray, odd: np.ndarray) -> np.ndarray:
    both = np.empty(len(even) + len(odd), dtype=even.dtype)
    both[::2], both[1::2] = even, odd
    return both


def _dilated(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return _interleave(_correlate(x[::2], w), _correlate(x[1::2], w))


_ROW = np.array([3, 1, 4, 1, 5, 9, 2, 6])

check_dilated = FunctionCheck(
    solution=_dilated,
    cases=[
        (_ROW, np.array([0, 1, 0])),
        (_ROW, np.array([1, 0, 0])),
        (_ROW, np.array([1, -2, 3])),
        (np.array([2, 7, 1, 8, 2, 8]), np.array([-1, 2, 5])),
    ],
    why="Striding, then convolving gives the even half of this, to the digit; only the odd half must be estimated.",
    mistakes=[
        (lambda x, w: _correlate(x, w), "you convolved the whole row; split it first"),
        (lambda x, w: np.concatenate([_correlate(x[::2], w), _correlate(x[1::2], w)]),
         "you put one half behind the other; they take turns"),
        (lambda x, w: _interleave(_correlate(x[1::2], w), _correlate(x[::2], w)),
         "you began with the odd half; place 0 is even"),
        (lambda x, w: _correlate(x[::2], w), "you kept the even half alone; that is what a stride does"),
        (lambda x, w: _dilated(x, w[::-1]),
         "you turned the filter round; networks do not, so multiply the first weight with the place before"),
        (lambda x, w: _interleave(_correlate(x[: len(x) // 2], w), _correlate(x[len(x) // 2 :], w)),
         "you split the row into a left and a right half; split it into even and odd places"),
    ],
)  # fmt: skip
"""Exercise 1: a dilated convolution by splitting."""


def _parameters(channels: tuple[int, ...], width: int, rates: tuple[int, ...]) -> int:
    stacked = len(channels) * width
    first = sum(9 * count * width + 2 * width for count in channels)
    branch = 9 * stacked + 2 * stacked + stacked * width + 2 * width
    return first + len(rates) * branch


def _dense_branches(channels: tuple[int, ...], width: int, rates: tuple[int, ...]) -> int:
    stacked = len(channels) * width
    first = sum(9 * count * width + 2 * width for count in channels)
    return first + len(rates) * (9 * stacked * width + 2 * width)


def _without_norms(channels: tuple[int, ...], width: int, rates: tuple[int, ...]) -> int:
    stacked = len(channels) * width
    return sum(9 * count * width for count in channels) + len(rates) * (9 * stacked + stacked * width)


def _one_branch(channels: tuple[int, ...], width: int, rates: tuple[int, ...]) -> int:
    return _parameters(channels, width, rates[:1])


def _not_stacked(channels: tuple[int, ...], width: int, rates: tuple[int, ...]) -> int:
    first = sum(9 * count * width + 2 * width for count in channels)
    return first + len(rates) * (9 * width + 2 * width + width * width + 2 * width)


def _rates_widen(channels: tuple[int, ...], width: int, rates: tuple[int, ...]) -> int:
    stacked = len(channels) * width
    first = sum(9 * count * width + 2 * width for count in channels)
    return first + sum((2 * rate + 1) ** 2 * stacked + 2 * stacked + stacked * width + 2 * width for rate in rates)


def _with_biases(channels: tuple[int, ...], width: int, rates: tuple[int, ...]) -> int:
    stacked = len(channels) * width
    return _parameters(channels, width, rates) + len(channels) * width + len(rates) * (stacked + width)


check_parameters = FunctionCheck(
    solution=_parameters,
    cases=[((1, 1), 1, (1,)), ((64, 96, 128), 32, (1, 2, 4, 8)), ((512, 1024, 2048), 512, (1, 2, 4, 8))],
    why="With the paper's numbers these are 19,735,552, mostly in the three first convolutions.",
    mistakes=[
        (_dense_branches, "your branches convolve all channels with all; they are separable: 9 weights for each "
         "stacked channel, then a 1 x 1 convolution"),
        (_without_norms, "you left out the batch normalisations, with two numbers for each channel"),
        (_one_branch, "you counted one branch; there is one for each rate"),
        (_not_stacked, "your branches read one map; they read all maps, stacked"),
        (_rates_widen, "a dilated filter has no more weights than any other of 3 x 3: 9"),
        (_with_biases, "you gave the convolutions a bias; before a batch normalisation there is none"),
    ],
)  # fmt: skip
"""Exercise 2: how many parameters a joint pyramid upsampling has."""


def _speedup(share: float, factor: float, extra: float) -> float:
    return 1.0 / (1.0 - share + share / factor + extra)


check_speedup = FunctionCheck(
    solution=_speedup,
    cases=[(1.0, 3.0, 0.0), (0.5, 3.0, 0.0), (0.6, 4.0, 0.1), (0.8, 4.5, 0.3)],
    why="A part that was made faster can save no more than its share, and whatever replaces it has a price.",
    mistakes=[
        (lambda share, factor, extra: factor, "that is the part's own speed-up; the rest of the network is as slow as "
         "before"),
        (lambda share, factor, extra: 1 - share + share / factor + extra,
         "that is the new time as a share of the old one; a speed-up is the old time over the new one"),
        (lambda share, factor, extra: 1.0 / (1.0 - share + share / factor), "you forgot what the new part costs"),
        (lambda share, factor, extra: 1.0 - share + share * factor,
         "you took the mean of speed-ups; add up times"),
        (lambda share, factor, extra: 1.0 / (1.0 - share + share / factor) - extra,
         "you took the extra time off the speed-up; it is a time, so add it to the times"),
        (lambda share, factor, extra: 1.0 / (share + (1.0 - share) / factor + extra),
         "you made the other part faster"),
    ],
)  # fmt: skip
"""Exercise 3: how much faster the whole is."""
