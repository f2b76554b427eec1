"""One picture and its labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from segedu.labels import LabelSet


def check_size(source: str | Path, mask: np.ndarray, image: np.ndarray, what: str = "mask") -> None:
    """Raise `ValueError` that names the file unless a mask has the size of its picture."""
    if mask.shape != image.shape[:2]:
        raise ValueError(
            f"{source}: the {what} is {mask.shape}, its image {image.shape[:2]} (rows, columns). "
            "Give each picture the mask that was drawn on it, at the same size."
        )


@dataclass(frozen=True, eq=False)
class Sample:
    """One picture and its labels; height and width of all arrays agree.

    Parameters
    ----------
    image : (H, W, 3) uint8
        Red, green, blue, 0..255.
    mask : (H, W) uint8
        A class id for every pixel; 255 is void.
    instances : (H, W) int32, optional
        An object id for every pixel of a countable thing; 0 elsewhere.
    name : str
        Where it comes from: a file's stem, or its number in a made world.

    Raises
    ------
    ValueError
        If a mask has another size than its image.
    """

    image: np.ndarray
    mask: np.ndarray
    instances: np.ndarray | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] != 3:
            raise ValueError(f"{self.name or 'image'}: expected an (H, W, 3) image, found shape {self.image.shape}")
        if self.image.dtype != np.uint8 or self.mask.dtype != np.uint8:
            raise ValueError(
                f"{self.name or 'sample'}: image and mask are {self.image.dtype} and {self.mask.dtype}, expected "
                "uint8. Floats in 0..1: multiply by 255 and round."
            )
        check_size(self.name or "mask", self.mask, self.image)
        if self.instances is not None:
            check_size(self.name or "instances", self.instances, self.image, "instances")


@runtime_checkable
class Dataset(Protocol):
    """What `segedu` calls a data set: a sequence of `Sample` with one `LabelSet`."""

    labels: LabelSet

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Sample: ...
