"""Masks as run lengths, the way COCO stores them: how many pixels are outside, inside, outside ...

The pixels are counted column by column, top to bottom. A run of 0s comes first, even if it is empty. "Uncompressed"
is a list of these counts, "compressed" a text of printable characters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

OFFSET = 48
"""Each character stands for six bits: its code less that of the digit 0."""


def decode(counts: Sequence[int] | str, height: int, width: int) -> np.ndarray:
    """Run lengths to a mask.

    Parameters
    ----------
    counts : list of int, or str
        Uncompressed or compressed.
    height, width : int
        Size of the mask.

    Returns
    -------
    (height, width) bool array

    Raises
    ------
    ValueError
        If the runs do not add up to the pixels of the mask, or the text ends within a number.

    Examples
    --------
    >>> decode([2, 3, 1], height=2, width=3).astype(int)
    array([[0, 1, 1],
           [0, 1, 0]])
    """
    runs = parse(counts) if isinstance(counts, str) else list(counts)
    if min(runs, default=0) < 0 or sum(runs) != height * width:
        raise ValueError(
            f"run lengths: they add up to {sum(runs)} pixels, expected {height} x {width} = {height * width}"
        )
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(width, height).T


def parse(text: str) -> list[int]:
    """The counts in a compressed text.

    A number is written five bits a character, the lowest first; the sixth bit says that more follow. From the fourth
    number on, the difference to the one before the last is stored, since runs in neighbouring columns are alike.

    Examples
    --------
    >>> parse("231")
    [2, 3, 1]
    """
    counts: list[int] = []
    value = shift = 0
    for character in text:
        bits = ord(character) - OFFSET
        if not 0 <= bits < 64:
            raise ValueError(f"run lengths: found the character {character!r}, expected '0' to 'o'")
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:  # the highest bit is the sign
            value -= 1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
        value = shift = 0
    if shift:
        raise ValueError("run lengths: the text ends within a number; it was cut short")
    return counts
