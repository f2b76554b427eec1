"""COCO: photographs of everyday scenes with the outline of every object of 80 classes."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from segedu.data import run_length
from segedu.data.files import data_root, read_image
from segedu.data.listed import Listed
from segedu.data.sample import Sample
from segedu.data.voc import VOID_COLOR, palette
from segedu.labels import VOID, LabelSet

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


class COCO(Listed):
    """The pictures of one split of COCO as semantic masks: 80 classes of objects and background.

    COCO stores an outline for every object. Here they are drawn into one mask:

    - *Crowd regions* ("many people, not told apart") become void, so that no network is judged by them. They also hold
      pixels of other things.
    - *Overlaps* (an object in front of another, or two careless outlines): the smaller object is on top. A cup stands
      before its table; the other way round, the table would wipe it out. Of equal ones, the later in the file is on
      top.

    ``instances`` counts the objects of a picture from 1 on, in the order of the file.

    There is no download here, because no checksums are known that it could be compared with. Get ``train2017.zip``,
    ``val2017.zip`` and ``annotations_trainval2017.zip`` from cocodataset.org, and unpack them in one folder.

    Parameters
    ----------
    split : {"train", "val"}
    size : (int, int), optional
        Rows and columns to give, see `fit_to`. Default: each picture as it is.
    root : path, optional
        The folder with ``annotations/instances_train2017.json`` ... and the pictures in ``train2017/`` ...; default
        ``$SEGEDU_DATA/coco``.
    year : str
    annotations, images : path, optional
        A file of your own in COCO's format, and the folder of its pictures, instead of ``split``, ``year`` and
        ``root``. The labels are then background and the categories of that file.

    Raises
    ------
    FileNotFoundError
        If the folder, the JSON file, or (on access) a picture is missing.
    ValueError
        If the JSON is cut short or is no such file, or (on access) a picture has another size than its entry, or an
        outline cannot be drawn.

    References
    ----------
    Lin et al., "Microsoft COCO: common objects in context", ECCV 2014.
    """

    labels = LABELS

    def __init__(
        self,
        split: str = "train",
        size: tuple[int, int] | None = None,
        root: str | Path | None = None,
        *,
        year: str = "2017",
        annotations: str | Path | None = None,
        images: str | Path | None = None,
    ):
        if (annotations is None) != (images is None):
            raise ValueError("annotations and images belong together: give both or none")
        if annotations is None:
            home = data_root("coco", root)
            annotations, images = home / "annotations" / f"instances_{split}{year}.json", home / f"{split}{year}"
        self.annotations, self.images, self.size = Path(annotations), Path(images), size
        content = read_annotations(self.annotations, ("images", "annotations", "categories"))
        try:
            self._index(content)
        except KeyError as error:
            raise ValueError(f"{annotations}: an entry without {error}; is it an instances file of COCO?") from error
        self.names = tuple(self._pictures)
        if not self.names:
            raise ValueError(f"{annotations}: the list of images is empty")

    def _index(self, content: dict[str, Any]) -> None:
        """Look-up tables: classes by category, pictures by name, objects by picture."""
        categories = {category["id"]: category["name"] for category in content["categories"]}
        self.labels = label_set(categories)
        self._classes = {key: number for number, key in enumerate(sorted(categories), start=1)}
        self._pictures = {
            Path(picture["file_name"]).with_suffix("").as_posix(): picture for picture in content["images"]
        }
        self._objects: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for annotation in content["annotations"]:
            self._objects[annotation["image_id"]].append(annotation)

    def _read(self, name: str) -> Sample:
        picture = self._pictures[name]
        image = read_image(self.images / picture["file_name"])
        mask, instances = self._draw(picture)
        if mask.shape != image.shape[:2]:
            raise ValueError(
                f"{self.annotations}: the mask of {name} is {mask.shape}, its image {image.shape[:2]} (rows, columns). "
                "Was the picture resized after it was annotated?"
            )
        return Sample(image, mask, instances, name)

    def _draw(self, picture: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """All objects of a picture in one mask."""
        height, width = picture["height"], picture["width"]
        mask, instances = np.zeros((height, width), np.uint8), np.zeros((height, width), np.int32)
        objects = []
        for number, thing in enumerate(self._objects.get(picture["id"], ()), start=1):
            try:
                region, label = draw(thing.get("segmentation"), height, width), self._class_of(thing)
            except ValueError as error:
                raise ValueError(f"{self.annotations}: annotation {thing.get('id')}: {error}") from error
            if thing.get("iscrowd"):
                mask[region] = VOID
            else:
                objects.append((region, label, number))
        for region, label, number in sorted(objects, key=lambda one: -one[0].sum()):
            mask[region], instances[region] = label, number
        return mask, instances

    def _class_of(self, thing: dict[str, Any]) -> int:
        key = thing.get("category_id")
        if key not in self._classes:
            raise ValueError(f"there is no category {key}")
        return self._classes[key]


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


def read_annotations(path: Path, keys: tuple[str, ...]) -> dict[str, Any]:
    """A JSON file of COCO's that has these keys."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file. Check split and year, and that the annotations are unpacked.")
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not whole JSON ({error}). Copy or download it again.") from error
    missing = [key for key in keys if not isinstance(content, dict) or not isinstance(content.get(key), list)]
    if missing:
        raise ValueError(f"{path}: no list called {', '.join(missing)}; is it a file of COCO?")
    return content
