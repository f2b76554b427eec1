"""What is in a folder of pictures and masks, and what to do about what is wrong with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from segedu.data.files import read_ids, read_image
from segedu.data.folder import partner_hint, pictures_in
from segedu.data.label_file import read_labels
from segedu.labels import VOID, LabelSet


@dataclass(frozen=True)
class Problem:
    """One kind of mistake: which files have it, what it is, and what to do."""

    files: tuple[Path, ...]
    what: str
    advice: str

    def __str__(self) -> str:
        more = f" and {len(self.files) - 1} more" if len(self.files) > 1 else ""
        return f"{self.files[0]}{more}: {self.what}. {self.advice}"


@dataclass(frozen=True, eq=False)
class FolderReport:
    """What `inspect_folder` found; ``print`` it.

    Attributes
    ----------
    root : Path
    pairs : int
        Pictures with a mask.
    sizes : Counter of (int, int)
        How many pictures have so many rows and columns.
    pixels : dict of int to int
        Pixels of each stored value, over all masks that could be read.
    labels : LabelSet or None
        From ``labels.txt``.
    problems : tuple of Problem
        Empty if a `Folder` of it will work; pictures of several sizes still need its ``size``.
    """

    root: Path
    pairs: int
    sizes: Counter[tuple[int, int]]
    pixels: dict[int, int]
    labels: LabelSet | None
    problems: tuple[Problem, ...]

    @property
    def void_share(self) -> float:
        """Share of the pixels that are 255; 0..1."""
        return self.pixels.get(VOID, 0) / max(1, sum(self.pixels.values()))

    def __str__(self) -> str:
        head = f"{self.root}: {self.pairs} pictures with masks"
        return "\n".join([head, *self._sizes(), *self._ids(), *self._todo()])

    def _sizes(self) -> Iterator[str]:
        for (rows, columns), count in self.sizes.most_common(5):
            yield f"  {count} of {rows} x {columns} (rows x columns)"
        if len(self.sizes) > 5:
            yield f"  and {len(self.sizes) - 5} more sizes"
        if len(self.sizes) > 1:
            yield "  Their sizes differ: give Folder a size, so that they can be stacked."

    def _ids(self) -> Iterator[str]:
        total = max(1, sum(self.pixels.values()))
        yield "values in the masks:"
        for value, count in sorted(self.pixels.items())[:40]:
            yield f"  {value:>5}  {count:>12,} pixels  {100 * count / total:6.2f} %  {self._name(value)}".rstrip()
        if len(self.pixels) > 40:
            yield f"  and {len(self.pixels) - 40} more values"

    def _name(self, value: int) -> str:
        if self.labels is not None and value < len(self.labels):
            return self.labels.names[value]
        return "void" if value == VOID else ""

    def _todo(self) -> Iterator[str]:
        yield "to mend:" if self.problems else "nothing to mend"
        for problem in self.problems:
            yield f"  {problem}"


def inspect_folder(root: str | Path) -> FolderReport:
    """Read all of a folder that `Folder` is meant for, and tell what is in it.

    Parameters
    ----------
    root : path
        With ``images`` and ``masks``, and perhaps ``labels.txt``.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such folder, or no picture in it. Everything else is in the report.
    """
    root = Path(root).expanduser()
    images, masks = pictures_in(root, "images"), pictures_in(root, "masks")
    listing = root / "labels.txt"
    labels = read_labels(listing) if listing.is_file() else None
    sizes: Counter[tuple[int, int]] = Counter()
    pixels: Counter[int] = Counter()
    found: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for name in sorted(set(images) - set(masks)):
        found["no mask for this picture", partner_hint(name, masks)].append(images[name])
    for name in sorted(set(masks) - set(images)):
        found["no picture for this mask", "It will not be used; remove it, or add its picture."].append(masks[name])
    pairs = sorted(set(images) & set(masks))
    for name in pairs:
        size = _size_of(images[name], found)
        sizes.update([size] if size else [])
        stored = _values_of(masks[name], size, labels, found)
        if stored is not None:
            pixels.update(dict(zip(*(part.tolist() for part in np.unique(stored, return_counts=True)), strict=True)))
    problems = [Problem(tuple(files), what, advice) for (what, advice), files in found.items()]
    problems += _of_all(root / "masks", dict(pixels), labels)
    return FolderReport(root, len(pairs), sizes, dict(pixels), labels, tuple(problems))


Found = dict[tuple[str, str], list[Path]]


def _size_of(path: Path, found: Found) -> tuple[int, int] | None:
    """Rows and columns of a picture; a damaged one is noted."""
    try:
        return read_image(path).shape[:2]
    except ValueError:
        advice = "Copy it again, or remove it with its partner."
        found["cannot be read; it is damaged or no picture", advice].append(path)
        return None


def _values_of(path: Path, size: tuple[int, int] | None, labels: LabelSet | None, found: Found) -> np.ndarray | None:
    """The stored values of a mask; what is wrong with it is noted."""
    try:
        stored = read_ids(path)
    except ValueError:
        if _size_of(path, found):  # it can be read, so it is sound, and in colours
            advice = "Turn colours into ids with LabelSet.decolorize, and save them with save_image as PNG."
            found["a mask in colours, expected one class id a pixel", advice].append(path)
        return None
    if path.suffix.lower() in (".jpg", ".jpeg"):
        advice = "Export the masks again as PNG: JPEG mixes neighbouring ids."
        found["a mask saved as JPEG", advice].append(path)
    if size is not None and stored.shape != size:
        advice = "Give each picture the mask that was drawn on it; scale masks by nearest neighbour only."
        found["the mask is not as large as its picture", advice].append(path)
    if labels is not None and set(np.unique(stored).tolist()) - {*range(len(labels)), VOID}:
        advice = f"labels.txt has {len(labels)} classes: add lines, or map the values with Folder(..., ids={{...}})."
        found["values that are no class", advice].append(path)
    return stored


def _of_all(masks: Path, pixels: dict[int, int], labels: LabelSet | None) -> Iterator[Problem]:
    """What is wrong with the values of all masks together."""
    classes = sorted(set(pixels) - {VOID})
    if VOID in pixels and classes == [0] and (labels is None or len(labels) == 2):
        advice = "If 255 means 'object', read them with Folder(..., ids={0: 0, 255: 1}), or divide them by 255."
        yield Problem((masks,), "the masks hold 0 and 255 alone, like drawings in black and white", advice)
    elif labels is None and len(classes) > 1 and classes[-1] >= 2 * len(classes):
        advice = (
            "Map them to ids that count from 0 with Folder(..., ids={...}); if they come from scaling, do not blend."
        )
        yield Problem((masks,), f"only {len(classes)} of the values up to {classes[-1]} occur", advice)
    if labels is None:
        advice = "Write one class a line in the order of the ids, or give Folder labels=[...]."
        yield Problem((masks.parent / "labels.txt",), "no such file, so the classes have no names", advice)
