"""Shapes: what cars and boats, persons, trees and roofs look like, each drawn once, large (see `outline`)."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np

from segedu.data.world.canvas import EMPTY
from segedu.data.world.chance import Dice
from segedu.data.world.outline import LARGE, Points, blank, ellipse, polygon


@cache
def vehicle(variety: int) -> np.ndarray:
    """Draw a car, or a boat: nothing in its outline says which. The front is on the left, raked like a bow.

    Codes: body, lower body, glass, dark foot, trim, lamp. The dark foot is sill and tyres on a road, and
    waterline and fenders on the water. Varieties: a coupé (a runabout), a van (a ferry), a pick-up (a tug).
    """
    body, panes = _VEHICLES[variety]
    drawing = blank()
    polygon(drawing, body, 0)
    for top, bottom, code in ((68, 100, 1), (51, 55, 4), (86, 100, 3)):
        band = drawing[LARGE * top // 100 : LARGE * bottom // 100]
        band[band >= 0] = code
    for pane in panes:
        polygon(drawing, pane, 2)
    for centre in (27, 78):
        ellipse(drawing, centre - 7, 72, centre + 7, 100, 3)
    polygon(drawing, ((3, 58), (9, 58), (10, 66), (6, 66)), 5)
    return drawing


_VEHICLES: tuple[tuple[Points, tuple[Points, ...]], ...] = (
    (
        ((0, 48), (30, 43), (43, 8), (71, 6), (86, 42), (98, 45), (100, 58), (96, 95), (18, 95), (9, 78)),
        (((36, 42), (46, 15), (57, 14), (57, 42)), ((60, 14), (69, 13), (79, 42), (60, 42))),
    ),
    (
        ((0, 48), (11, 45), (22, 5), (94, 3), (97, 10), (99, 46), (100, 58), (96, 95), (18, 95), (9, 78)),
        (
            ((17, 41), (25, 13), (36, 13), (36, 41)), ((40, 13), (55, 13), (55, 41), (40, 41)),
            ((59, 13), (74, 13), (74, 41), (59, 41)), ((78, 13), (91, 13), (93, 41), (78, 41)),
        ),
    ),
    (
        ((0, 47), (21, 43), (32, 4), (57, 4), (61, 48), (98, 44), (100, 56), (96, 95), (18, 95), (9, 78)),
        (((27, 41), (36, 13), (43, 13), (43, 41)), ((46, 13), (53, 13), (55, 41), (46, 41))),
    ),
)  # fmt: skip


@cache
def person(variety: int) -> np.ndarray:
    """Draw a person. Codes: coat, skin, trousers, hair. Varieties: standing, walking, in a long coat."""
    drawing = blank()
    stride = (0, 9, 0)[variety]
    polygon(drawing, ((30, 58), (50, 58), (46 - stride, 100), (26 - stride, 100)), 2)
    polygon(drawing, ((50, 58), (70, 58), (74 + stride, 99), (54 + stride, 100)), 2)
    hem = (62, 60, 80)[variety]
    polygon(drawing, ((28, 22), (72, 22), (90, 56), (76, 60), (78, hem), (22, hem), (24, 60), (10, 56)), 0)
    ellipse(drawing, 30, 1, 70, 23, 1)
    ellipse(drawing, 28, 0, 72, 11, 3)
    return drawing


TREE_WIDTHS = (78, 70, 84, 66, 90, 74, 34, 50)
"""How wide the eight trees are, in percent of their height."""


@cache
def tree(variety: int) -> np.ndarray:
    """Draw a tree: six broad crowns, a poplar, a fir. Codes: shade, leaves, sunny leaves, trunk."""
    drawing = blank()
    polygon(drawing, ((46, 60), (54, 60), (56, 100), (44, 100)), 3)
    if variety == 7:
        for k, top in enumerate((0, 20, 42)):
            spread = 26 + 12 * k
            polygon(drawing, ((50, top), (50 + spread, top + 44), (50 - spread, top + 44)), 0)
            polygon(drawing, ((50, top), (50 + spread // 3, top + 42), (50 - spread, top + 42)), 1)
            polygon(drawing, ((49, top + 4), (50 - spread // 3, top + 38), (52 - spread, top + 40)), 2)
        return drawing
    _crown(drawing, Dice("tree", variety), bottom=84 if variety == 6 else 74)
    return drawing


@cache
def bush(variety: int) -> np.ndarray:
    """Draw a bush: a crown without a trunk. Codes as for a tree."""
    drawing, dice = blank(), Dice("bush", variety)
    clumps = []
    for x in range(14, 90, 10):
        high = 40 + (x * (100 - x)) // 70 + dice.below(24)
        clumps.append((x, 104 - high // 2, high // 2, 10 + dice.below(5)))
    for code, shift, share in ((0, 0, 100), (1, 15, 85), (2, 32, 50)):
        for x, y, high, wide in clumps:
            ry, rx = high * share // 100, wide * share // 100
            cy, cx = y - high * shift // 100, x - wide * shift // 100
            ellipse(drawing, cx - rx, cy - ry, cx + rx, cy + ry, code)
    return drawing


def _crown(drawing: np.ndarray, dice: Dice, bottom: int) -> None:
    """Draw round clumps of leaves, each with a shaded underside and a sunny top on the left."""
    clumps = [(50, bottom // 2, 36)]
    for _ in range(9):
        size = 14 + dice.below(12)
        x, y = size + dice.below(100 - 2 * size), size + dice.below(bottom - 2 * size)
        clumps.append((x, y, size))
    for code, shift, share in ((0, 0, 100), (1, 12, 88), (2, 30, 52)):
        for x, y, size in clumps:
            r = size * share // 100
            cx, cy = x - size * shift // 100, y - size * shift // 100
            ellipse(drawing, cx - r, cy - r, cx + r, cy + r, code)


@cache
def disc(variety: int = 0) -> np.ndarray:
    """Draw a disc; it has one variety. Code 0."""
    drawing = blank()
    ellipse(drawing, 0, 0, 100, 100, 0)
    return drawing


@cache
def roof(variety: int) -> np.ndarray:
    """Draw a roof from the front: gabled, hipped, rounded. Code 0, and 1 on its shaded side."""
    drawing = blank()
    if variety == 2:
        ellipse(drawing, 4, 0, 96, 200, 0)
    else:
        left, right = ((50, 50), (24, 76))[variety]
        polygon(drawing, ((left, 0), (right, 0), (100, 100), (0, 100)), 0)
        polygon(drawing, ((right, 0), (100, 100), (right + 8, 100)), 1)
    return drawing


@lru_cache(maxsize=512)
def windows(pattern: int, floor: int, wide: int) -> np.ndarray:
    """Draw four floors of five windows, ``floor`` rows by ``wide`` columns each. Codes: dark, bright."""
    bits = pattern * 0x9E3779B1 >> 8  # the golden ratio's digits: as good as random
    rows, columns = np.arange(4 * floor)[:, None], np.arange(5 * wide)
    bright = bits >> (5 * (rows // floor) + columns // wide) & 1
    pane = (rows % floor < floor * 5 // 8) & (columns % wide < wide // 2)
    return np.where(pane, bright, EMPTY).astype(np.int16)
