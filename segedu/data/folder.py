"""A folder of your own: pictures in ``images/``, masks of the same names in ``masks/``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from segedu.data.files import read_ids, read_image
from segedu.data.label_file import name_colors, read_labels
from segedu.data.listed import Listed, check_size, translate
from segedu.data.sample import Sample
from segedu.labels import LabelSet

SHARES = {"train": 0.7, "val": 0.15, "test": 0.15}


class Folder(Listed):
    """Pictures and masks that lie in one folder, read from disk when asked for.

    ``images/a.jpg`` belongs to ``masks/a.png``, ``images/day1/b.tif`` to ``masks/day1/b.png``. A mask holds a class
    id a pixel, 255 for void. `inspect_folder`, or ``python -m segedu data FOLDER``, tells what is in such a folder
    and what is wrong with it. Masks without a picture are left aside.

    Parameters
    ----------
    root : path
        The folder with ``images`` and ``masks``.
    labels : LabelSet, or names of the classes, optional
        Default: the file ``labels.txt`` in the folder, with a class a line, see `read_labels`.
    split : {"train", "val", "test"}, optional
        Default: all pictures. If the folder has ``train.txt`` ..., that list counts, one name a line. If not, the
        names are dealt out by ``shares``.
    shares : mapping of str to float
        What share of the pictures each split gets.
    seed : int
        Of the dealing. Pictures that resemble each other (frames of one drive, slices of one patient) must not be
        dealt to different splits, or the score is flattered: write lists.
    size : (int, int), optional
        Rows and columns to give, see `fit_to`; pictures of different sizes need it to be stacked.
    ids : mapping of int to int, optional
        Stored value to class id, where they differ: ``{0: 0, 255: 1}`` reads masks drawn in black and white.

    Raises
    ------
    FileNotFoundError
        If the folder, one of the two in it, or ``labels.txt`` is missing, or (on access) a file is gone.
    ValueError
        If there are no pictures, a picture lacks its mask, two files have one name, a split is empty, or (on access)
        a file is damaged, or a mask holds colours, unknown ids, or has another size than its picture.
    """

    def __init__(
        self,
        root: str | Path,
        labels: LabelSet | Sequence[str] | None = None,
        split: str | None = None,
        shares: Mapping[str, float] = SHARES,
        seed: int = 0,
        size: tuple[int, int] | None = None,
        ids: Mapping[int, int] | None = None,
    ):
        self.root, self.split, self.size, self.ids = Path(root).expanduser(), split, size, ids
        self.images, self.masks = pictures_in(self.root, "images"), pictures_in(self.root, "masks")
        if alone := sorted(set(self.images) - set(self.masks)):
            raise ValueError(
                f"{self.root}: {len(alone)} of {len(self.images)} pictures have no mask, the first is "
                f"{self.images[alone[0]]}. {partner_hint(alone[0], self.masks)}"
            )
        if labels is None:
            labels = read_labels(self.root / "labels.txt")
        self.labels = labels if isinstance(labels, LabelSet) else name_colors(labels)
        self.names = tuple(sorted(self.images))
        if split is not None:
            listing = self.root / f"{split}.txt"
            self.names = self._listed(listing) if listing.is_file() else deal(self.names, split, shares, seed)

    def _listed(self, listing: Path) -> tuple[str, ...]:
        """The names in a list; endings of pictures may be there or not."""
        lines = [line.strip() for line in listing.read_text("utf-8").splitlines() if line.strip()]
        names = tuple(line if line in self.images else str(Path(line).with_suffix("").as_posix()) for line in lines)
        if not names:
            raise ValueError(f"{listing}: the list is empty, expected one name a line.")
        if unknown := [line for line, name in zip(lines, names, strict=True) if name not in self.images]:
            raise ValueError(
                f"{listing}: {unknown[0]!r} is not in {self.root / 'images'}. Give names as they are there, for "
                f"instance {min(self.images)!r}."
            )
        return names

    def _read(self, name: str) -> Sample:
        image = read_image(self.images[name])
        path = self.masks[name]
        stored = read_ids(path)
        mask = stored if self.ids is None else translate(stored, self.ids, path)
        # With two classes, 0 and 255 are the colours of a drawing. With more, 0 and void may well be alone.
        self.labels.check(mask, source=str(path), binary=len(self.labels) > 2 or self.ids is not None)
        check_size(path, mask, image)
        return Sample(image, mask.astype(np.uint8), name=name)


def pictures_in(root: Path, folder: str) -> dict[str, Path]:
    """The pictures below ``root/folder``, by their path there without the ending.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it holds no picture, or two of one name.
    """
    top = root / folder
    if not top.is_dir():
        raise FileNotFoundError(
            f"{top}: no such folder. Expected pictures in images/, masks of the same names in masks/."
        )
    endings = Image.registered_extensions()
    found: dict[str, Path] = {}
    for path in sorted(top.rglob("*")):
        if path.name.startswith(".") or path.suffix.lower() not in endings or not path.is_file():
            continue
        name = path.relative_to(top).with_suffix("").as_posix()
        if name in found:
            raise ValueError(f"{found[name]} and {path} have one name; which is it? Remove or rename one of them.")
        found[name] = path
    if not found:
        raise ValueError(f"{top}: no picture in it, expected files such as a.png")
    return found


def partner_hint(name: str, others: Mapping[str, Path]) -> str:
    """What to do about a picture without mask: perhaps the mask only has a longer name."""
    near = next((other for other in others if re.fullmatch(rf"{re.escape(name)}[_. -].*", other)), None)
    if near:
        return f"There is {others[near]}: give it the name of its picture."
    return "Draw the missing masks, or move these pictures elsewhere."


def deal(names: Sequence[str], split: str, shares: Mapping[str, float], seed: int) -> tuple[str, ...]:
    """The names of one split, when all are shuffled by ``seed`` and dealt out.

    Raises
    ------
    ValueError
        If the split is unknown or gets no name, or the shares do not add up to 1.

    Examples
    --------
    >>> deal("abcdefgh", "val", {"train": 0.75, "val": 0.25}, seed=0)
    ('e', 'f')
    """
    if split not in shares:
        raise ValueError(f"split: found {split!r}, expected one of {', '.join(shares)}")
    if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) < 0:
        raise ValueError(f"shares: found {dict(shares)}, expected shares of at least 0 that add up to 1")
    order = np.random.RandomState(seed).permutation(len(names))  # numpy promises this order for ever
    before = 0.0
    for one, share in shares.items():
        first, last = round(before * len(names)), round((before + share) * len(names))
        if one == split:
            break
        before += share
    if first == last:
        raise ValueError(f"split: {split} gets none of {len(names)} pictures; give it a larger share, or write lists")
    return tuple(names[i] for i in sorted(order[first:last]))
