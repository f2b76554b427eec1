"""Pascal VOC: photographs from Flickr in 20 classes of objects and background."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segedu.data.download import download, unpack
from segedu.data.files import data_home, data_root, read_ids, read_image, read_mask
from segedu.data.listed import Listed, read_names
from segedu.data.sample import Sample, check_size
from segedu.labels import VOID, VOID_COLOR, LabelSet, palette

NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "dining table",
    "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv monitor",
)  # fmt: skip


LABELS = LabelSet(NAMES, palette(len(NAMES)), VOID_COLOR)


class VOC(Listed):
    """The pictures of one split of Pascal VOC's segmentation task, read from disk when asked for.

    The mask files have a palette. Their stored ids are used, never their colours. A band of void lies around
    every object: the annotators were not asked to be exact there.

    Parameters
    ----------
    split : str
        A list in ``ImageSets/Segmentation``: ``train`` (1464 pictures in 2012), ``val`` (1449) or ``trainval``. The
        labels of 2012's test pictures were never published.
    size : (int, int), optional
        Rows and columns to give, see `fit_to`. Default: each picture as it is, at most 500 x 500.
    root : path, optional
        The folder ``VOCdevkit``, or the one that holds it; default ``$SEGEDU_DATA/VOCdevkit``.
    year : str
        ``"2012"``, or an earlier year.
    annotations : str
        The folder of the masks. With ``"SegmentationClassAug"`` and ``split="trainaug"`` the 10,582 pictures, with
        Hariharan's extra masks, that most papers train on; those are files that one adds by hand.

    Raises
    ------
    FileNotFoundError
        If the folder, the list of the split, or (on access) a file that it lists is missing.
    ValueError
        If the list is empty, or (on access) a file is damaged, holds unknown ids, or has another size than its picture.

    References
    ----------
    Everingham, Van Gool, Williams, Winn, Zisserman, "The Pascal visual object classes (VOC) challenge", IJCV 88(2),
    2010. More masks: Hariharan, Arbelaez, Bourdev, Maji, Malik, "Semantic contours from inverse detectors", ICCV 2011.
    """

    labels = LABELS

    def __init__(
        self,
        split: str = "train",
        size: tuple[int, int] | None = None,
        root: str | Path | None = None,
        *,
        year: str = "2012",
        annotations: str = "SegmentationClass",
    ):
        self.split, self.size, self.annotations = split, size, annotations
        self.root = _folder_of(data_root("VOCdevkit", root), year)
        self.names = read_names(self.root / "ImageSets" / "Segmentation" / f"{split}.txt")

    def _read(self, name: str) -> Sample:
        image = read_image(self.root / "JPEGImages" / f"{name}.jpg")
        path = self.root / self.annotations / f"{name}.png"
        mask = read_mask(path, LABELS, binary=True)  # background and void alone do occur
        check_size(path, mask, image)
        return Sample(image, mask, self._objects(name, image), name)

    def _objects(self, name: str, image: np.ndarray) -> np.ndarray | None:
        """Numbers of the objects from 1 on, where the file is there; 0 on background and void."""
        path = self.root / "SegmentationObject" / f"{name}.png"
        if not path.is_file():
            return None
        objects = read_ids(path).astype(np.int32)
        check_size(path, objects, image)
        return np.where(objects == VOID, 0, objects)

    @staticmethod
    def download(year: str = "2012", root: str | Path | None = None) -> Path:
        """Fetch the training and validation pictures of a year (2012: 2 GB); gives the folder.

        Goes on where an interrupted download stopped. Address and checksum are torchvision's.

        Parameters
        ----------
        year : {"2007", "2008", "2009", "2010", "2011", "2012"}
        root : path, optional
            Where ``VOC2012`` is put; default ``$SEGEDU_DATA/VOCdevkit``.

        Raises
        ------
        ConnectionError
            If the server cannot be reached, or breaks off again and again.
        ValueError
            If the year is unknown, or the file is not what it should be.
        """
        from torchvision.datasets.voc import DATASET_YEAR_DICT  # seconds to import, and needed for this alone

        known = sorted(set(DATASET_YEAR_DICT) - {"2007-test"})
        if year not in known:
            raise ValueError(f"year: found {year!r}, expected one of {', '.join(known)}")
        source = DATASET_YEAR_DICT[year]
        devkit = Path(root).expanduser() if root is not None else data_home() / "VOCdevkit"
        target = devkit / f"VOC{year}"
        if not target.is_dir():
            archive = download(source["url"], devkit / source["filename"], md5=source["md5"])
            unpack(archive, source["base_dir"], target)
        return target


def _folder_of(root: Path, year: str) -> Path:
    """The folder of a year, below a VOCdevkit or below what holds one."""
    places = [root / part / f"VOC{year}" for part in ("", "VOCdevkit", "TrainVal/VOCdevkit")]
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"{root}: no folder VOC{year} in it, nor in a VOCdevkit below it. Give the folder VOCdevkit as root, or "
        f"fetch the data with VOC.download({year!r})."
    )
