"""What stands at the far end of the ground, and tells a street from a shore: houses, hills, a lighthouse."""

from __future__ import annotations

import numpy as np

from segedu.data.world import shapes
from segedu.data.world.canvas import EMPTY
from segedu.data.world.layout import Building, Hill, Thing
from segedu.data.world.light import mix
from segedu.data.world.outline import pick, tile
from segedu.data.world.palette import BUILDING, GLASS, LEAVES, ROOFS, SHADE, VEGETATION, WALLS
from segedu.data.world.view import View


def hill(view: View, ridge: Hill) -> None:
    """Draw a ridge, and a darker, lower one before it."""
    _, base, _ = view.see(0.0, ridge.depth)
    heights = np.array([int(h * view.height * 256) for h in ridge.heights], dtype=np.int64)
    aside = int(view.scene.camera.x / ridge.depth * view.width)
    across = (np.arange(view.width) + aside).clip(0, view.width - 1)
    columns = across * (len(heights) - 1) * 256 // view.width
    left, share = columns >> 8, columns & 255
    profile = (heights[left] * (256 - share) + heights[left + 1] * share) >> 16
    leaf = mix(LEAVES[2], LEAVES[0], 0.5)
    part = view.parts((leaf, mix(leaf, SHADE, 0.22)), ridge.depth, VEGETATION)
    lower = np.minimum(profile, np.roll(profile, view.width // 3) * 2 // 3)
    highest = int(profile.max())
    above = np.arange(highest, 0, -1, dtype=np.int16)[:, None]
    codes = np.full((highest, view.width), EMPTY, dtype=np.int16)
    for code, crest in enumerate((profile, lower)):
        np.putmask(codes, above <= crest.astype(np.int16), np.int16(code))
    view.place(-aside, base, view.width, view.height)
    view.canvas.stamp(codes, 0, base - highest, part)


def building(view: View, house: Building) -> None:
    """Draw a house front with a roof, its right edge in the shade."""
    canvas, unit = view.canvas, view.unit
    left, base, scale = view.see(house.x - house.width / 2, house.depth)
    right, _, _ = view.see(house.x + house.width / 2, house.depth)
    right = max(right, left + 2)
    top = base - max(2, int(house.height * scale))
    view.place(left, top, right - left, base - top)
    wall, tiles = WALLS[house.wall], ROOFS[house.roof]
    colors = (wall, mix(wall, (60, 56, 84), 0.28), tiles, mix(tiles, SHADE, 0.35))
    part = view.parts(colors, house.depth, BUILDING)
    shade = right - max(1, (right - left) // 8)
    canvas.rectangle(left, top, shade, base, part)
    canvas.rectangle(shade, top, right, base, part + 1)
    if house.roof:
        high = min((right - left) // 2, int((0.02 if house.roof == 3 else 0.05) * unit))
        canvas.stamp(pick(shapes.roof, house.roof - 1, max(1, high), right - left), left, top - high, part + 2)
    else:
        canvas.rectangle(left, top, right, top + max(1, int(0.006 * unit)), part + 3)
    if house.windows:
        canvas.rectangle(left, base - int(0.014 * unit), right, base, part + 1)
        _windows(view, house, left, top, shade, base)


def _windows(view: View, house: Building, left: int, top: int, right: int, base: int) -> None:
    """Draw rows of panes, some bright: with the sky by day, with lamps by night."""
    glass = view.parts((mix(GLASS, WALLS[house.wall], 0.3),), house.depth, BUILDING)
    view.canvas.part(view.light.lamp((176, 196, 208), house.depth), BUILDING)
    floor = max(3, int(0.030 * view.unit))
    wide = max(3, floor * (3 + house.windows % 2) // 4)
    left, top = left + wide // 3, top + floor // 3
    panes = tile(shapes.windows(house.windows, floor, wide), max(base - floor // 2 - top, 0), max(right - left, 0))
    view.canvas.stamp(panes, left, top, glass)


def lighthouse(view: View, tower: Thing) -> None:
    """Draw a tower in five bands, a lantern, a cap."""
    column, base, scale = view.see(tower.x, tower.depth)
    height = int(tower.size * scale)
    half, cap = max(2, height // 9), max(2, height // 8)
    view.place(column - half, base - height, 2 * half, height)
    white = view.parts(((240, 236, 228), (186, 74, 62), (70, 66, 76)), tower.depth, BUILDING)
    lantern = view.canvas.part(view.light.lamp((250, 232, 170), tower.depth), BUILDING)
    rectangle = view.canvas.rectangle
    for k in range(5):
        rectangle(
            column - half,
            base - height * (5 - k) // 5,
            column + half,
            base - height * (4 - k) // 5,
            white + k % 2,
        )
    top = base - height
    rectangle(column - half // 2, top - cap, column + half // 2, top, lantern)
    rectangle(column - half, top - cap - cap // 2, column + half, top - cap, white + 2)
