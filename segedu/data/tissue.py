"""Tissue, drawn by a program: cells that nearly touch, behind membranes that fade in places.

A stand-in for pictures under a microscope, where the task is to tell neighbours of the same class apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segedu.data.sample import Sample
from segedu.labels import LabelSet

LABELS = LabelSet(names=("background", "cell"), colors=((60, 60, 60), (86, 180, 233)))


class Tissue(Sequence[Sample]):
    """A made tissue as a data set: grey pictures of cells, with a number for each cell.

    A plane is shared out among random points (a Voronoi diagram); each share is a cell, and one in four is left empty.
    Between two cells lies a membrane one to two pixels wide, drawn dark, but in places so faint that only its
    course to both sides shows it. The background is both: wide and easy in the empty places, thin and hard in the
    membranes.

    Parameters
    ----------
    n : int
        How many pictures; picture ``i`` is the same whatever ``n`` is.
    size : (height, width)
        In pixels.
    seed : int
        Another seed is another set of pictures.

    Attributes
    ----------
    labels : LabelSet
        background (membranes too) and cell. A sample's ``instances`` number the cells.

    Examples
    --------
    >>> sample = Tissue(20)[3]
    >>> sample.image.shape, bool((sample.mask == (sample.instances > 0)).all())
    ((64, 64, 3), True)
    """

    labels = LABELS

    def __init__(self, n: int, size: tuple[int, int] = (64, 64), seed: int = 0) -> None:
        if n < 0 or min(size) < 16:
            raise ValueError(
                f"n, size: found {n}, {tuple(size)}, expected n of 0 or more and sides of at least 16 pixels"
            )
        self.size, self.seed = tuple(size), seed
        self._indices = range(n)

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, index: int | slice) -> Sample | Tissue:
        """Sample ``index``; or, for a slice, the `Tissue` of that part."""
        if isinstance(index, slice):
            part = Tissue(0, self.size, self.seed)
            part._indices = self._indices[index]
            return part
        number = self._indices[index]
        random = np.random.default_rng((self.seed, number))
        instances, membrane = _cells(random, self.size)
        image = _photograph(random, instances, membrane)
        mask = (instances > 0).astype(np.uint8)
        return Sample(image, mask, instances, name=f"tissue-{self.seed}-{number:05d}")


def _cells(random: np.random.Generator, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Cell numbers ``(H, W)`` int32, and where the membranes are."""
    points = random.uniform(0, size, (max(4, size[0] * size[1] // 256), 2))
    pixels = np.indices(size).transpose(1, 2, 0)[:, :, None]
    distance = np.linalg.norm(pixels - points, axis=-1)  # (H, W, points)
    owner = distance.argmin(axis=-1)
    nearest, second = np.partition(distance, 1, axis=-1)[..., :2].transpose(2, 0, 1)
    membrane = second - nearest < 1.2
    empty = owner % 4 == 0
    return np.where(membrane | empty, 0, owner + 1).astype(np.int32), membrane & ~empty


def _photograph(random: np.random.Generator, instances: np.ndarray, membrane: np.ndarray) -> np.ndarray:
    """Grey bytes ``(H, W, 3)``: cells of different brightness, dark membranes that fade, blur and noise."""
    size = instances.shape
    from scipy import ndimage  # here, so that importing the room stays cheap

    smooth = ndimage.gaussian_filter(random.normal(size=size), 5)
    contrast = (0.55 + 0.35 * smooth / smooth.std()).clip(0.05, 1)
    brightness = 0.62 + 0.08 * random.normal(size=instances.max() + 1)
    dark = 0.3 * np.where(membrane, contrast, instances == 0)
    grey = ndimage.gaussian_filter(brightness[instances] - dark, 0.7) + 0.06 * random.normal(size=size)
    return np.repeat((255 * grey.clip(0, 1)).astype(np.uint8)[..., None], 3, axis=-1)
