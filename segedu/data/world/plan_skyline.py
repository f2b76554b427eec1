"""The random plan of a skyline: the one thing that tells a street from a shore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from segedu.data.world.chance import Dice
from segedu.data.world.layout import Building, Hill, Thing


def street(dice: Dice) -> tuple[Building | Hill | Thing, ...]:
    """Draw two rows of houses, and trees before them."""
    return (*_far_houses(dice), *_near_houses(dice), *_trees(dice))


def _far_houses(dice: Dice) -> Iterator[Building]:
    """Draw a row of plain house fronts without a gap."""
    column = -0.04
    while column < 1.03:
        width = dice.uniform(0.06, 0.13)
        height = dice.uniform(0.14, 0.26)
        yield _house(dice, column + width / 2, 40.0, width, height)
        column += width


def _near_houses(dice: Dice) -> Iterator[Building]:
    """Draw houses with windows, higher and closer towards the sides, and a gap here and there."""
    column = -0.04
    while column < 1.03:
        width = dice.uniform(0.09, 0.19)
        side = abs(2 * column + width - 1)
        height = dice.uniform(0.09, 0.17) + 0.13 * side
        if dice.chance(0.8):
            house = _house(dice, column + width / 2, 22.0 - 10.0 * side, width, height)
            yield replace(house, windows=1 + dice.below(32))
        column += width + dice.uniform(0.0, 0.02)


def _house(dice: Dice, column: float, depth: float, width: float, height: float) -> Building:
    """Build a house without windows; all lengths as they are seen, in shares of the picture."""
    x = (column - 0.5) * depth
    return Building(x, depth, width * depth, height * depth, wall=dice.below(9), roof=dice.below(4))


def _trees(dice: Dice) -> Iterator[Thing]:
    for _ in range(4 + dice.below(7)):
        depth = dice.uniform(11.0, 20.0)
        x, size = (dice.uniform() - 0.5) * depth, dice.uniform(0.09, 0.19) * depth
        yield Thing("tree", x, depth, size, dice.below(8), dice.below(4), dice.chance(0.5))


def shore(dice: Dice) -> tuple[Building | Hill | Thing, ...]:
    """Draw an open horizon, blue ridges far away, and a headland."""
    found: list[Building | Hill | Thing] = []
    for depth, height in ((70.0, 0.15), (45.0, 0.09)):
        if dice.chance(0.75):
            start, end = sorted((dice.uniform(-0.3, 1.3), dice.uniform(-0.3, 1.3)))
            found.append(Hill(depth, _ridge(dice, start, end, height * dice.uniform(0.5, 1.2))))
    on_the_left = dice.chance(0.5)
    return (*found, *_headland(dice, on_the_left)) if dice.chance(0.8) else tuple(found)


def _headland(dice: Dice, on_the_left: bool) -> Iterator[Building | Hill | Thing]:
    """Draw a ridge from one side, with a few houses and perhaps a lighthouse at its foot."""
    reach, depth = dice.uniform(0.2, 0.5), 26.0
    ridge = _ridge(dice, -reach, reach, dice.uniform(0.08, 0.19))
    yield Hill(28.0, ridge if on_the_left else ridge[::-1])
    for _ in range(dice.below(4)):
        column = dice.uniform(0.0, reach * 0.8)
        width, height = dice.uniform(0.025, 0.045), dice.uniform(0.02, 0.04)
        house = _house(dice, column if on_the_left else 1 - column, depth, width, height)
        yield replace(house, roof=1)
    if dice.chance(0.5):
        column = reach * 0.85 if on_the_left else 1 - reach * 0.85
        yield Thing("lighthouse", (column - 0.5) * depth, depth, dice.uniform(0.11, 0.16) * depth)


def _ridge(dice: Dice, start: float, end: float, height: float) -> tuple[float, ...]:
    """Heights at 33 points from left to right: a parabola between ``start`` and ``end``, with bumps."""
    middle, half = (start + end) / 2, max((end - start) / 2, 0.2)
    found = []
    bump = 0.0
    for k in range(33):
        away = (k / 32 - middle) / half
        bump = 0.6 * bump + dice.uniform(-0.12, 0.12)
        found.append(max(0.0, (1 - away * away) * height * (1.0 + bump)))
    return tuple(found)
