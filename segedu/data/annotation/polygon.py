"""Outlines, a click a corner."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_fill_holes, distance_transform_edt
from skimage.draw import polygon2mask
from skimage.measure import approximate_polygon, find_contours

from segedu.data.annotation.drawn import Annotation, check, regions
from segedu.labels import VOID


def polygon(mask: np.ndarray, tolerance: float = 1.0, layered: bool = False) -> Annotation:
    """Outline every region with a polygon, a click a corner.

    The corners are those that Douglas and Peucker's method leaves of the exact outline. A region that shrinks
    to less than a triangle is missed. The largest region is drawn first, later ones over it.

    Parameters
    ----------
    mask : (H, W) uint8
        The truth; void is outlined like a class.
    tolerance : float
        How far, in pixels, the polygon may stray from the true outline; 0 is exact.
    layered : bool
        Draw each region so far under those that come later, by more than both may stray, that no pixel is lost
        between two. Otherwise each region is drawn by itself, holes and all.

    Raises
    ------
    ValueError
        If ``mask`` is not (H, W) uint8, or ``tolerance`` negative.

    References
    ----------
    Douglas, Peucker, "Algorithms for the reduction of the number of points required to represent a
    digitized line or its caricature", Cartographica 10(2), 1973.

    Examples
    --------
    >>> mask = np.zeros((6, 8), dtype=np.uint8)
    >>> mask[:, 4:] = 1
    >>> drawn = polygon(mask, tolerance=0.5)
    >>> drawn.cost, int((drawn.mask != mask).sum())
    (8, 0)
    """
    check(mask, tolerance=tolerance)
    drawn, cover = np.full_like(mask, VOID), np.zeros_like(mask)
    lines: list[np.ndarray] = []
    later = np.ones(mask.shape, dtype=bool)
    for index, region in sorted(regions(mask), key=lambda r: -binary_fill_holes(r[1]).sum()):
        later &= ~region
        shape = _tucked_under(region, later, 2 * tolerance + 1) if layered else region
        rings = _outline(shape, tolerance)
        inside = np.zeros(mask.shape, dtype=bool)
        for ring in rings:
            inside ^= polygon2mask(mask.shape, ring)  # a ring inside another is a hole
        drawn[inside] = index
        cover[inside & (cover < 255)] += 1
        lines += rings
    return Annotation(drawn, cover, sum(map(len, lines)), tuple(lines))


def _outline(region: np.ndarray, tolerance: float) -> list[np.ndarray]:
    """Corners of the outer rings and the holes of a region, each ring once around, between the pixels.

    At the rim of the picture the hand goes on beyond it, so that no polygon cuts off pixels there.
    """
    beyond = int(tolerance) + 2
    wide = np.pad(np.pad(region, beyond, mode="edge"), 1).astype(float)
    exact = (ring - beyond - 1 for ring in find_contours(wide, 0.5, fully_connected="high"))
    rings = (approximate_polygon(ring, tolerance)[:-1] for ring in exact)  # the last corner repeats the first
    return [ring for ring in rings if len(ring) >= 3]


def _tucked_under(region: np.ndarray, later: np.ndarray, margin: float) -> np.ndarray:
    """The region, its holes filled, and ``margin`` pixels more wherever something is drawn over it later."""
    filled = binary_fill_holes(region)
    return region | (later & (filled | (distance_transform_edt(~region) <= margin)))
