"""What every annotation tool takes and gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from skimage.measure import label


@dataclass(frozen=True, eq=False)
class Annotation:
    """A mask as somebody drew it, and what it took.

    Attributes
    ----------
    mask : (H, W) uint8
        Class ids; 255 where nothing was drawn, or where void was drawn on purpose.
    cover : (H, W) uint8
        How many shapes were drawn over each pixel: 0 is a gap, 2 or more an overlap. At most 255.
    cost : int
        Clicks for polygons; for brush and scribbles the length of all strokes in pixels.
    lines : tuple of (n, 2) arrays
        What the hand drew, as (row, column): corners of polygons, some of them beyond the rim of the picture, or
        pixels of scribbles. A brush leaves none.
    """

    mask: np.ndarray
    cover: np.ndarray
    cost: int
    lines: tuple[np.ndarray, ...] = ()


def regions(mask: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the id and the (H, W) bool mask of every connected region; pixels that touch at a corner connect."""
    numbered = label(mask, background=-1, connectivity=2)
    for number in range(1, numbered.max() + 1):
        region = numbered == number
        yield int(mask[region][0]), region


def check(mask: np.ndarray, minimum: float = 0, **numbers: float) -> None:
    """Raise `ValueError` unless ``mask`` is (H, W) uint8 and every number at least ``minimum``."""
    if mask.ndim != 2 or mask.dtype != np.uint8:
        raise ValueError(f"mask: expected (H, W) uint8 class ids, found {mask.shape} {mask.dtype}")
    for name, number in numbers.items():
        if not number >= minimum:
            raise ValueError(f"{name}: too small, found {number}, expected {minimum} or more")
