"""Which files of a folder are its pictures and masks, and which of them belong to a split."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from segedu.data.text import read_lines

SPLITS = ("train", "val", "test")
BESIDE = ("__MACOSX", "@eaDir")
"""Folders that archive programs and network disks put beside the files, for previews and notes of their own."""


def pictures_in(root: Path, folder: str) -> dict[str, Path]:
    """The pictures below ``root/folder``, by their path there without the ending.

    Links to folders are followed. Hidden files and folders (``.ipynb_checkpoints``) are not looked at.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it holds no picture, or two of one name.
    """
    found, twice = all_pictures_in(root, folder)
    if twice:
        raise ValueError(f"{found[twice[0][0]]} and {twice[0][1]} have one name; which is it? Remove or rename one.")
    return found


def all_pictures_in(root: Path, folder: str) -> tuple[dict[str, Path], list[tuple[str, Path]]]:
    """As `pictures_in`, and apart from them the files whose name is taken, with that name."""
    top = root / folder
    if not top.is_dir():
        raise FileNotFoundError(
            f"{top}: no such folder. Expected pictures in images/, masks of the same names in masks/."
        )
    found: dict[str, Path] = {}
    twice: list[tuple[str, Path]] = []
    for path in _files(top, ()):
        if not _is_picture(path):
            continue
        # Some systems store an accented letter as two characters, others as one: by name they are the same.
        name = unicodedata.normalize("NFC", path.relative_to(top).with_suffix("").as_posix())
        if name in found:
            twice.append((name, path))
        else:
            found[name] = path
    if not found:
        raise ValueError(f"{top}: no picture in it, expected files such as a.png; found {others_in(top) or 'nothing'}")
    return found, twice


def others_in(top: Path) -> str:
    """What else a folder holds than pictures, such as "118 .mat, 1 .txt"; empty if nothing."""
    endings = Counter(path.suffix.lower() or path.name for path in _files(top, ()) if not _is_picture(path))
    return ", ".join(f"{n} {ending}" for ending, n in endings.most_common(5))


def partner_hint(name: str, others: Mapping[str, Path]) -> str:
    """What to do about a picture without mask: perhaps the mask only has a longer name."""
    near = next((other for other in others if re.fullmatch(rf"{re.escape(name)}[_. -].*", other)), None)
    if near:
        return f"There is {others[near]}: give it the name of its picture."
    return "Draw the missing masks, or move these pictures elsewhere."


def names_of(
    root: Path, images: Mapping[str, Path], split: str, shares: Mapping[str, float], seed: int
) -> tuple[str, ...]:
    """The names of one split: from its list, or dealt out where the folder has no list at all.

    Raises
    ------
    FileNotFoundError
        If there are lists of other splits, but not of this one.
    ValueError
        If a list is empty, names what is not there or twice the same, or two lists share a name; or see `deal`.
    """
    lists = {one: root / f"{one}.txt" for one in dict.fromkeys((*SPLITS, *shares, split))}
    there = {one: path for one, path in lists.items() if path.is_file()}
    if not there:
        return deal(sorted(images), split, shares, seed)
    if split not in there:
        raise FileNotFoundError(
            f"{lists[split]}: no such list, but there is {', '.join(path.name for path in there.values())}. "
            f"Write it, one name a line: dealt out at random, {split} could get pictures of the other lists."
        )
    listed = {one: _listed(path, images) for one, path in there.items() if one == split or one in SPLITS}
    names = listed.pop(split)
    if unknown := [name for name in names if name not in images]:
        raise ValueError(
            f"{there[split]}: {unknown[0]!r} is not in {root / 'images'}. Give names as they are there, for "
            f"instance {min(images)!r}."
        )
    for other, theirs in listed.items() if split in SPLITS else ():
        if common := sorted(set(names) & set(theirs)):
            raise ValueError(
                f"{there[split]}: {len(common)} names are in {there[other].name} too, the first is {common[0]!r}. "
                "A score on pictures that were trained on says nothing; keep each name in one list."
            )
    return names


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
        raise ValueError(
            f"split: {split} gets none of {len(names)} pictures. Write the names of each split into train.txt, "
            "val.txt and test.txt beside images/, or give Folder other shares."
        )
    return tuple(names[i] for i in sorted(order[first:last]))


def _listed(listing: Path, images: Mapping[str, Path]) -> tuple[str, ...]:
    """The names in a list; endings of pictures may be there or not, and Windows may have written the slashes."""
    lines = [unicodedata.normalize("NFC", line) for line in read_lines(listing)]
    lines = [line if line in images else line.replace("\\", "/") for line in lines]
    names = tuple(line if line in images else Path(line).with_suffix("").as_posix() for line in lines)
    if not names:
        raise ValueError(f"{listing}: the list is empty, expected one name a line.")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ValueError(f"{listing}: {twice[0]!r} is in it more than once. Keep one line a picture.")
    return names


def _files(top: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    """All files below a folder, sorted, also behind links; a link back to a folder above is not followed."""
    here = Path(os.path.realpath(top))
    if here in above:
        return
    for path in sorted(top.iterdir()):
        if path.name.startswith(".") or path.name in BESIDE:
            continue
        if path.is_dir():
            yield from _files(path, (*above, here))
        else:
            yield path


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in Image.registered_extensions()
