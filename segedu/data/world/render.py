"""From a description to a picture: the order in which a scene is drawn."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from segedu.data.sample import Sample
from segedu.data.world import shapes, skyline, things
from segedu.data.world.backdrop import backdrop
from segedu.data.world.canvas import CLEAR, Canvas
from segedu.data.world.chance import generator, random_bytes
from segedu.data.world.lamps import glow
from segedu.data.world.layout import Building, Camera, Hill, Scene, Thing
from segedu.data.world.light import Light, mix
from segedu.data.world.outline import pick
from segedu.data.world.palette import SKY
from segedu.data.world.view import View
from segedu.labels import VOID

Item = TypeVar("Item", bound=Building | Hill | Thing)

FAR, GROUND, HOOD, FIRST = range(4)
"""What moves together: the sky, the ground with all that lies on it, what carries the camera, and each thing."""


def render(
    scene: Scene, light: Light, size: tuple[int, int], key: tuple[int, int] = (0, 0), name: str = "", frame: int = 0
) -> Sample:
    """Draw a described scene.

    Parameters
    ----------
    scene, light : Scene, Light
        From `Scenes.describe`, or changed with `dataclasses.replace`.
    size : (height, width)
        In pixels.
    key : (int, int)
        Which clouds and which noise: seed and number of the picture.
    name : str
        The sample's name.
    frame : int
        Of a clip: another has the same clouds, and other noise.

    Returns
    -------
    Sample
        With instance ids.
    """
    canvas = draw(View(scene, light, size))
    noise = generator("pixels", *key)
    image = canvas.image(backdrop(scene, light, size, noise))
    if light.lit:
        glow(image, scene)
    mask, instances = canvas.labels()
    if frame:
        noise = generator("frame", *key, frame)
    return Sample(_grain(image, light.grain, noise), mask, instances, name)


def draw(view: View) -> Canvas:
    """Back to front: ground, skyline, what lies on the ground, what stands on it, what carries the camera."""
    scene, canvas = view.scene, view.canvas
    canvas.owner = FAR
    canvas.part((0, 0, 0), SKY, clear=CLEAR)
    canvas.owner = GROUND
    canvas.rectangle(0, view.horizon, view.width, view.height, canvas.part((0, 0, 0), view.ground, clear=CLEAR))
    _streaks(view)
    for canvas.owner, item in _back_to_front(scene.skyline, scene.camera, FIRST):
        if isinstance(item, Building):
            skyline.building(view, item)
        elif isinstance(item, Hill):
            skyline.hill(view, item)
        elif item.what == "lighthouse":
            skyline.lighthouse(view, item)
        else:
            things.draw(view, item)
    standing = _back_to_front(scene.things, scene.camera, FIRST + len(scene.skyline))
    canvas.owner = GROUND
    for _, thing in standing:
        if thing.what == "vehicle":
            things.reflection(view, thing)
    shade = canvas.part((0, 0, 0), view.ground, clear=10)
    for _, thing in standing:
        if thing.what != "pole":
            things.shadow(view, thing, shade)
    for canvas.owner, thing in standing:
        things.draw(view, thing)
    if scene.hood:
        canvas.owner = HOOD
        _hood(view)
    return canvas


def _back_to_front(items: tuple[Item, ...], camera: Camera, first: int) -> list[tuple[int, Item]]:
    """All that is in sight, each with the number of its owner: ``first`` and on."""
    seen = [(first + k, item) for k, item in enumerate(items) if not camera.passed(item.depth)]
    return sorted(seen, key=lambda pair: -pair[1].depth)


def _streaks(view: View) -> None:
    """Draw streaks across the ground, and broken lines towards the horizon."""
    canvas, light = view.canvas, view.light
    pale = mix(light.sky[2], light.glow, 0.5)
    tones = (canvas.part((0, 0, 0), view.ground, clear=14), canvas.part(pale, view.ground, clear=11))
    camera = view.scene.camera
    for x, depth, length, tone in view.scene.streaks:
        if camera.passed(depth):
            continue
        column, row, scale = view.see(x, depth)
        half, thick = int(length * scale / 2), max(1, int(0.006 * scale))
        canvas.rectangle(column - half, row, column + half, row + thick, tones[tone])
        canvas.rectangle(column - half * 2 // 3, row - thick, column + half // 2, row + 2 * thick, tones[tone])
    line = canvas.part(pale, view.ground, clear=13)
    for x, phase in view.scene.lines:
        for depth in (1.0 + 1.2 * (k + phase) for k in range(6)):
            if not camera.passed(depth):
                _dash(view, x, depth, line)


def _dash(view: View, x: float, depth: float, part: int) -> None:
    """Draw one piece of a line, a little frayed, as worn paint and as foam."""
    start, bottom, scale = view.see(x, depth)
    end, top, _ = view.see(x, depth + 0.45)
    half = int(0.008 * scale)
    for row in range(top, bottom, 2):
        middle = end + (start - end) * (row - top) // (bottom - top) + row * 5 // 2 % 3
        view.canvas.rectangle(middle - half, row, middle + half, row + 2, part)


def _hood(view: View) -> None:
    """Draw the bonnet, or the bow, that carries the camera. It is no part of the world, so it is void."""
    first = view.parts(((108, 116, 128), (54, 58, 68)), 1.0, VOID)
    width, height = int(0.8 * view.width), int(view.scene.hood * view.height)
    left, top = (view.width - width) // 2, view.height - height
    stamp = pick(shapes.disc, 0, 2 * height, width)
    view.canvas.stamp(stamp, left, top, first)
    view.canvas.stamp(stamp, left, top + max(1, height // 6), first + 1)


def _grain(image: np.ndarray, strength: int, source: np.random.Philox) -> np.ndarray:
    """Add camera noise: a byte to each channel, two bytes to its brightness. Gives ``(H, W, 3)`` uint8."""
    _, height, width = image.shape
    noise = random_bytes(5 * height * width, source).astype(np.int16).reshape(5, height, width)
    noisy = noise[:3] + (2 * (noise[3] + noise[4]) - 638)
    noisy *= np.int16(strength)
    noisy >>= np.int16(9)
    noisy += image.astype(np.int16)
    return np.ascontiguousarray(noisy.clip(0, 255).astype(np.uint8).transpose(1, 2, 0))
