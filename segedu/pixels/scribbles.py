"""Labels for one photograph: a few strokes of the hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw

from segedu.labels import VOID

Stroke = Sequence[tuple[float, float]]
"""Corners (row, column), joined by lines."""

Strokes = Mapping[int, Sequence[Stroke]]
"""The strokes of each class id."""


def draw_strokes(size: tuple[int, int], strokes: Strokes, width: int = 3) -> np.ndarray:
    """Draw strokes of each class into an empty mask; what no stroke covers stays void.

    Parameters
    ----------
    size : (int, int)
        Rows and columns of the mask.
    strokes : mapping of int to sequence of strokes
        For each class id its strokes; a stroke is a sequence of (row, column) corners, in pixels, joined by lines.
        Where strokes cross, the later one covers the earlier.
    width : int
        Of the pen, in pixels.

    Returns
    -------
    (H, W) uint8

    Raises
    ------
    ValueError
        If an id is no class id, a stroke has fewer than two corners, or a corner lies outside the mask.

    Examples
    --------
    >>> draw_strokes((3, 5), {0: [[(0, 0), (0, 4)]], 1: [[(2, 1), (2, 3)]]}, width=1)
    array([[  0,   0,   0,   0,   0],
           [255, 255, 255, 255, 255],
           [255,   1,   1,   1, 255]], dtype=uint8)
    """
    height, columns = size
    canvas = Image.new("L", (columns, height), VOID)
    pen = ImageDraw.Draw(canvas)
    for index, drawn in strokes.items():
        if not 0 <= index < VOID:
            raise ValueError(f"strokes: found class id {index}, expected 0..{VOID - 1}")
        for stroke in drawn:
            if len(stroke) < 2:
                raise ValueError(f"strokes[{index}]: found a stroke of {len(stroke)} corners, expected 2 or more")
            outside = [c for c in stroke if not (0 <= c[0] < height and 0 <= c[1] < columns)]
            if outside:
                raise ValueError(f"strokes[{index}]: corner {outside[0]} lies outside the mask of {height} x {columns}")
            pen.line([(column, row) for row, column in stroke], fill=int(index), width=width, joint="curve")
    return np.asarray(canvas).copy()
