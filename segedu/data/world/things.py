"""What stands on the ground: vehicles, persons, poles, trees and bushes, and the shadows at their feet."""

from __future__ import annotations

import numpy as np

from segedu.data.world import shapes
from segedu.data.world.canvas import FINE
from segedu.data.world.layout import Thing
from segedu.data.world.light import mix
from segedu.data.world.outline import mirror, pick
from segedu.data.world.palette import GLASS, INK, LEAVES, PAINT, PERSON, POLE, SHADE, SKIN, VEGETATION, WHITE
from segedu.data.world.view import View

FOOT = {"vehicle": 1.08, "person": 0.8, "tree": 0.6, "bush": 1.6}
"""How wide a thing's shadow is, in its sizes; a pole has none."""


def draw(view: View, thing: Thing) -> None:
    """Put a thing on the canvas."""
    if thing.what == "pole":
        _pole(view, thing)
        return
    column, base, scale = view.see(thing.x, thing.depth)
    size = max(FINE, int(thing.size * scale))
    codes, first = {"vehicle": _vehicle, "person": _person}.get(thing.what, _plant)(view, thing, size)
    height, width = codes.shape
    view.place(column - width // 2, base - height, width, height)
    view.canvas.stamp(codes, column - width // 2, base - height, first)


def reflection(view: View, thing: Thing) -> None:
    """Draw a vehicle's image in the wet ground."""
    column, base, scale = view.see(thing.x, thing.depth)
    length = max(FINE, int(thing.size * scale))
    part = view.parts((PAINT[thing.color],), thing.depth, view.ground, clear=12)
    codes = _flip(thing, mirror(shapes.vehicle, thing.variety, _vehicle_height(length), length))
    view.canvas.stamp(codes, column - length // 2, base, part)


def shadow(view: View, thing: Thing, part: int) -> None:
    """Draw the dark foot of a thing: its shadow, or its waterline."""
    column, base, scale = view.see(thing.x, thing.depth)
    width, high = max(1, int(thing.size * scale * FOOT[thing.what])), max(1, int(0.018 * scale))
    view.canvas.stamp(pick(shapes.disc, 0, 2 * high, width), column - width // 2, base - high, part)


def _flip(thing: Thing, codes: np.ndarray) -> np.ndarray:
    return codes[:, ::-1] if thing.flip else codes


def _vehicle_height(length: int) -> int:
    return max(FINE, length * 44 // 100)


def _vehicle(view: View, thing: Thing, length: int) -> tuple[np.ndarray, int]:
    body, instance = PAINT[thing.color], view.new_instance()
    colors = (body, mix(body, SHADE, 0.38), GLASS, INK, mix(body, WHITE, 0.45))
    first = view.parts(colors, thing.depth, view.vehicle, instance)
    view.canvas.part(view.light.lamp((255, 246, 220), thing.depth), view.vehicle, instance)
    codes = pick(shapes.vehicle, thing.variety, _vehicle_height(length), length)
    return _flip(thing, codes), first


def _person(view: View, thing: Thing, height: int) -> tuple[np.ndarray, int]:
    """Draw a person, two pixels wide at least: one pixel would be a pole."""
    width = max(height * 46 // 100, min(2 * FINE, height * 2 // 3))
    coat = PAINT[thing.color]
    colors = (coat, SKIN[thing.color % 4], mix(coat, (30, 32, 52), 0.7), (58, 42, 36))
    first = view.parts(colors, thing.depth, PERSON, view.new_instance())
    return _flip(thing, pick(shapes.person, thing.variety, height, width)), first


def _plant(view: View, thing: Thing, height: int) -> tuple[np.ndarray, int]:
    leaf = LEAVES[thing.color]
    colors = (mix(leaf, SHADE, 0.5), leaf, mix(leaf, (236, 224, 130), 0.35), (92, 70, 58))
    first = view.parts(colors, thing.depth, VEGETATION)
    if thing.what == "bush":
        return _flip(thing, pick(shapes.bush, thing.variety, height, 2 * height)), first
    width = height * shapes.TREE_WIDTHS[thing.variety] // 100
    return _flip(thing, pick(shapes.tree, thing.variety, height, width)), first


def _pole(view: View, thing: Thing) -> None:
    """Draw a lamp on an arm, a globe lamp, or a bare pole: a pixel wide at 96 x 128, and on the pixel grid.

    Between two columns it would be a pale line two pixels wide in the picture, and one wide in the mask.
    """
    column, base, scale = view.see(thing.x, thing.depth)
    thick = max(1, int(view.unit / FINE / 96 + 0.5)) * FINE
    left, top = column // FINE * FINE, (base - int(thing.size * scale)) // FINE * FINE
    view.place(left, top, thick, base - top)
    instance = view.new_instance()
    iron = view.parts(((66, 70, 78),), thing.depth, POLE, instance)
    lamp = view.canvas.part(view.light.lamp((232, 232, 220), thing.depth), POLE, instance)
    view.canvas.rectangle(left, top, left + thick, base, iron)
    if thing.variety == 0:
        arm = left + (2 * thick if thing.flip else -2 * thick)
        view.canvas.rectangle(min(left, arm), top, max(left, arm) + thick, top + thick // 2, iron)
        view.canvas.rectangle(arm, top + thick // 2, arm + thick, top + thick, lamp)
    elif thing.variety == 1:
        view.canvas.stamp(pick(shapes.disc, 0, 2 * thick, 2 * thick), left - thick // 2, top - thick, lamp)
