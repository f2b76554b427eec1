"""Self-checks of chapter 02, data."""

from __future__ import annotations

import numpy as np

from segedu.exercises.check import FunctionCheck


def _complement(counts: list[int]) -> list[int]:
    return counts[1:] if counts[0] == 0 else [0, *counts]


check_complement = FunctionCheck(
    solution=_complement,
    cases=[([2, 3, 1],), ([0, 4, 2],), ([6],), ([0, 6],), ([5, 1, 3, 2],)],
    why="Inside and outside change places: one empty run at the front moves all counts to the other kind.",
    mistakes=[
        (lambda counts: [0, *counts], "if the first run is empty already, take it away; two empty runs say nothing"),
        (lambda counts: counts[1:], "the first count may only be dropped if it is 0, or its pixels are lost"),
        (lambda counts: counts[::-1], "backwards is the mask turned round, not its complement"),
        (lambda counts: counts, "unchanged, the counts still begin with what is outside"),
        (lambda counts: [*counts, 0], "an empty run at the end changes nothing; the kinds are counted from the front"),
    ],
)
"""Exercise 1: run lengths of a mask's complement."""


def _to_train_ids(mask: np.ndarray, scored: list[int]) -> np.ndarray:
    table = np.full(256, 255, dtype=np.uint8)
    table[scored] = np.arange(len(scored))
    return table[mask]


def _one_after_the_other(mask: np.ndarray, scored: list[int]) -> np.ndarray:
    result = np.where(np.isin(mask, scored), mask, 255)
    for train_id, index in enumerate(scored):
        result[result == index] = train_id
    return result


def _rest_kept(mask: np.ndarray, scored: list[int]) -> np.ndarray:
    table = np.arange(256)
    table[scored] = np.arange(len(scored))
    return table[mask]


def _rest_first_class(mask: np.ndarray, scored: list[int]) -> np.ndarray:
    train_ids = _to_train_ids(mask, scored)
    return np.where(train_ids == 255, 0, train_ids)


def _sorted_ids(mask: np.ndarray, scored: list[int]) -> np.ndarray:
    return _to_train_ids(mask, sorted(scored))


check_to_train_ids = FunctionCheck(
    solution=_to_train_ids,
    cases=[
        (np.array([[7, 8, 11], [0, 26, 255]], dtype=np.uint8), [7, 8, 26]),
        (np.array([[0, 1, 2], [3, 255, 1]], dtype=np.uint8), [3, 0, 1]),
    ],
    why="A table is read with old ids and written with new ones, so nothing is renumbered twice.",
    mistakes=[
        (_one_after_the_other, "you replaced id after id in one array, so some pixels were renumbered twice"),
        (_rest_kept, "ids that are not scored must become 255; as they are, they pass for train ids"),
        (_rest_first_class, "what is not scored became class 0; it must be 255, void"),
        (_sorted_ids, "the train id is the place in scored as given, not in rising order"),
    ],
)
"""Exercise 2: number the scored classes anew, and make the rest void."""


def _blocks(mask: np.ndarray, factor: int) -> np.ndarray:
    """(H / factor, W / factor, factor ** 2): the pixels of each block."""
    rows, columns = mask.shape[0] // factor, mask.shape[1] // factor
    return mask.reshape(rows, factor, columns, factor).swapaxes(1, 2).reshape(rows, columns, -1)


def _shrink(mask: np.ndarray, factor: int) -> np.ndarray:
    counts = np.stack([(_blocks(mask, factor) == index).sum(-1) for index in range(256)])
    return counts.argmax(0)


def _last_of_equals(mask: np.ndarray, factor: int) -> np.ndarray:
    return 255 - _shrink(255 - mask, factor)


check_shrink = FunctionCheck(
    solution=_shrink,
    cases=[
        (np.array([[5, 5, 2, 8], [5, 2, 8, 2]], dtype=np.uint8), 2),
        (np.array([[0, 7, 7, 255], [0, 7, 255, 255], [9, 4, 3, 0], [4, 4, 3, 6]], dtype=np.uint8), 2),
        (np.array([[4, 1, 6], [6, 1, 4], [4, 9, 6]], dtype=np.uint8), 3),
    ],
    why="Counting works for names; only quantities can be averaged.",
    mistakes=[
        (lambda mask, factor: _blocks(mask, factor).mean(-1).round(), "you took the mean; the mean of ids is no class"),
        (lambda mask, factor: np.median(_blocks(mask, factor), -1).round(),
         "the median needs an order, and ids have none; count them"),
        (lambda mask, factor: mask[::factor, ::factor],
         "that keeps the upper left pixel of each block, not the most frequent id"),
        (_last_of_equals, "where several ids are equally frequent, the smallest is asked for"),
        (lambda mask, factor: _blocks(mask, factor).max(-1), "the largest id is not the most frequent one"),
    ],
)  # fmt: skip
"""Exercise 3: the most frequent id of each block."""
