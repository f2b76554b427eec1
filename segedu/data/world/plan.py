"""Where things come to be: the random plan of a street or a shore.

The things on the ground are drawn before anybody asks whether it is a road or water, from the same random
numbers: only the skyline knows.
"""

from __future__ import annotations

from segedu.data.world import plan_skyline
from segedu.data.world.chance import Dice
from segedu.data.world.layout import KINDS, Camera, Scene, Thing


def sample_scene(seed: int, index: int) -> Scene:
    """Scene number ``index`` of the world ``seed``."""
    dice = Dice("scene", seed, index)
    kind = KINDS[dice.below(2)]
    camera = Camera(horizon=dice.uniform(0.38, 0.48))
    sun = (dice.uniform(0.08, 0.92), dice.uniform(0.15, 1.0))
    hood = dice.uniform(0.02, 0.05) if dice.chance(0.3) else 0.0
    things = _things(dice)
    streaks, lines = _streaks(dice, sun[0]), _lines(dice)
    # Last, so that all the rest is drawn alike whatever the kind.
    skyline = plan_skyline.street(dice) if kind == "street" else plan_skyline.shore(dice)
    return Scene(kind, camera, things, skyline, streaks, lines, sun, hood)


def _stand(dice: Dice, what: str, nearest: float, farthest: float, size: float, **more: int | bool) -> Thing:
    """Stand a thing somewhere in view; more often far away than close, as on a real street."""
    u = dice.uniform()
    depth = 1.0 / (1.0 / farthest + (1.0 / nearest - 1.0 / farthest) * u * u)
    x = (dice.uniform(-0.02, 1.02) - 0.5) * depth
    return Thing(what, x, depth, size, flip=dice.chance(0.5), **more)


def _things(dice: Dice) -> tuple[Thing, ...]:
    """Draw all that stands on the ground; no two of them in one place."""
    found: list[Thing] = []
    for thing in (*_vehicles(dice), *_persons(dice), *_poles(dice)):
        if all(apart(thing, other) for other in found):
            found.append(thing)
    return (*found, *_greens(dice))


def apart(a: Thing, b: Thing) -> bool:
    """Whether there is room between two things: a vehicle needs its length, a person or a pole little."""
    return abs(a.depth - b.depth) > 0.14 * min(a.depth, b.depth) or abs(a.x - b.x) > _reach(a) + _reach(b)


def _reach(thing: Thing) -> float:
    return 0.4 * thing.size if thing.what == "vehicle" else 0.05


def _vehicles(dice: Dice) -> list[Thing]:
    """Draw what becomes cars or boats, 4 to 42 pixels long in a picture of 96 x 128."""
    return [
        _stand(dice, "vehicle", 1.04, 10.5, dice.uniform(0.40, 0.46), variety=dice.below(3), color=dice.below(12))
        for _ in range(6 + dice.below(7))
    ]


def _persons(dice: Dice) -> list[Thing]:
    """Draw people, 2 to 6 pixels wide."""
    return [
        _stand(dice, "person", 1.08, 3.0, dice.uniform(0.15, 0.18), variety=dice.below(3), color=dice.below(12))
        for _ in range(4 + dice.below(6))
    ]


def _poles(dice: Dice) -> list[Thing]:
    """Draw lamp posts, or beacons: a pixel wide wherever they stand."""
    return [
        _stand(dice, "pole", 1.3, 6.0, dice.uniform(0.5, 0.62), variety=dice.below(3)) for _ in range(3 + dice.below(4))
    ]


def _greens(dice: Dice) -> tuple[Thing, ...]:
    """Draw bushes and trees on the banks at either side, road or water alike."""
    found = []
    for side in (-1, 1):
        if dice.chance(0.5):
            for _ in range(1 + dice.below(4)):
                depth = dice.uniform(1.2, 5.0)
                x = side * (0.5 + dice.uniform(-0.10, 0.06)) * depth
                what = "tree" if dice.chance(0.35) else "bush"
                size = dice.uniform(0.5, 0.9) if what == "tree" else dice.uniform(0.10, 0.2)
                found.append(Thing(what, x, depth, size, dice.below(8), dice.below(4), dice.chance(0.5)))
    return tuple(found)


def _streaks(dice: Dice, sun_x: float) -> tuple[tuple[float, float, float, int], ...]:
    """Thin streaks all over the ground, and a bright path of them below the sun."""
    found = []
    for k in range(36):
        near = dice.uniform(0.03, 1.0)
        column = sun_x + dice.uniform(-0.07, 0.07) if k < 12 else dice.uniform()
        tone = 1 if k < 12 else dice.below(2)
        found.append(((column - 0.5) / near, 1.0 / near, dice.uniform(0.05, 0.30), tone))
    return tuple(found)


def _lines(dice: Dice) -> tuple[tuple[float, float], ...]:
    first, gap = dice.uniform(-0.9, 0.0), dice.uniform(0.5, 0.9)
    return tuple((first + k * gap, dice.uniform()) for k in range(dice.below(4)))
