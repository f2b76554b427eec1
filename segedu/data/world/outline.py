"""Drawings and their outlines: fill them once, large; pick them at any size.

A drawing is made of *codes*: 0, 1, 2 ... are the places that get a colour of their own (body, window, lamp),
`EMPTY` is nothing. Points are in percent of its width and height, from the upper left corner.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from segedu.data.world.canvas import EMPTY

LARGE = 300
"""Rows and columns of a drawing before it is picked to size."""

Points = tuple[tuple[int, int], ...]


def blank() -> np.ndarray:
    """Start a drawing: ``(LARGE, LARGE)`` int16, all `EMPTY`."""
    return np.full((LARGE, LARGE), EMPTY, dtype=np.int16)


def polygon(drawing: np.ndarray, points: Points, code: int) -> None:
    """Fill a polygon: a point is inside if a ray from it crosses the outline an odd number of times."""
    rows, columns = drawing.shape
    y = 100 * (2 * np.arange(rows, dtype=np.int64)[:, None] + 1)
    x = 100 * (2 * np.arange(columns, dtype=np.int64) + 1)
    inside = np.zeros(drawing.shape, dtype=bool)
    for (ax, ay), (bx, by) in zip(points, (*points[1:], points[0]), strict=True):
        ax, bx, ay, by = 2 * columns * ax, 2 * columns * bx, 2 * rows * ay, 2 * rows * by
        beside = (x - ax) * (by - ay) < (bx - ax) * (y - ay)
        inside ^= ((ay <= y) != (by <= y)) & (beside if by > ay else ~beside)
    drawing[inside] = code


def ellipse(drawing: np.ndarray, left: int, top: int, right: int, bottom: int, code: int) -> None:
    """Fill the ellipse inside a box."""
    rows, columns = drawing.shape
    y = 100 * (2 * np.arange(rows, dtype=np.int64)[:, None] + 1) - rows * (top + bottom)
    x = 100 * (2 * np.arange(columns, dtype=np.int64) + 1) - columns * (left + right)
    width, height = columns * (right - left), rows * (bottom - top)
    x, y = x * height, y * width
    drawing[x * x + y * y <= (width * height) ** 2] = code


@lru_cache(maxsize=1024)
def pick(draw: Callable[[int], np.ndarray], variety: int, height: int, width: int) -> np.ndarray:
    """Scale the drawing of a shape: for each fine pixel the code in its centre.

    Parameters
    ----------
    draw : function
        One of `segedu.data.world.shapes`.
    variety : int
        Which of its drawings.
    height, width : int
        In fine pixels.

    Returns
    -------
    (height, width) int16
        Read-only: the next thing of this size gets the same array.
    """
    rows, columns = ((2 * np.arange(count) + 1) * LARGE // (2 * count) for count in (height, width))
    codes = draw(variety).take(rows, 0).take(columns, 1)
    codes.flags.writeable = False
    return codes


def tile(drawing: np.ndarray, height: int, width: int) -> np.ndarray:
    """Repeat ``drawing`` side by side and one above the other, without change of size."""
    rows, columns = drawing.shape
    return drawing.take(np.arange(height) % rows, 0).take(np.arange(width) % columns, 1)


@lru_cache(maxsize=1024)
def mirror(draw: Callable[[int], np.ndarray], variety: int, height: int, width: int) -> np.ndarray:
    """Turn a silhouette upside down and break it into ripples, as wet ground does. Code 0; else as `pick`."""
    codes = np.minimum(pick(draw, variety, height, width)[::-1], 0)
    codes[np.arange(height) * 15 // height % 3 == 2] = EMPTY
    codes.flags.writeable = False
    return codes
