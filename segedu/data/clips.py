"""Clips: the streets and shores of `Scenes`, filmed by a camera that moves, while cars and people move as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np

from segedu.data.sample import Sample
from segedu.data.scenes import LABELS, Scenes
from segedu.data.world.film import Film, sample_film
from segedu.data.world.light import Light
from segedu.data.world.motion import Survey, displacement, survey
from segedu.data.world.render import render


class Clip(Sequence[Sample]):
    """A few frames of one scene, with labels, motion and occlusion known exactly.

    Frame ``middle`` is a picture of `Scenes`, to the byte. ``clip[t]`` draws a frame when it is asked for.

    Parameters
    ----------
    film : Film
        What moves, and how.
    light : Light
    size : (height, width)
    frames : int
    key : (int, int)
        Seed and number.

    Attributes
    ----------
    middle : int
        The number of the frame that is a picture of `Scenes`.
    name : str
    """

    def __init__(self, film: Film, light: Light, size: tuple[int, int], frames: int, key: tuple[int, int]) -> None:
        self.film, self.light, self.size, self.key = film, light, size, key
        self.middle = frames // 2
        self.name = f"clip-{key[0]}-{key[1]:05d}"
        self._frames = range(frames)
        self._surveys: dict[int, Survey] = {}

    def __len__(self) -> int:
        return len(self._frames)

    @overload
    def __getitem__(self, index: int) -> Sample: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Sample, ...]: ...

    def __getitem__(self, index: int | slice) -> Sample | tuple[Sample, ...]:
        """Frame ``index``, or the frames of a slice."""
        if isinstance(index, slice):
            return tuple(self[t] for t in self._frames[index])
        t = self._frames[index]
        after = t - self.middle
        return render(self.film.at(after), self.light, self.size, self.key, f"{self.name}-{t:02d}", after)

    def flow(self, target: int, source: int) -> np.ndarray:
        """Find the way from each pixel of frame ``target`` to its place in frame ``source``.

        Returns
        -------
        (H, W, 2) float32
            Columns and rows to go, in pixels. 0 where the thing that the pixel shows is behind the camera in the
            source. What lies on the ground (shadows, reflections) moves with the ground. The shine of the ground
            itself does not move in the pictures: it belongs to the light.
        """
        return displacement(self._survey(target), self._survey(source))[0]

    def visible(self, target: int, source: int) -> np.ndarray:
        """Say which pixels of frame ``target`` can be seen in frame ``source`` as well.

        Returns
        -------
        (H, W) bool
            Where it is true, the nearest pixel at the end of the `flow` shows the same thing, and so the same class.
        """
        return displacement(self._survey(target), self._survey(source))[1]

    def _survey(self, index: int) -> Survey:
        t = self._frames[index]
        if t not in self._surveys:
            self._surveys[t] = survey(self.film.at(t - self.middle), self.light, self.size)
        return self._surveys[t]


class Clips(Sequence[Clip]):
    """A made world that moves: ``Clips(20)[3]`` is a `Clip` of which each frame is a `Sample`.

    Parameters
    ----------
    n : int
        How many clips.
    frames : int
        Of each clip, two at least. The one in the middle is picture ``i`` of ``Scenes(n, size, seed, domain)``.
    size, seed, domain
        As in `Scenes`.

    Attributes
    ----------
    labels : LabelSet
        Those of `Scenes`.

    Raises
    ------
    ValueError
        As `Scenes`, and if ``frames`` is below 2.

    Examples
    --------
    >>> clip = Clips(20)[3]
    >>> len(clip), clip[clip.middle].image.shape, clip.flow(5, 4).shape
    (11, (96, 128, 3), (96, 128, 2))
    """

    labels = LABELS

    def __init__(
        self, n: int, frames: int = 11, size: tuple[int, int] = (96, 128), seed: int = 0, domain: str = "day"
    ) -> None:
        if isinstance(frames, bool) or not isinstance(frames, int | np.integer) or frames < 2:
            raise ValueError(f"frames is how many pictures a clip has, an integer >= 2; found {frames!r}")
        self.scenes, self.frames = Scenes(n, size, seed, domain), int(frames)

    def __len__(self) -> int:
        return len(self.scenes)

    @overload
    def __getitem__(self, index: int) -> Clip: ...

    @overload
    def __getitem__(self, index: slice) -> Clips: ...

    def __getitem__(self, index: int | slice) -> Clip | Clips:
        """Clip ``index``; or, for a slice, the `Clips` of that part."""
        if isinstance(index, slice):
            part = Clips(0, self.frames, self.scenes.size, self.scenes.seed, self.scenes.domain)
            part.scenes = self.scenes[index]
            return part
        scene, light = self.scenes.describe(index)
        key = self.scenes.key(index)
        return Clip(sample_film(scene, *key), light, self.scenes.size, self.frames, key)
