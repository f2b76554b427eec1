"""Round brushes that never leave a region."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt

from segedu.data.annotation.drawn import Annotation, check, regions
from segedu.labels import VOID


def brush(mask: np.ndarray, radius: int = 1, largest: int = 8) -> Annotation:
    """Paint every region with round brushes, the largest first, never over its boundary.

    Parameters
    ----------
    mask : (H, W) uint8
        The truth; void is not painted.
    radius : int
        The smallest brush that is taken, in pixels from its middle pixel; 0 paints single pixels and is exact.
    largest : int
        The first brush; each next one has half the radius.

    Returns
    -------
    Annotation
        Its cost is the painted area over the width of the brush that painted it, ``2 * radius + 1``: the length of
        a stroke that paints nothing twice. Hands need more.

    Raises
    ------
    ValueError
        If ``mask`` is not (H, W) uint8, or not ``0 <= radius <= largest``.

    Examples
    --------
    >>> mask = np.zeros((5, 9), dtype=np.uint8)
    >>> mask[:, 4] = 1
    >>> int((brush(mask, radius=1).mask == 1).sum()), int((brush(mask, radius=0).mask == 1).sum())
    (0, 5)
    """
    check(mask, radius=radius)
    if largest < radius:
        raise ValueError(f"largest: found {largest}, expected at least radius, {radius}")
    drawn, cost = np.full_like(mask, VOID), 0.0
    sizes = [largest]
    while sizes[-1] > radius:
        sizes.append(max(sizes[-1] // 2, radius))
    for index, region in regions(mask):
        if index == VOID:
            continue
        for size in sizes:
            painted = _opening(region, size) & (drawn != index)
            drawn[painted] = index
            cost += painted.sum() / (2 * size + 1)
    return Annotation(drawn, (drawn != VOID).astype(np.uint8), round(cost))


def _opening(region: np.ndarray, radius: int) -> np.ndarray:
    """Pixels of a region that a disc can reach without leaving it."""
    room = distance_transform_edt(np.pad(region, radius + 1, mode="edge")) > radius
    reached = distance_transform_edt(~room) <= radius if room.any() else room
    inside = slice(radius + 1, -radius - 1)
    return reached[inside, inside] & region
