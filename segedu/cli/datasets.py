"""From the words of the command line to a data set."""

from __future__ import annotations

import argparse

from segedu.data import COCO, EM, VOC, CamVid, Cityscapes, Dataset, Folder, Pets, Scenes

SCENES_SPLITS = {"train": (400, 0), "val": (100, 1), "test": (150, 2)}
"""Number of pictures and seed of each split of the made world."""

ON_DISK = {"camvid": CamVid, "voc": VOC, "cityscapes": Cityscapes, "coco": COCO, "pets": Pets, "em": EM}
"""Data sets that are built by split, size and root."""

SCENES_SIZE = (96, 128)

NAMES = ("scenes", *ON_DISK, "folder")


def load(arguments: argparse.Namespace, split: str, size: tuple[int, int] | None) -> Dataset:
    """The split of the data set that ``--data``, ``--root`` and ``--limit`` ask for.

    Raises
    ------
    ValueError, FileNotFoundError
        If ``--data folder`` has no ``--root``, or ``--data scenes`` has one, ``--limit`` is less than 1, or the data
        set cannot be read.
    """
    if arguments.limit is not None and arguments.limit < 1:
        raise ValueError(f"--limit: found {arguments.limit}, expected at least 1")
    return _whole(arguments, split, size and tuple(size))[: arguments.limit]


def _whole(arguments: argparse.Namespace, split: str, size: tuple[int, int] | None) -> Dataset:
    if arguments.data == "scenes":
        if arguments.root is not None:
            raise ValueError(
                f"--root {arguments.root}: --data scenes is drawn and has no files. For pictures and masks of your own "
                f"say --data folder --root {arguments.root}; else leave --root away."
            )
        n, seed = SCENES_SPLITS[split]
        return Scenes(n, size=size or SCENES_SIZE, seed=seed)
    if arguments.data == "folder":
        if arguments.root is None:
            raise ValueError("--data folder: give --root, the folder with images/ and masks/")
        return Folder(split, size, arguments.root)
    given = {} if size is None else {"size": size}  # CamVid has a size of its own where none is asked for
    return ON_DISK[arguments.data](split, root=arguments.root, **given)
