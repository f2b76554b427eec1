"""What is in a folder of pictures and masks, and what to do about what is wrong with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from segedu.data.decode import BadFileError
from segedu.data.files import read_image
from segedu.data.folder_files import SPLITS, all_pictures_in, names_of, others_in, partner_hint
from segedu.data.folder_mask import IN_BLACK_AND_WHITE, read_stored
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
    aside : tuple of str
        Other files in the two folders, which are not read: how many of which ending.
    """

    root: Path
    pairs: int
    sizes: Counter[tuple[int, int]]
    pixels: dict[int, int]
    labels: LabelSet | None
    problems: tuple[Problem, ...]
    aside: tuple[str, ...] = ()

    @property
    def void_share(self) -> float:
        """Share of the pixels that are 255; 0..1."""
        return self.pixels.get(VOID, 0) / max(1, sum(self.pixels.values()))

    def __str__(self) -> str:
        head = f"{self.root}: {self.pairs} pictures with masks"
        aside = [f"left aside in {files}" for files in self.aside]
        return "\n".join([head, *self._sizes(), *aside, *self._ids(), *self._todo()])

    def _sizes(self) -> Iterator[str]:
        for (rows, columns), count in self.sizes.most_common(5):
            yield f"  {count} of {rows} x {columns} (rows x columns)"
        if len(self.sizes) > 5:
            yield f"  and {len(self.sizes) - 5} more sizes"
        if len(self.sizes) > 1:
            yield "  Their sizes differ: give Folder a size (--size ROWS COLUMNS), so that they can be stacked."

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
        If there is no such folder, no picture in it, or ``labels.txt`` is no list of classes. Everything else is in
        the report.
    """
    root = Path(root).expanduser()
    found = _Found()
    images, masks = (_files_of(root, part, found) for part in ("images", "masks"))
    listing = root / "labels.txt"
    labels = read_labels(listing) if listing.is_file() else None
    for name in sorted(set(images) - set(masks)):
        found.note(images[name], "no mask for this picture", partner_hint(name, masks))
    for name in sorted(set(masks) - set(images)):
        found.note(masks[name], "no picture for this mask", "It will not be used; remove it, or add its picture.")
    pairs = sorted(set(images) & set(masks))
    for name in pairs:
        found.pair(images[name], masks[name], labels)
    _check_lists(root, images, found)
    for problem in _of_all(root / "masks", dict(found.pixels), labels):
        found.note(problem.files[0], problem.what, problem.advice)
    others = {part: others_in(root / part) for part in ("images", "masks")}
    aside = tuple(f"{part}/: {what}" for part, what in others.items() if what)
    return FolderReport(root, len(pairs), found.sizes, dict(found.pixels), labels, found.problems(), aside)


@dataclass
class _Found:
    """What is noted while a folder is read."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    pixels: Counter[int] = field(default_factory=Counter)
    notes: dict[tuple[str, str], list[Path]] = field(default_factory=lambda: defaultdict(list))

    def note(self, path: Path, what: str, advice: str) -> None:
        self.notes[what, advice].append(path)

    def problems(self) -> tuple[Problem, ...]:
        return tuple(Problem(tuple(files), what, advice) for (what, advice), files in self.notes.items())

    def read(self, path: Path, how: Callable[[Path], np.ndarray]) -> np.ndarray | None:
        """What `how` reads; a file that it refuses is noted."""
        try:
            return how(path)
        except BadFileError as error:
            self.note(path, error.what, error.advice)
        except FileNotFoundError:
            self.note(path, "a link that leads nowhere", "Mend the link, or remove it.")
        return None

    def pair(self, picture: Path, path: Path, labels: LabelSet | None) -> None:
        """Read a picture with its mask as `Folder` does."""
        image = self.read(picture, read_image)
        self.sizes.update([] if image is None else [image.shape[:2]])
        stored = self.read(path, partial(read_stored, labels=labels, picture=picture))
        if stored is None:
            return
        values, counts = np.unique(stored, return_counts=True)
        self.pixels.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))
        if image is not None and stored.shape != image.shape[:2]:
            advice = "Give each picture the mask that was drawn on it; scale masks by nearest neighbour only."
            self.note(path, "the mask is not as large as its picture", advice)
        if labels is not None and not labels.known(values).all():
            self.note(path, "values that are no class", labels.remedy(values))


def _files_of(root: Path, part: str, found: _Found) -> dict[str, Path]:
    """The pictures of one folder; files whose name is taken are noted."""
    files, twice = all_pictures_in(root, part)
    for name, path in twice:
        found.note(path, f"has the name of {files[name].name}", "Which is it? Remove or rename one of them.")
    return files


def _check_lists(root: Path, images: Mapping[str, Path], found: _Found) -> None:
    """Note what is wrong with the lists of the splits, where there are any."""
    lists = [split for split in SPLITS if (root / f"{split}.txt").is_file()]
    for split in lists:
        try:
            names_of(root, images, split, {}, seed=0)
        except ValueError as error:
            path = root / f"{split}.txt"
            what, _, advice = str(error).removeprefix(f"{path}: ").partition(". ")
            found.note(path, what, advice)


def _of_all(masks: Path, pixels: dict[int, int], labels: LabelSet | None) -> Iterator[Problem]:
    """What is wrong with the values of all masks together."""
    classes = sorted(set(pixels) - {VOID})
    if VOID in pixels and classes == [0] and (labels is None or len(labels) == 2):
        yield Problem((masks,), "the masks hold 0 and 255 alone, like drawings in black and white", IN_BLACK_AND_WHITE)
    elif labels is None and len(classes) > 1 and classes[-1] >= 2 * len(classes):
        advice = (
            "Map them to ids that count from 0 with Folder(..., ids={...}); if they come from scaling, do not blend."
        )
        yield Problem((masks,), f"only {len(classes)} of the values up to {classes[-1]} occur", advice)
    if labels is None:
        advice = "Write one class a line in the order of the ids, or give Folder labels=[...]."
        yield Problem((masks.parent / "labels.txt",), "no such file, so the classes have no names", advice)
