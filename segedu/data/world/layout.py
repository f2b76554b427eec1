"""What is where: a scene as a description, before anything is drawn.

A scene is a flat ground seen by a camera. A thing stands at ``(x, depth)``: ``depth`` 1 is where the ground
leaves the picture at the bottom, and twice as deep is half as large and half as far below the horizon.
Distances to the side are in picture widths at depth 1, heights and sizes in picture heights.
"""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("street", "shore")

NEAREST = 0.5
"""The depth from which on, towards the camera, nothing is drawn."""


@dataclass(frozen=True)
class Camera:
    """Where the horizon is (share of the height, from the top), and where the camera stands on the ground."""

    horizon: float = 0.42
    x: float = 0.0
    depth: float = 0.0

    def passed(self, depth: float) -> bool:
        """Whether ``depth`` is behind the camera, or too close before it to be seen."""
        return depth - self.depth < NEAREST

    def see(self, x: float, depth: float) -> tuple[float, float, float]:
        """Project a point on the ground: column and row (shares of width and height), and the scale there."""
        depth -= self.depth
        return 0.5 + (x - self.x) / depth, self.horizon + (1.0 - self.horizon) / depth, 1.0 / depth


@dataclass(frozen=True)
class Thing:
    """Something that stands on the ground: what it is, where, how large, and which of its varieties."""

    what: str
    x: float
    depth: float
    size: float
    variety: int = 0
    color: int = 0
    flip: bool = False


@dataclass(frozen=True)
class Building:
    """A house front; ``windows`` numbers the pattern of its windows, 0 is a house without any."""

    x: float
    depth: float
    width: float
    height: float
    wall: int
    roof: int
    windows: int = 0


@dataclass(frozen=True)
class Hill:
    """A ridge across the picture: its height at equal steps from left to right, in picture heights."""

    depth: float
    heights: tuple[float, ...]


@dataclass(frozen=True)
class Scene:
    """A street or a shore.

    Parameters
    ----------
    kind : "street" or "shore"
        What the ground is. All vehicles are cars on the one, boats on the other.
    camera : Camera
    things : tuple of Thing
        On the ground, in no order.
    skyline : tuple of Building, Hill or Thing
        At the far end of the ground.
    streaks : tuple of (x, depth, length, tone)
        Bright (tone 1) and dark (tone 0) streaks across the ground: puddles or ripples.
    lines : tuple of (x, phase)
        Broken pale lines towards the horizon: lane marks or wakes.
    sun : (x, y)
        Shares of the width and of the sky's height.
    hood : float
        How far the bonnet (or bow) that carries the camera reaches up, a share of the height; 0 is unseen.
    """

    kind: str
    camera: Camera
    things: tuple[Thing, ...]
    skyline: tuple[Building | Hill | Thing, ...]
    streaks: tuple[tuple[float, float, float, int], ...] = field(repr=False)
    lines: tuple[tuple[float, float], ...]
    sun: tuple[float, float]
    hood: float = 0.0
