"""Streets and shores, drawn by a program: a data set of any length and any size, with no files.

Each difficulty of semantic segmentation is in the pictures on purpose: road and water look alike, and only
the skyline far above tells which is which; a car and a boat have the same outline; the same car is 4 or 40
pixels long; a pole is one pixel wide; sky, road and water fill three quarters of the pixels.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import overload

import numpy as np

from segedu.data.sample import Sample
from segedu.data.world.chance import Dice
from segedu.data.world.layout import Scene
from segedu.data.world.light import DOMAINS, Light, sample_light
from segedu.data.world.plan import sample_scene
from segedu.data.world.render import render
from segedu.labels import LabelSet

LABELS = LabelSet(
    names=("sky", "building", "road", "water", "vegetation", "car", "boat", "person", "pole"),
    # Any two of them, and black for void, can be told apart without red cones, and without green ones.
    colors=(
        (144, 179, 252), (171, 180, 88), (82, 76, 92), (0, 79, 194), (0, 135, 98),
        (204, 33, 6), (210, 151, 166), (255, 255, 60), (255, 255, 255),
    ),
)  # fmt: skip


class Scenes(Sequence[Sample]):
    """A made world of streets and shores, as a data set: ``Scenes(400)[12]`` is a `Sample`.

    Nothing is stored: a sample is drawn when it is asked for, in a millisecond or two.

    Parameters
    ----------
    n : int
        How many pictures; picture ``i`` is the same whatever ``n`` is.
    size : (height, width)
        In pixels, each at least 32.
    seed : int
        Another seed is another set of pictures.
    domain : "day", "night" or "fog"
        The light. The masks of a scene are the same in all three.

    Attributes
    ----------
    labels : LabelSet
        Nine classes: sky, building, road, water, vegetation, car, boat, person, pole; 255 is void.

    Raises
    ------
    ValueError
        If ``n`` is negative, ``n`` or ``seed`` no integer, ``size`` too small, or ``domain`` unknown.

    Examples
    --------
    >>> sample = Scenes(400)[12]
    >>> sample.image.shape, sample.mask.shape, sample.name
    ((96, 128, 3), (96, 128), 'scene-0-00012')
    >>> len(Scenes(400)[300:])
    100
    """

    labels = LABELS

    def __init__(self, n: int, size: tuple[int, int] = (96, 128), seed: int = 0, domain: str = "day") -> None:
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 0:
            raise ValueError(f"n is the number of pictures, an integer >= 0; found {n!r}")
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
            raise ValueError(f"seed is an integer; found {seed!r}")
        if domain not in DOMAINS:
            raise ValueError(f"domain {domain!r} is unknown; expected one of {', '.join(map(repr, DOMAINS))}")
        self.size, self.seed, self.domain = _check_size(size), int(seed), domain
        self._indices = range(int(n))

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, index: int) -> Sample: ...

    @overload
    def __getitem__(self, index: slice) -> Scenes: ...

    def __getitem__(self, index: int | slice) -> Sample | Scenes:
        """Sample ``index``; or, for a slice, the `Scenes` of that part, not drawn yet."""
        if isinstance(index, slice):
            part = Scenes(0, self.size, self.seed, self.domain)
            part._indices = self._indices[index]
            return part
        seed, number = key = self.key(index)
        scene, light = self.describe(index)
        return render(scene, light, self.size, key, f"scene-{seed}-{number:05d}")

    def key(self, index: int) -> tuple[int, int]:
        """Return seed and number of picture ``index``: all that it depends on, beside its size and its domain."""
        return self.seed, self._indices[index]

    def describe(self, index: int) -> tuple[Scene, Light]:
        """Describe what is in picture ``index`` and how it is lit, before anything is drawn."""
        key = self.key(index)
        return sample_scene(*key), sample_light(Dice("light", *key), self.domain)


def _check_size(size: tuple[int, int]) -> tuple[int, int]:
    try:
        height, width = map(operator.index, size)
    except (TypeError, ValueError):
        raise ValueError(f"size is (height, width) in pixels, such as (96, 128); found {size!r}") from None
    if height < 32 or width < 32:
        raise ValueError(f"size is (height, width), each at least 32 pixels; found {(height, width)}")
    return height, width
