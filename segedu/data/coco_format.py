"""COCO's file format: categories, outlines, and the index that every annotation file needs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from segedu.data import run_length
from segedu.data.files import read_json
from segedu.data.listed import Listed
from segedu.labels import VOID_COLOR, LabelSet, palette

# Eleven of the ids 1..91 were planned and never used, so a category's id is not its class.
CATEGORIES = {
    1: "person", 2: "bicycle", 3: "car", 4: "motorcycle", 5: "airplane", 6: "bus", 7: "train", 8: "truck", 9: "boat",
    10: "traffic light", 11: "fire hydrant", 13: "stop sign", 14: "parking meter", 15: "bench", 16: "bird", 17: "cat",
    18: "dog", 19: "horse", 20: "sheep", 21: "cow", 22: "elephant", 23: "bear", 24: "zebra", 25: "giraffe",
    27: "backpack", 28: "umbrella", 31: "handbag", 32: "tie", 33: "suitcase", 34: "frisbee", 35: "skis",
    36: "snowboard", 37: "sports ball", 38: "kite", 39: "baseball bat", 40: "baseball glove", 41: "skateboard",
    42: "surfboard", 43: "tennis racket", 44: "bottle", 46: "wine glass", 47: "cup", 48: "fork", 49: "knife",
    50: "spoon", 51: "bowl", 52: "banana", 53: "apple", 54: "sandwich", 55: "orange", 56: "broccoli", 57: "carrot",
    58: "hot dog", 59: "pizza", 60: "donut", 61: "cake", 62: "chair", 63: "couch", 64: "potted plant", 65: "bed",
    67: "dining table", 70: "toilet", 72: "tv", 73: "laptop", 74: "mouse", 75: "remote", 76: "keyboard",
    77: "cell phone", 78: "microwave", 79: "oven", 80: "toaster", 81: "sink", 82: "refrigerator", 84: "book",
    85: "clock", 86: "vase", 87: "scissors", 88: "teddy bear", 89: "hair drier", 90: "toothbrush",
}  # fmt: skip
"""The 80 categories by their id in the files; class 1 here is the first of them, class 0 is background."""


def label_set(categories: dict[int, str]) -> LabelSet:
    """Background and the categories in the order of their ids, in VOC's colours."""
    names = ("background", *(categories[key] for key in sorted(categories)))
    return LabelSet(names, palette(len(names)), VOID_COLOR)


LABELS = label_set(CATEGORIES)


class Annotated(Listed):
    """A data set whose masks a JSON file of COCO's describes; a subclass indexes what the file holds."""

    def _load(self, path: Path) -> None:
        """Read the file and index it.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is cut short, is no such file, or describes no picture.
        """
        keys = dict.fromkeys(("images", "annotations", "categories"), list)
        content = read_json(path, keys, "an annotation file of COCO")
        try:
            self.names = self._index(content)
        except KeyError as error:
            raise ValueError(f"{path}: an entry without {error}; is it the right kind of COCO's files?") from error
        except (TypeError, AttributeError) as error:
            raise ValueError(f"{path}: an entry of another kind than COCO's ({error})") from error
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        if not self.names:
            raise ValueError(f"{path}: the list of pictures is empty")

    def _index(self, content: dict[str, Any]) -> tuple[str, ...]:
        """Make the look-up tables and give the names of the pictures."""
        raise NotImplementedError


def by_id(entries: list[dict[str, Any]], what: str) -> dict[str, dict[str, Any]]:
    """Pictures or categories by their id as text: some programs write 1, others "1".

    Raises
    ------
    ValueError
        If two have one id.
    """
    found = {str(entry["id"]): entry for entry in entries}
    if len(found) < len(entries):
        twice = next(key for key in found if sum(str(entry["id"]) == key for entry in entries) > 1)
        raise ValueError(f"two {what} have the id {twice}; give each its own")
    return found


def check_owners(annotations: list[dict[str, Any]], pictures: Mapping[str, Any]) -> None:
    """Raise `ValueError` if an annotation belongs to no picture of the file: it would vanish without a word."""
    alone = [one for one in annotations if str(one["image_id"]) not in pictures]
    if alone:
        raise ValueError(
            f"{len(alone)} of {len(annotations)} annotations belong to no picture, the first (id {alone[0].get('id')}) "
            f"to image_id {alone[0]['image_id']!r}. List their pictures under images, or remove them."
        )


def draw(segmentation: Any, height: int, width: int) -> np.ndarray:
    """One object's outline, in any of COCO's three notations, as a mask.

    Parameters
    ----------
    segmentation : list or dict
        Polygons ``[[x, y, x, y, ...], ...]``, whose union is the object; or run lengths ``{"size": [h, w], "counts":
        ...}``, see `segedu.data.run_length`.
    height, width : int

    Returns
    -------
    (height, width) bool array
        Of a polygon the pixels whose centre it contains. The corner of the picture is (0, 0), the first centre (0.5,
        0.5).

    Examples
    --------
    >>> draw([[1, 0, 3, 0, 3, 2, 1, 2]], height=2, width=4).astype(int)
    array([[0, 1, 1, 0],
           [0, 1, 1, 0]])
    """
    if isinstance(segmentation, dict):
        if segmentation["size"] != [height, width]:
            raise ValueError(f"its run lengths are for {segmentation['size']}, its picture is {[height, width]}")
        return run_length.decode(segmentation["counts"], height, width)
    if not segmentation:
        raise ValueError("it has no outline (segmentation); a box alone makes no mask")
    from skimage.draw import polygon  # half a second to import, and no other data set needs it

    mask = np.zeros((height, width), bool)
    for flat in segmentation:
        if len(flat) < 6 or len(flat) % 2:
            raise ValueError(f"a polygon of {len(flat)} numbers; expected x, y of at least three corners")
        points = np.asarray(flat, dtype=float).reshape(-1, 2) - 0.5  # scikit-image has pixel centres at whole numbers
        mask[polygon(points[:, 1], points[:, 0], shape=mask.shape)] = True
    return mask
