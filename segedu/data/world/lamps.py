"""The glow of lamps, in the air in front of everything."""

from __future__ import annotations

import numpy as np

from segedu.data.world.layout import Scene, Thing
from segedu.data.world.light import WARM


def has_lamp(pole: Thing) -> bool:
    """Whether a pole carries a lamp: an arm or a globe; the third variety is bare."""
    return pole.variety < 2


def glow(image: np.ndarray, scene: Scene) -> None:
    """Add warm light around the lamp of every pole to a ``(3, H, W)`` int32 image, in place."""
    _, height, width = image.shape
    unit = min(height, 0.75 * width)
    warm = np.array(WARM, dtype=np.int32).reshape(3, 1, 1)
    for thing in scene.things:
        if thing.what != "pole" or not has_lamp(thing) or scene.camera.passed(thing.depth):
            continue
        x, y, scale = scene.camera.see(thing.x, thing.depth)
        row, column = int(y * height - thing.size * scale * unit), int(x * width)
        reach = max(2, int((0.06 + 0.22 * scale) * unit))
        top, left = max(row - reach, 0), max(column - reach, 0)
        part = image[:, top : max(row + reach, 0), left : max(column + reach, 0)]
        down, across = np.ogrid[top : top + part.shape[1], left : left + part.shape[2]]
        far = ((down - row) ** 2 + (across - column) ** 2) * 256 // (reach * reach)
        near = 256 - np.minimum(far, 256)
        share = (near * near * near >> 16).astype(np.int32)
        part += (warm - part) * share * 5 >> 11
