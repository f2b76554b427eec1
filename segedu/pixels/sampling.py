"""Which pixels to learn from: a few of each class, for a picture has far too many that are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segedu.labels import VOID


def sample_pixels(masks: Sequence[np.ndarray], pixels: int, power: float = 0.5, seed: int = 0) -> dict[int, np.ndarray]:
    """Draw labelled pixels from all pictures together, rare classes more often than their share, none twice.

    Parameters
    ----------
    masks : sequence of (H, W) uint8
        Class ids; 255 is void and never drawn.
    pixels : int
        Pixels a class, on average over the classes that occur. A class with fewer than its part gives all it has.
    power : float
        As in `segedu.losses.class_weights`: 0 draws every class by its share of the pixels, 1 as many of each class,
        0.5 lies between.
    seed : int
        Of the draw.

    Returns
    -------
    dict of int to (n,) int64
        For each picture that was drawn from, the places in its flattened mask, in rising order.

    Raises
    ------
    ValueError
        If ``pixels`` is below 1, ``power`` outside 0..1, or no pixel is labelled.

    Examples
    --------
    >>> masks = [np.array([[0, 0, 0, 255]], dtype=np.uint8), np.array([[255, 1]], dtype=np.uint8)]
    >>> {picture: len(places) for picture, places in sample_pixels(masks, pixels=2, power=1).items()}
    {0: 2, 1: 1}
    """
    if pixels < 1:
        raise ValueError(f"pixels: found {pixels}, expected 1 or more of each class")
    if not 0 <= power <= 1:
        raise ValueError(f"power: found {power}, expected 0 (by share) to 1 (as many of each class)")
    ids = np.concatenate([mask.ravel() for mask in masks])
    counts = np.bincount(ids, minlength=VOID + 1)[:VOID]
    classes = np.flatnonzero(counts)
    if classes.size == 0:
        raise ValueError(f"masks: every pixel is void ({VOID}), so there is nothing to learn from; label a few")
    parts = counts[classes] ** (1 - power)
    parts = np.ceil(pixels * len(classes) * parts / parts.sum()).astype(int)
    random, drawn = np.random.default_rng(seed), []
    for number, part in zip(classes, parts, strict=True):
        places = np.flatnonzero(ids == number)
        drawn.append(random.choice(places, min(part, len(places)), replace=False))
    drawn = np.sort(np.concatenate(drawn))
    starts = np.cumsum([0, *(mask.size for mask in masks)])
    pieces = np.split(drawn, np.searchsorted(drawn, starts[1:-1]))
    return {i: piece - starts[i] for i, piece in enumerate(pieces) if len(piece)}
