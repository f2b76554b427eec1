"""What the data sets on disk share: a list of names, and a sample that is read when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Self

import numpy as np

from segedu.data.fit import fit_to
from segedu.data.sample import Sample
from segedu.data.text import read_lines
from segedu.labels import LabelSet


class Listed:
    """A data set of files by name; a subclass sets the attributes and says how one sample is read.

    ``data[3]`` is a `Sample`, ``data[:10]`` a shorter data set.

    Attributes
    ----------
    labels : LabelSet
    names : tuple of str
        One name a sample.
    size : (int, int) or None
        Rows and columns to give, see `fit_to`; None leaves each picture as it is.
    """

    labels: LabelSet
    names: tuple[str, ...]
    size: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int | slice) -> Sample | Self:
        """One `Sample` for an integer; a shorter data set for a slice."""
        if isinstance(index, slice):
            part = copy(self)
            part.names = self.names[index]
            return part
        sample = self._read(self.names[index])
        return sample if self.size is None else fit_to(sample, self.size)

    def _read(self, name: str) -> Sample:
        """The sample called ``name``, as large as its files."""
        raise NotImplementedError


def read_names(listing: Path) -> tuple[str, ...]:
    """Names in a text file, one a line: the first word without folder and ending.

    Raises
    ------
    FileNotFoundError
        If there is no such list; it names those that are there.
    ValueError
        If the list is empty.
    """
    if not listing.is_file():
        there = ", ".join(sorted(path.stem for path in listing.parent.glob("*.txt"))) or "no list at all"
        raise FileNotFoundError(f"{listing}: no such list of names. In its folder there is {there}.")
    names = tuple(Path(line.split()[0]).stem for line in read_lines(listing))
    if not names:
        raise ValueError(f"{listing}: the list is empty, expected one name a line.")
    return names


def remap_ids(stored: np.ndarray, table: Mapping[int, int], source: str | Path) -> np.ndarray:
    """Stored values to class ids by a table, as uint8.

    Parameters
    ----------
    stored : (H, W) integers
    table : mapping of int to int
        Stored value to class id (or 255, void).
    source : path
        What to call the array in the error: the file's name.

    Raises
    ------
    ValueError
        If a value is not in the table.

    Examples
    --------
    >>> remap_ids(np.array([[1, 2, 3]]), {1: 1, 2: 0, 3: 255}, "trimap")
    array([[  1,   0, 255]], dtype=uint8)
    """
    found, position = np.unique(stored, return_inverse=True)
    unknown = [value for value in found.tolist() if value not in table]
    if unknown:
        raise ValueError(
            f"{source}: found the values {unknown[:8]}, expected {', '.join(map(str, sorted(table)))}. "
            "Check that the file is a mask of this data set, saved without interpolation."
        )
    ids = np.array([table[value] for value in found.tolist()], dtype=np.uint8)
    return ids[position.reshape(stored.shape)]
