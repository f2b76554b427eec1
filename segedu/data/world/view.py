"""A view: a scene seen by its camera in a light, ready to be drawn."""

from __future__ import annotations

from segedu.data.world.backdrop import horizon_row
from segedu.data.world.canvas import FINE, Canvas, Color
from segedu.data.world.layout import Scene
from segedu.data.world.light import Light
from segedu.data.world.palette import BOAT, CAR, ROAD, WATER


class View:
    """Where things are on the canvas, and which parts they are made of.

    Parameters
    ----------
    scene, light : Scene, Light
    size : (height, width)
        In pixels.

    Attributes
    ----------
    boxes : dict of int to (left, top, width, height)
        Where each thing was drawn, in fine pixels, by its owner's number (`segedu.data.world.motion`).
    """

    def __init__(self, scene: Scene, light: Light, size: tuple[int, int]) -> None:
        self.scene, self.light = scene, light
        height, width = size
        self.canvas = Canvas(height, width)
        self.height, self.width = FINE * height, FINE * width
        # Things are measured by the picture's height; in a narrow picture by the height it would have at 4:3.
        self.unit = min(self.height, 0.75 * self.width)
        self.horizon = FINE * horizon_row(scene, height)
        street = scene.kind == "street"
        self.ground, self.vehicle = (ROAD, CAR) if street else (WATER, BOAT)
        self.boxes: dict[int, tuple[int, int, int, int]] = {}
        self._instances = 0

    def see(self, x: float, depth: float) -> tuple[int, int, float]:
        """Column and row of a point on the ground, and the fine pixels that a thing of size 1 takes there."""
        column, row, scale = self.scene.camera.see(x, depth)
        below = (row - self.scene.camera.horizon) * self.height
        return int(column * self.width), self.horizon + int(below + 0.5), self.unit * scale

    def parts(self, colors: tuple[Color, ...], depth: float, label: int, instance: int = 0, clear: int = 0) -> int:
        """One part for each color, as it looks from ``depth`` away; returns the number of the first."""
        on, part = self.light.on, self.canvas.part
        numbers = [part(on(color, depth), label, instance, clear) for color in colors]
        return numbers[0]

    def place(self, left: int, top: int, width: int, height: int) -> None:
        """Note where the thing that is being drawn has its box."""
        self.boxes[self.canvas.owner] = left, top, width, height

    def new_instance(self) -> int:
        """Return an object id that was not used before."""
        self._instances += 1
        return self._instances
