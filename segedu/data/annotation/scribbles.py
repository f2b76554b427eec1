"""Strokes through the middle of every region."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt
from skimage.graph import route_through_array

from segedu.data.annotation.drawn import Annotation, check, regions
from segedu.labels import VOID


def scribbles(mask: np.ndarray, every: int = 1000, seed: int = 0) -> Annotation:
    """Draw strokes, a pixel wide, through the middle of every region: one, and more in a large region.

    A stroke joins two random places of the region and keeps away from its boundary where it can.

    Parameters
    ----------
    mask : (H, W) uint8
        The truth; void gets no stroke.
    every : int
        A region gets a further stroke for each ``every`` pixels that it has.
    seed : int
        Of the random places.

    Raises
    ------
    ValueError
        If ``mask`` is not (H, W) uint8, or ``every`` less than 1.

    References
    ----------
    Lin, Dai, Jia, He, Sun, "ScribbleSup: scribble-supervised convolutional networks for semantic segmentation",
    CVPR 2016: networks trained on such strokes.

    Examples
    --------
    >>> mask = np.zeros((9, 9), dtype=np.uint8)
    >>> drawn = scribbles(mask, every=40)
    >>> len(drawn.lines), np.unique(drawn.mask).tolist()
    (3, [0, 255])
    """
    check(mask, minimum=1, every=every)
    random = np.random.default_rng(seed)
    drawn, lines = np.full_like(mask, VOID), []
    for index, region in regions(mask):
        if index == VOID:
            continue
        for _ in range(1 + int(region.sum()) // every):
            lines.append(_stroke(region, random))
            drawn[tuple(lines[-1].T)] = index
    return Annotation(drawn, (drawn != VOID).astype(np.uint8), sum(map(len, lines)), tuple(lines))


def _stroke(region: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A path (n, 2) of pixels between two random places of a region; the boundary is three times as far."""
    rows, columns = (slice(places.min(), places.max() + 1) for places in np.nonzero(region))
    inside = region[rows, columns]
    depth = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    start, end = random.choice(np.argwhere(depth >= min(2, depth.max())), 2)
    path, _ = route_through_array(np.where(inside, 1 + 2 / depth.clip(1), -1), start, end, fully_connected=True)
    return np.array(path) + np.array([rows.start, columns.start])
