"""Cityscapes: streets of 50 cities, seen from a car, in 19 classes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from segedu.data.cityscapes_labels import LABELS, TRAIN_IDS, draw
from segedu.data.files import data_root, read_ids, read_image
from segedu.data.listed import Listed, remap_ids
from segedu.data.sample import Sample, check_size
from segedu.labels import VOID

ENDING = "_leftImg8bit.png"


class Cityscapes(Listed):
    """The frames of one split of Cityscapes, read from disk when asked for.

    The files hold ids of 34 categories. 19 are classes, numbered 0 to 18 as the benchmark numbers them ("trainIds");
    the rest is void. ``instances`` are the files' own numbers, 1000 times the stored id plus a count: 26003 is the
    fourth car.

    The data need an account at www.cityscapes-dataset.com: download ``leftImg8bit_trainvaltest.zip`` and
    ``gtFine_trainvaltest.zip`` there, and unpack both in one folder.

    Parameters
    ----------
    split : {"train", "val", "test", "train_extra"}
        2975 and 500 frames have labels; in the 1525 of ``test`` everything is void. ``train_extra`` has coarse labels
        only.
    size : (int, int), optional
        Rows and columns to give, see `fit_to`. Default: 1024 x 2048.
    root : path, optional
        The folder with ``leftImg8bit`` and ``gtFine``; default ``$SEGEDU_DATA/cityscapes``.
    quality : {"fine", "coarse"}
        ``gtFine``, or the quickly drawn polygons of ``gtCoarse``, which leave much void.
    source : {"png", "polygons"}
        Read ``*_labelIds.png`` and, where they are there, ``*_instanceIds.png``; or draw both from ``*_polygons.json``.

    Raises
    ------
    FileNotFoundError
        If a folder, or (on access) a file, is missing.
    ValueError
        If an argument is unknown, the split is empty, or (on access) a file is damaged or holds unknown ids.

    References
    ----------
    Cordts et al., "The Cityscapes dataset for semantic urban scene understanding", CVPR 2016.
    """

    labels = LABELS

    def __init__(
        self,
        split: str = "train",
        size: tuple[int, int] | None = None,
        root: str | Path | None = None,
        *,
        quality: Literal["fine", "coarse"] = "fine",
        source: Literal["png", "polygons"] = "png",
    ):
        for name, value, known in (("quality", quality, ("fine", "coarse")), ("source", source, ("png", "polygons"))):
            if value not in known:
                raise ValueError(f"{name}: found {value!r}, expected {' or '.join(map(repr, known))}")
        self.split, self.size, self.quality, self.source = split, size, quality, source
        self.root = data_root("cityscapes", root)
        pictures = self.root / "leftImg8bit" / split
        if not pictures.is_dir():
            raise FileNotFoundError(
                f"{pictures}: no such folder. Give root=... the folder that holds leftImg8bit and gtFine."
            )
        self.names = tuple(sorted(p.name.removesuffix(ENDING) for p in pictures.glob(f"*/*{ENDING}")))
        if not self.names:
            raise ValueError(f"{pictures}: no picture in it, expected CITY/*{ENDING}")

    def _read(self, name: str) -> Sample:
        city = name.split("_")[0]
        image = read_image(self.root / "leftImg8bit" / self.split / city / f"{name}{ENDING}")
        truth = f"gt{self.quality.title()}"
        stem = self.root / truth / self.split / city / f"{name}_{truth}"
        if self.source == "polygons":
            path = Path(f"{stem}_polygons.json")
            stored, objects = draw(path)
        else:
            path = Path(f"{stem}_labelIds.png")
            stored, objects = read_ids(path), None
            if (counted := Path(f"{stem}_instanceIds.png")).is_file():
                objects = read_ids(counted).astype(np.int32)
                check_size(counted, objects, image)
        check_size(path, stored, image)
        mask = remap_ids(stored, TRAIN_IDS, path)
        if objects is not None:  # below 1000 are categories that nobody counts, and groups that nobody could
            objects = np.where((objects >= 1000) & (mask != VOID), objects, 0).astype(np.int32)
        return Sample(image, mask, objects, name)
