"""A folder of your own: pictures in ``images/``, masks of the same names in ``masks/``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

import numpy as np

from segedu.data.decode import BadFileError
from segedu.data.files import read_image
from segedu.data.folder_files import names_of, others_in, partner_hint, pictures_in
from segedu.data.folder_mask import IN_BLACK_AND_WHITE, only_black_and_white, read_stored
from segedu.data.label_file import name_colors, read_labels
from segedu.data.listed import Listed, remap_ids
from segedu.data.sample import Sample, check_size
from segedu.labels import VOID, LabelSet

SHARES = {"train": 0.7, "val": 0.15, "test": 0.15}


def _folder_first(init: Callable[..., None]) -> Callable[..., None]:
    """Let a folder stand first, ``Folder("my_data", split="val")``: that can mean nothing else than the root."""

    @wraps(init)
    def init_in_order(self: Folder, *given: Any, **named: Any) -> None:
        first = given[0] if given and "root" not in named and len(given) < 3 else None
        if isinstance(first, str | Path) and Path(first).expanduser().is_dir():
            if given[1:]:  # after a folder there is no place for a split
                raise TypeError("Folder: after a folder, name the rest: Folder(folder, split='val', size=...)")
            named["root"], given = first, ()
        init(self, *given, **named)

    return init_in_order


class Folder(Listed):
    """Pictures and masks that lie in one folder, read from disk when asked for.

    ``images/a.jpg`` belongs to ``masks/a.png``, ``images/day1/b.tif`` to ``masks/day1/b.png``. A mask holds a class
    id a pixel, 255 for void. `inspect_folder`, or ``python -m segedu data FOLDER``, tells what is in such a folder
    and what is wrong with it. Masks without a picture are left aside, with a warning.

    Parameters
    ----------
    split : {"train", "val", "test"}, optional
        Default: all pictures. If the folder has ``train.txt`` ..., these lists count, one name a line. If it has none,
        the names are dealt out by ``shares``.
    size : (int, int), optional
        Rows and columns to give, see `fit_to`; pictures of different sizes need it to be stacked.
    root : path
        The folder with ``images`` and ``masks``; it may also come first: ``Folder("my_data", split="val")``.
    labels : LabelSet, or names of the classes, optional
        Default: the file ``labels.txt`` in the folder, with a class a line, see `read_labels`.
    shares : mapping of str to float
        What share of the pictures each split gets.
    seed : int
        Of the dealing. Pictures that resemble each other (frames of one drive, slices of one patient) must not be
        dealt to different splits, or the score is flattered: write lists.
    ids : mapping of int to int, optional
        Stored value to class id, where they differ: ``{0: 0, 255: 1}`` reads masks drawn in black and white. With it,
        the colours of a palette are not looked at.

    Raises
    ------
    FileNotFoundError
        If the folder, one of the two in it, ``labels.txt``, or the list of the split beside other lists is missing, or
        (on access) a file is gone.
    ValueError
        If there are no pictures, a picture lacks its mask, two files have one name, a split is empty, two lists share
        a name, or (on access) a file is damaged, or a mask holds colours, unknown ids, a palette in an order of its
        own, or has another size than its picture; or if all masks hold 0 and 255 alone.
    """

    @_folder_first
    def __init__(
        self,
        split: str | None = None,
        size: tuple[int, int] | None = None,
        root: str | Path | None = None,
        labels: LabelSet | Sequence[str] | None = None,
        shares: Mapping[str, float] = SHARES,
        seed: int = 0,
        ids: Mapping[int, int] | None = None,
    ):
        if root is None:
            raise ValueError(
                f"root: found none, and split {split!r}. Give the folder that holds images/ and masks/: "
                "Folder('train', root='my_data'), or Folder(root='my_data') for all of it."
            )
        self.root, self.split, self.size, self.ids = Path(root).expanduser(), split, size, ids
        self.images, self.masks = pictures_in(self.root, "images"), pictures_in(self.root, "masks")
        if alone := sorted(set(self.images) - set(self.masks)):
            raise ValueError(
                f"{self.root}: {len(alone)} of {len(self.images)} pictures have no mask, the first is "
                f"{self.images[alone[0]]}. {partner_hint(alone[0], self.masks)}" + _also(self.root / "masks")
            )
        alone = sorted(set(self.masks) - set(self.images))
        _warn_of_masks_alone(self.root, alone)
        if labels is None:
            labels = read_labels(self.root / "labels.txt")
        self.labels = labels if isinstance(labels, LabelSet) else name_colors(labels)
        self.names = tuple(sorted(self.images))
        if split is not None:
            self.names = names_of(self.root, self.images, split, shares, seed)

    def _read(self, name: str) -> Sample:
        image, path = read_image(self.images[name]), self.masks[name]
        stored = read_stored(path, self.labels if self.ids is None else None, self.images[name])
        mask = stored if self.ids is None else remap_ids(stored, self.ids, path)
        if self.ids is None and len(self.labels) == 2 and np.unique(mask).tolist() == [0, VOID] and self._drawn:
            raise BadFileError(path, "found only the ids 0 and 255, as in every mask beside it", IN_BLACK_AND_WHITE)
        self.labels.check(mask, source=str(path), binary=True)
        check_size(path, mask, image)
        return Sample(image, mask.astype(np.uint8), name=name)

    @cached_property
    def _drawn(self) -> bool:
        """Whether all masks look like drawings in black and white; one alone may well hold void and no object."""
        return only_black_and_white(self.masks.values())


def _also(top: Path) -> str:
    """A sentence on the files that are no pictures; perhaps they are what is missing."""
    others = others_in(top)
    return f" There is also {others} in {top}, which Pillow cannot read as a picture." if others else ""


def _warn_of_masks_alone(root: Path, alone: list[str]) -> None:
    if alone:
        told = f"{root}: {len(alone)} masks have no picture and are left aside, the first is {alone[0]!r}."
        warnings.warn(told + _also(root / "images"), stacklevel=3)
