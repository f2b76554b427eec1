"""The backdrop: the sky, and the ground below it. One ground for both roads and water."""

from __future__ import annotations

import numpy as np

from segedu.data.world.canvas import Color
from segedu.data.world.chance import random_bytes, value_noise
from segedu.data.world.layout import Scene
from segedu.data.world.light import Light, mix


def backdrop(scene: Scene, light: Light, size: tuple[int, int], source: np.random.Philox) -> np.ndarray:
    """Paint sky and ground without anything in front, ``(3, H, W)`` int32 in 0..255.

    Nothing here asks what kind of scene it is: that is why no patch of ground tells a road from water.
    """
    height, width = size
    horizon = horizon_row(scene, height)
    grids = random_bytes(4 * 256, source).reshape(4, 16, 16)
    colors = np.empty((3, height, width), dtype=np.float32)
    colors[:, :horizon] = _sky(scene, light, horizon, size)
    _clouds(colors[:, :horizon], light, grids)
    colors[:, horizon:] = _ground(light, height - horizon, width, grids[3])
    colors += 0.5
    return np.minimum(colors, 255, out=colors).astype(np.int32)


def horizon_row(scene: Scene, height: int) -> int:
    """Return the first row of the ground, in pixels."""
    return int(scene.camera.horizon * height + 0.5)


def _sky(scene: Scene, light: Light, rows: int, size: tuple[int, int]) -> np.ndarray:
    """Three colours from top to horizon, and a sun (or a moon) with its glow."""
    height, width = size
    down = _steps(rows)[:, None]
    top, middle, low = map(_array, light.sky)
    above, below = top + (middle - top) * (down / 0.55), middle + (low - middle) * ((down - 0.55) / 0.45)
    sky = np.where(down < 0.55, above, below)
    sun_x, sun_y = scene.sun
    across = (_steps(width) - sun_x) * (width / height)
    along = (down - sun_y) * (rows / height)
    distance = across * across + along * along
    shine = 0.75 / (1.0 + distance * 90.0) + np.clip(1.6 - distance * 1600.0, 0.0, 1.0)
    return sky + (_array(light.glow) - sky) * np.minimum(shine, 1.0)


def _clouds(sky: np.ndarray, light: Light, grids: np.ndarray) -> None:
    """Lay banks of cloud over the sky, in place: flatter towards the horizon, lit from above."""
    _, rows, width = sky.shape
    # A layer of clouds overhead: the lower in the picture, the farther away, so the closer together.
    depth = (1500 * rows // (rows - np.arange(rows) + rows // 2)).astype(np.int32)
    columns = (np.arange(width) * 1400 // width).astype(np.int32)
    noise = value_noise(grids[0], depth, columns) * 4
    noise += value_noise(grids[1], depth * 2 + 90, columns * 2) * 2
    noise += value_noise(grids[2], depth * 5, columns * 4)
    noise = noise.astype(np.float32)
    cover = np.clip((noise - 960.0) * (0.9 / 240.0), 0.0, 0.9)
    below = np.concatenate([noise[1:], noise[-1:]])
    lit = np.clip(0.45 + (noise - below) * (1.0 / 160.0), 0.0, 1.0)
    shade, cloud = _array(light.cloud_shade), _array(light.cloud)
    sky += (shade + (cloud - shade) * lit - sky) * cover


def _ground(light: Light, rows: int, width: int, grid: np.ndarray) -> np.ndarray:
    """Paint a wet, grey-blue plain: pale with sky at the horizon, streaked across."""
    near = _steps(rows)
    far = _array(mix(light.ground, light.sky[2], 0.62))
    close = _array(mix(light.ground, light.sky[0], 0.12))
    ground = far + (close - far) * (near * (2.0 - near))[:, None]
    depth = (np.sqrt(near) * 5200.0).astype(np.int32)
    noise = value_noise(grid, depth, (np.arange(width) * 900 // width).astype(np.int32))
    gain = 1.0 + (noise.astype(np.float32) - 128.0) * ((0.04 + 0.10 * near) * (1.0 / 128.0))[:, None]
    return ground * gain


def _steps(count: int) -> np.ndarray:
    """Return the middles of ``count`` equal steps from 0 to 1."""
    return (np.arange(count, dtype=np.float32) + 0.5) / count


def _array(color: Color) -> np.ndarray:
    """Return a colour that multiplies pictures: ``(3, 1, 1)``."""
    return np.array(color, dtype=np.float32).reshape(3, 1, 1)
