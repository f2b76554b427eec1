"""Random numbers that are the same on every machine and in every version.

Everything random in the world comes from the raw integers of Philox, a generator fixed by its paper (Salmon
et al., "Parallel random numbers: as easy as 1, 2, 3", 2011). They become pixels through integers and through
``+ - * /`` and square roots alone, whose results IEEE 754 fixes to the bit; sines and powers differ from one
processor to the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def generator(*key: int | str) -> np.random.Philox:
    """Make the generator for ``key``: the same key gives the same numbers, another key unrelated ones."""
    digest = hashlib.blake2b("/".join(map(str, key)).encode(), digest_size=16).digest()
    return np.random.Philox(key=int.from_bytes(digest, "little"))


def random_bytes(count: int, source: np.random.Philox) -> np.ndarray:
    """Take the next ``count`` random bytes, a uint8 array."""
    return source.random_raw((count + 7) // 8).astype("<u8").view(np.uint8)[:count]


class Dice:
    """A stream of random decisions for one ``key``.

    Examples
    --------
    >>> Dice("scene", 0, 12).below(6) == Dice("scene", 0, 12).below(6)
    True
    """

    def __init__(self, *key: int | str) -> None:
        self._next = _endless(generator(*key)).__next__

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Draw a number in ``[low, high)``."""
        return low + (high - low) * self._next()

    def below(self, count: int) -> int:
        """Draw a whole number in ``0 .. count - 1``."""
        return int(count * self._next())

    def chance(self, probability: float) -> bool:
        """Say yes with a ``probability``, 0..1."""
        return self._next() < probability

    def choice(self, options: Sequence[T]) -> T:
        """Pick one of the ``options``, each as likely as the others."""
        return options[int(len(options) * self._next())]


def _endless(source: np.random.Philox) -> Iterator[float]:
    while True:
        # The upper 53 bits of each word: as many as a float64 between 0 and 1 can hold.
        yield from ((source.random_raw(128) >> np.uint64(11)) * 2.0**-53).tolist()


def value_noise(grid: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Smooth noise: random values on a coarse ``grid``, looked up between its points.

    Parameters
    ----------
    grid : (h, w) integers, 0..255
        It repeats itself in both directions.
    rows, columns : (H,), (W,) int32
        Where to look, in 256ths of a grid cell.

    Returns
    -------
    (H, W) int32, 0..255
    """
    height, width = grid.shape
    left, top = columns >> 8, rows >> 8
    right_share, bottom_share = _ease(columns & 255), _ease(rows & 255)[:, None]
    grid = grid.astype(np.int32)
    across = grid[:, left % width] * (256 - right_share) + grid[:, (left + 1) % width] * right_share
    return (across[top % height] * (256 - bottom_share) + across[(top + 1) % height] * bottom_share) >> 16


def _ease(t: np.ndarray) -> np.ndarray:
    """Smoothstep, 3t² - 2t³, for t in 256ths: no creases at the grid lines."""
    return (t * t * (768 - 2 * t)) >> 16
