"""COCO: photographs of everyday scenes with the outline of every object of 80 classes."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from segedu.data.coco_format import LABELS, Annotated, by_id, check_owners, draw, label_set
from segedu.data.files import data_root, read_image
from segedu.data.sample import Sample, check_size
from segedu.labels import VOID


class COCO(Annotated):
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
        self._load(self.annotations)

    def _index(self, content: dict[str, Any]) -> tuple[str, ...]:
        """Classes by category, pictures by name, objects by picture."""
        categories = {int(key): one["name"] for key, one in by_id(content["categories"], "categories").items()}
        self.labels = label_set(categories)
        self._classes = {str(key): number for number, key in enumerate(sorted(categories), start=1)}
        pictures = by_id(content["images"], "pictures")
        self._pictures = {
            Path(picture["file_name"]).with_suffix("").as_posix(): picture for picture in pictures.values()
        }
        if len(self._pictures) < len(pictures):
            raise ValueError("two pictures have one file name, apart from its ending; rename one of them")
        check_owners(content["annotations"], pictures)
        self._objects: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for annotation in content["annotations"]:
            self._objects[str(annotation["image_id"])].append(annotation)
        return tuple(self._pictures)

    def _read(self, name: str) -> Sample:
        picture = self._pictures[name]
        image = read_image(self.images / picture["file_name"])
        mask, instances = self._draw(picture)
        check_size(f"{self.annotations}, {name}", mask, image)
        return Sample(image, mask, instances, name)

    def _draw(self, picture: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """All objects of a picture in one mask."""
        height, width = picture["height"], picture["width"]
        mask, instances = np.zeros((height, width), np.uint8), np.zeros((height, width), np.int32)
        objects = []
        for number, thing in enumerate(self._objects.get(str(picture["id"]), ()), start=1):
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
        key = str(thing.get("category_id"))
        if key not in self._classes:
            raise ValueError(f"there is no category {key}; there are {', '.join(self._classes)}")
        return self._classes[key]
