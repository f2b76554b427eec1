"""What moves in a film of a scene, and how fast."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segedu.data.world.chance import Dice
from segedu.data.world.layout import Scene, Thing
from segedu.data.world.plan import apart

REACH = 12
"""Frames before and after the middle one in which no two vehicles meet."""


@dataclass(frozen=True)
class Film:
    """A scene and its motion, in picture widths at depth 1 (aside) and in depths (ahead), for each frame.

    Parameters
    ----------
    scene : Scene
        The frame in the middle, number 0.
    aside, ahead : float
        Speed of the camera.
    speeds : tuple of float
        How fast each of the scene's things moves aside.
    """

    scene: Scene
    aside: float
    ahead: float
    speeds: tuple[float, ...]

    def at(self, frame: int) -> Scene:
        """Return the scene ``frame`` frames after the middle one; before it, where ``frame`` is negative."""
        camera = self.scene.camera
        moved = replace(camera, x=camera.x + frame * self.aside, depth=camera.depth + frame * self.ahead)
        things = zip(self.scene.things, self.speeds, strict=True)
        return replace(self.scene, camera=moved, things=tuple(_moved(thing, frame * speed) for thing, speed in things))


def sample_film(scene: Scene, seed: int, index: int) -> Film:
    """Let the camera of scene number ``index`` of the world ``seed`` move, and some of its vehicles and persons."""
    dice = Dice("film", seed, index)
    aside, ahead = dice.uniform(-0.03, 0.03), dice.uniform(0.0, 0.05)
    wanted = [_speed(dice, thing) for thing in scene.things]
    speeds = [0.0] * len(wanted)
    for k, speed in enumerate(wanted):
        if all(_keep_apart(scene.things[k], speed, other, speeds[j]) for j, other in enumerate(scene.things) if j != k):
            speeds[k] = speed
    return Film(scene, aside, ahead, tuple(speeds))


def _speed(dice: Dice, thing: Thing) -> float:
    """Vehicles drive forwards, if at all; of persons, those walk that are drawn walking."""
    moves, fast, slow = dice.chance(0.7), dice.uniform(0.01, 0.05), dice.uniform(-0.012, 0.012)
    if thing.what == "vehicle" and moves:
        return fast if thing.flip else -fast
    return slow if thing.what == "person" and thing.variety == 1 else 0.0


def _moved(thing: Thing, way: float) -> Thing:
    return replace(thing, x=thing.x + way) if way else thing


def _keep_apart(one: Thing, speed: float, other: Thing, other_speed: float) -> bool:
    """Whether two things that stand apart do so all the time; plants and poles stand behind or before, and wait."""
    if not speed or other.what not in ("vehicle", "person", "pole"):
        return True
    steps = range(-REACH, REACH + 1)
    return all(apart(_moved(one, t * speed), _moved(other, t * other_speed)) for t in steps)
