"""Annotation, simulated: what polygons, brushes and scribbles make of a true mask, and what they cost.

A made world has exact labels. To learn what labels by hand are like, each tool here redraws the truth the way a
person would, with a given care. What is not drawn stays void.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_fill_holes, distance_transform_edt
from skimage.draw import polygon2mask
from skimage.graph import route_through_array
from skimage.measure import approximate_polygon, find_contours, label

from segedu.labels import VOID


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
    _check(mask, tolerance=tolerance)
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


def brush(mask: np.ndarray, radius: int = 1, largest: int = 8) -> Annotation:
    """Paint every region with round brushes, the largest first, never over its border.

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
    _check(mask, radius=radius)
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


def scribbles(mask: np.ndarray, every: int = 1000, seed: int = 0) -> Annotation:
    """Draw strokes, a pixel wide, through the middle of every region: one, and more in a large region.

    A stroke joins two random places of the region and keeps away from its border where it can.

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
    _check(mask, minimum=1, every=every)
    random = np.random.default_rng(seed)
    drawn, lines = np.full_like(mask, VOID), []
    for index, region in regions(mask):
        if index == VOID:
            continue
        for _ in range(1 + int(region.sum()) // every):
            lines.append(_stroke(region, random))
            drawn[tuple(lines[-1].T)] = index
    return Annotation(drawn, (drawn != VOID).astype(np.uint8), sum(map(len, lines)), tuple(lines))


def regions(mask: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the id and the (H, W) bool mask of every connected region; pixels that touch at a corner connect."""
    numbered = label(mask, background=-1, connectivity=2)
    for number in range(1, numbered.max() + 1):
        region = numbered == number
        yield int(mask[region][0]), region


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


def _opening(region: np.ndarray, radius: int) -> np.ndarray:
    """Pixels of a region that a disc can reach without leaving it."""
    room = distance_transform_edt(np.pad(region, radius + 1, mode="edge")) > radius
    reached = distance_transform_edt(~room) <= radius if room.any() else room
    inside = slice(radius + 1, -radius - 1)
    return reached[inside, inside] & region


def _stroke(region: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A path (n, 2) of pixels between two random places of a region; the border is three times as far."""
    rows, columns = (slice(places.min(), places.max() + 1) for places in np.nonzero(region))
    inside = region[rows, columns]
    depth = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    start, end = random.choice(np.argwhere(depth >= min(2, depth.max())), 2)
    path, _ = route_through_array(np.where(inside, 1 + 2 / depth.clip(1), -1), start, end, fully_connected=True)
    return np.array(path) + np.array([rows.start, columns.start])


def _check(mask: np.ndarray, minimum: float = 0, **numbers: float) -> None:
    if mask.ndim != 2 or mask.dtype != np.uint8:
        raise ValueError(f"mask: expected (H, W) uint8 class ids, found {mask.shape} {mask.dtype}")
    for name, number in numbers.items():
        if not number >= minimum:
            raise ValueError(f"{name}: too small, found {number}, expected {minimum} or more")
