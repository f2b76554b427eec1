"""Motion: where every pixel of one frame is in another, known because a program drew both.

The sky stands still and so does what carries the camera. The ground is a plane under a camera that moves. Everything
else is flat and faces the camera, so between two frames it is moved and scaled as a whole: from the box in which it
was drawn in the one to the box in which it was drawn in the other, to the fine pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segedu.data.world.canvas import FINE
from segedu.data.world.layout import Scene
from segedu.data.world.light import Light
from segedu.data.world.render import GROUND, draw
from segedu.data.world.view import View


@dataclass(frozen=True, eq=False)
class Survey:
    """What each pixel of a frame moves with, ``(H, W)``, and where the frame's things have their boxes."""

    scene: Scene
    owners: np.ndarray
    boxes: dict[int, tuple[int, int, int, int]]
    horizon: int


def survey(scene: Scene, light: Light, size: tuple[int, int]) -> Survey:
    """Draw a frame to see what is where; no picture is made."""
    view = View(scene, light, size)
    owners = draw(view).owners()
    return Survey(scene, owners, view.boxes, view.horizon)


def displacement(target: Survey, source: Survey) -> tuple[np.ndarray, np.ndarray]:
    """Find each pixel of ``target`` in ``source``.

    Returns
    -------
    flow : (H, W, 2) float32
        How far to go, in columns and rows: pixel ``(row, column)`` of the target shows the same point of the world as
        ``(row + flow[..., 1], column + flow[..., 0])`` of the source. 0 where the source does not see its thing.
    visible : (H, W) bool
        Whether the nearest pixel there shows the same thing: it is in the picture, and nothing stands before it.
    """
    owners = target.owners
    height, width = owners.shape
    x, y = np.meshgrid(_fine(width), _fine(height))
    known = ~np.isin(owners, [owner for owner in target.boxes if owner not in source.boxes])
    to_x, to_y = _things(target, source, x, y)
    ground = owners == GROUND
    ground_x, ground_y, before = _ground(target, source, x, y)
    to_x, to_y, known = np.where(ground, ground_x, to_x), np.where(ground, ground_y, to_y), known & (before | ~ground)
    flow = (np.stack([to_x - x, to_y - y], axis=-1) / FINE * known[..., None]).astype(np.float32)
    rows, columns = np.indices((height, width), dtype=np.float32)
    row, column = (
        np.floor(at + way + 0.5).astype(np.int64) for at, way in ((rows, flow[..., 1]), (columns, flow[..., 0]))
    )
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    there = source.owners[row.clip(0, height - 1), column.clip(0, width - 1)]
    return flow, known & inside & (there == owners)


def _fine(count: int) -> np.ndarray:
    """The centres of pixels, in fine pixels."""
    return (np.arange(count) + 0.5) * FINE


def _things(target: Survey, source: Survey, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the pixels of things go: from box to box. What has no box in both stays."""
    moves = np.zeros((4, 1 + max(target.owners.max(), *target.boxes, 0)))
    moves[2:] = 1.0
    for owner, (left, top, width, height) in target.boxes.items():
        if owner in source.boxes:
            to_left, to_top, to_width, to_height = source.boxes[owner]
            across, down = to_width / width, to_height / height
            moves[:, owner] = to_left - left * across, to_top - top * down, across, down
    shift_x, shift_y, across, down = moves.take(target.owners, axis=1)
    return x * across + shift_x, y * down + shift_y


def _ground(target: Survey, source: Survey, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the pixels of the ground go, and whether that is before the source's camera."""
    rows, columns = (count * FINE for count in target.owners.shape)
    here, there = target.scene.camera, source.scene.camera
    below = np.maximum(y - target.horizon, FINE / 2)  # above the horizon there is no ground
    depth = (1 - here.horizon) * rows / below
    aside = (x / columns - 0.5) * depth + here.x - there.x
    depth = depth + here.depth - there.depth
    before = depth > 0
    depth = np.where(before, depth, 1.0)
    return (aside / depth + 0.5) * columns, source.horizon + (1 - there.horizon) * rows / depth, before
