"""Self-checks of chapter 01, what segmentation is."""

from __future__ import annotations

import numpy as np

from segedu.exercises.check import FunctionCheck, ValueCheck


def _read_ids(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    thing = ids >= 1000
    return np.where(thing, ids // 1000, ids), np.where(thing, ids % 1000, -1)


def _divided_everywhere(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return ids // 1000, np.where(ids >= 1000, ids % 1000, -1)


def _stuff_numbered(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _read_ids(ids)[0], ids % 1000


check_read_ids = FunctionCheck(
    solution=_read_ids,
    cases=[
        (np.array([[26000, 26001], [7, 23]]),),
        (np.array([[24000, 24000, 11], [26, 26013, 24001]]),),
    ],
    why="One array holds stuff, groups and single things, and a comparison with 1000 tells them apart.",
    mistakes=[
        (_divided_everywhere, "an id below 1000 is the class already; divided by 1000 it becomes 0, 'unlabeled'"),
        (_stuff_numbered, "an id below 1000 has no number, so it gets -1, not its remainder"),
        (lambda ids: (_read_ids(ids)[0], np.where(ids >= 1000, ids % 1000, 0)),
         "0 is the number of the first thing; pixels without a number get -1"),
        (lambda ids: (_read_ids(ids)[0], _read_ids(ids)[1] + (ids >= 1000)),
         "Cityscapes counts from 0: 26000 is car number 0"),
        (lambda ids: _read_ids(ids)[::-1], "the class comes first, then the number"),
    ],
)  # fmt: skip
"""Exercise 1: class and number of each pixel from Cityscapes' instance ids."""

Box = tuple[int, int, int, int]


def _find_boxes(instances: np.ndarray) -> list[Box]:
    found = []
    for number in np.unique(instances[instances > 0]):
        rows, columns = np.nonzero(instances == number)
        found.append((columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return found


def _last_inside(instances: np.ndarray) -> list[Box]:
    return [(left, top, right - 1, bottom - 1) for left, top, right, bottom in _find_boxes(instances)]


def _rows_first(instances: np.ndarray) -> list[Box]:
    return [(top, left, bottom, right) for left, top, right, bottom in _find_boxes(instances)]


def _as_size(instances: np.ndarray) -> list[Box]:
    return [(left, top, right - left, bottom - top) for left, top, right, bottom in _find_boxes(instances)]


check_find_boxes = FunctionCheck(
    solution=_find_boxes,
    cases=[
        (np.array([[0, 1, 1, 0], [0, 1, 0, 0], [2, 2, 2, 2]]),),
        (np.array([[0, 0, 0, 0, 0], [0, 5, 0, 3, 0], [0, 5, 0, 0, 3], [0, 0, 5, 0, 0]]),),
    ],
    why="With the end outside, right - left is the width, and boxes can be used as slices.",
    mistakes=[
        (_last_inside, "right and bottom are the first column and row outside of the box, one more than the last"),
        (_rows_first, "left and right are columns, top and bottom are rows; you have them the other way round"),
        (_as_size, "right and bottom are places, not width and height (which is how COCO stores boxes)"),
        (lambda instances: _find_boxes(instances + 1), "0 is no thing, so it has no box"),
    ],
)  # fmt: skip
"""Exercise 2: the box of each instance."""

check_one_hot_bytes = ValueCheck(
    expected=76,
    why="19 channels of 4 bytes each. Losses therefore take ids, and gather the score of the true class.",
    mistakes=[
        (19, "19 is the number of values a pixel; how many bytes has a 32-bit float"),
        (4, "that is one channel; there are 19"),
        (608, "32 bits are 4 bytes, not 32"),
        (2.375, "the label map has one byte a pixel, not 32; compare bytes with bytes"),
    ],
)
"""Exercise 3: bytes of a one-hot mask over bytes of a label map."""
