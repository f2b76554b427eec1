"""Cityscapes: its categories, the classes among them, and masks drawn from its polygons."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from segedu.data.files import read_json
from segedu.labels import VOID, LabelSet


class Category(NamedTuple):
    """One of the 35 categories that were drawn: its id in the files, and the class it is trained as."""

    name: str
    stored: int
    train: int
    things: bool
    color: tuple[int, int, int]


CATEGORIES = tuple(
    Category(*row)
    for row in (
        # name, id in labelIds.png, class id here (255: void), counted one by one, colour
        ("unlabeled", 0, 255, False, (0, 0, 0)),
        ("ego vehicle", 1, 255, False, (0, 0, 0)),
        ("rectification border", 2, 255, False, (0, 0, 0)),
        ("out of roi", 3, 255, False, (0, 0, 0)),
        ("static", 4, 255, False, (0, 0, 0)),
        ("dynamic", 5, 255, False, (111, 74, 0)),
        ("ground", 6, 255, False, (81, 0, 81)),
        ("road", 7, 0, False, (128, 64, 128)),
        ("sidewalk", 8, 1, False, (244, 35, 232)),
        ("parking", 9, 255, False, (250, 170, 160)),
        ("rail track", 10, 255, False, (230, 150, 140)),
        ("building", 11, 2, False, (70, 70, 70)),
        ("wall", 12, 3, False, (102, 102, 156)),
        ("fence", 13, 4, False, (190, 153, 153)),
        ("guard rail", 14, 255, False, (180, 165, 180)),
        ("bridge", 15, 255, False, (150, 100, 100)),
        ("tunnel", 16, 255, False, (150, 120, 90)),
        ("pole", 17, 5, False, (153, 153, 153)),
        ("polegroup", 18, 255, False, (153, 153, 153)),
        ("traffic light", 19, 6, False, (250, 170, 30)),
        ("traffic sign", 20, 7, False, (220, 220, 0)),
        ("vegetation", 21, 8, False, (107, 142, 35)),
        ("terrain", 22, 9, False, (152, 251, 152)),
        ("sky", 23, 10, False, (70, 130, 180)),
        ("person", 24, 11, True, (220, 20, 60)),
        ("rider", 25, 12, True, (255, 0, 0)),
        ("car", 26, 13, True, (0, 0, 142)),
        ("truck", 27, 14, True, (0, 0, 70)),
        ("bus", 28, 15, True, (0, 60, 100)),
        ("caravan", 29, 255, True, (0, 0, 90)),
        ("trailer", 30, 255, True, (0, 0, 110)),
        ("train", 31, 16, True, (0, 80, 100)),
        ("motorcycle", 32, 17, True, (0, 0, 230)),
        ("bicycle", 33, 18, True, (119, 11, 32)),
        ("license plate", -1, 255, False, (0, 0, 142)),
    )
)
"""All categories, in the order of their ids; 19 of them are classes, the others void."""

CLASSES = tuple(category for category in CATEGORIES if category.train != VOID)
LABELS = LabelSet(tuple(c.name for c in CLASSES), tuple(c.color for c in CLASSES))
TRAIN_IDS = {category.stored: category.train for category in CATEGORIES}
BY_NAME = {category.name: category for category in CATEGORIES}


def draw(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Stored category ids and instance ids of a ``*_polygons.json`` file, each ``(H, W)`` int32.

    The polygons lie on each other like sheets of paper, the farthest first; that is how they were annotated. An object
    that stands for several, such as a ``cargroup``, has no number of its own: its instance id is its category's.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such JSON, or names an unknown category.
    """
    keys = {"imgWidth": int, "imgHeight": int, "objects": list}
    content = read_json(path, keys, "a polygon file of Cityscapes")
    size = content["imgWidth"], content["imgHeight"]
    layers = [Image.new("I", size, 0) for _ in range(2)]
    categories, instances = (ImageDraw.Draw(layer) for layer in layers)
    count = dict.fromkeys(BY_NAME, 0)
    for thing in content["objects"]:
        label = thing["label"]
        group = label not in BY_NAME and label.endswith("group")
        category = BY_NAME.get(label.removesuffix("group") if group else label)
        if category is None:
            raise ValueError(f"{path}: unknown category {label!r}, expected one of {', '.join(BY_NAME)}")
        if thing.get("deleted"):
            continue
        number = category.stored
        if category.things and not group:
            number = category.stored * 1000 + count[category.name]
            count[category.name] += 1
        if category.stored >= 0:  # a licence plate stays part of its car
            outline = [tuple(point) for point in thing["polygon"]]
            categories.polygon(outline, fill=category.stored)
            instances.polygon(outline, fill=number)
    return tuple(np.asarray(layer) for layer in layers)
