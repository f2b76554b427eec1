"""COCO's panoptic masks: every pixel of a picture is a countable thing, or a piece of some stuff such as grass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from segedu.data.coco_format import Annotated, by_id, check_owners
from segedu.data.files import data_root, read_image
from segedu.data.listed import remap_ids
from segedu.data.sample import Sample, check_size
from segedu.labels import VOID, VOID_COLOR, LabelSet, palette


class COCOPanoptic(Annotated):
    """The pictures of one split of COCO with things and stuff: no background class, and nothing overlaps.

    A mask is a PNG whose three bytes a pixel are one number, R + 256 G + 65536 B. The JSON file tells which segment
    has which number. Pixels with number 0 and crowd regions become void. ``instances`` counts the things of a picture
    from 1 on; stuff is not counted.

    There is no download here, see `COCO`. Get ``panoptic_annotations_trainval2017.zip`` from cocodataset.org, and
    unpack the two archives in it, too.

    Parameters
    ----------
    split : {"train", "val"}
    size : (int, int), optional
        Rows and columns to give, see `fit_to`. Default: each picture as it is.
    root : path, optional
        The folder with ``annotations/panoptic_train2017.json``, the masks in ``annotations/panoptic_train2017/``, and
        the pictures in ``train2017/``; default ``$SEGEDU_DATA/coco``.
    year : str

    Attributes
    ----------
    labels : LabelSet
        The categories of the file in the order of their ids: 80 things, then 53 kinds of stuff.

    Raises
    ------
    FileNotFoundError
        If the folder, the JSON file, or (on access) a picture or mask is missing.
    ValueError
        If the JSON is cut short or is no such file, or (on access) a mask holds a number that the JSON file does not
        tell.

    References
    ----------
    Kirillov, He, Girshick, Rother, Dollar, "Panoptic segmentation", CVPR 2019.
    """

    def __init__(
        self,
        split: str = "train",
        size: tuple[int, int] | None = None,
        root: str | Path | None = None,
        *,
        year: str = "2017",
    ):
        home = data_root("coco", root)
        self.images, self.size = home / f"{split}{year}", size
        self.masks = home / "annotations" / f"panoptic_{split}{year}"
        self._load(self.masks.with_suffix(".json"))

    def _index(self, content: dict[str, Any]) -> tuple[str, ...]:
        """Classes and things by category, segments and picture by name."""
        categories = sorted(by_id(content["categories"], "categories").values(), key=lambda one: int(one["id"]))
        names = tuple(category["name"] for category in categories)
        self.labels = LabelSet(names, palette(len(names)), VOID_COLOR)
        self._classes = {str(category["id"]): number for number, category in enumerate(categories)}
        self._things = {str(category["id"]) for category in categories if category["isthing"]}
        pictures, annotations = by_id(content["images"], "pictures"), content["annotations"]
        pairs = [(Path(one["file_name"]).stem, one) for one in annotations]
        self._segments = {name: one["segments_info"] for name, one in pairs}
        check_owners(annotations, pictures)
        if bare := set(pictures) - {str(one["image_id"]) for one in annotations}:
            raise ValueError(f"{len(bare)} of {len(pictures)} pictures have no annotation, the first is {min(bare)}")
        if len(self._segments) < len(pairs):
            raise ValueError("two annotations have one file name; rename one of the masks")
        self._pictures = {name: pictures[str(one["image_id"])]["file_name"] for name, one in pairs}
        return tuple(self._segments)

    def _read(self, name: str) -> Sample:
        image = read_image(self.images / self._pictures[name])
        path = self.masks / f"{name}.png"
        numbers = read_image(path).astype(np.int32) @ np.array([1, 256, 65536], np.int32)
        check_size(path, numbers, image)
        classes, instances = {0: VOID}, np.zeros(numbers.shape, np.int32)
        count = 0
        for segment in self._segments[name]:
            category = str(segment["category_id"])
            if category not in self._classes:
                raise ValueError(f"{path}: a segment of category {category}, which the JSON file does not list")
            classes[segment["id"]] = VOID if segment.get("iscrowd") else self._classes[category]
            if category in self._things and not segment.get("iscrowd"):
                count += 1
                instances[numbers == segment["id"]] = count
        return Sample(image, remap_ids(numbers, classes, path), instances, name)
