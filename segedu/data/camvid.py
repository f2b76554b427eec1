"""CamVid: 701 labelled frames of driving video in 11 classes, in the 360 x 480 version used by SegNet."""

from __future__ import annotations

from pathlib import Path

from segedu.data.files import data_root, read_image, read_mask
from segedu.data.listed import Listed, read_names
from segedu.data.sample import Sample, check_size
from segedu.labels import LabelSet

SPLITS = ("train", "val", "test")
STORED_VOID = 11
"""The files store void as id 11; `CamVid` gives 255."""

LABELS = LabelSet(
    names=(
        "Sky", "Building", "Pole", "Road", "Pavement", "Tree", "SignSymbol", "Fence", "Car", "Pedestrian", "Bicyclist",
    ),
    colors=(
        (128, 128, 128), (128, 0, 0), (192, 192, 128), (128, 64, 128), (60, 40, 222), (128, 128, 0),
        (192, 128, 128), (64, 64, 128), (64, 0, 128), (64, 64, 0), (0, 128, 192),
    ),
)  # fmt: skip


class CamVid(Listed):
    """The frames of one split, read from disk when asked for.

    Parameters
    ----------
    split : {"train", "val", "test"}
        367, 101 and 233 frames. ``val`` is one clip of 6.7 seconds: its 101 frames are almost one picture,
        so a score on it is a rough guide.
    size : (int, int)
        Rows and columns to give, see `fit_to`; the files have 360 x 480.
    root : path, optional
        The folder with ``train/``, ``trainannot/`` ... and ``train.txt`` ...; default ``$SEGEDU_DATA/camvid``.

    Raises
    ------
    FileNotFoundError
        If the folder, the list of the split, or a file that it lists is missing.
    ValueError
        If the list is empty, or (on access) a file is damaged or holds unknown ids.

    References
    ----------
    Brostow, Fauqueur, Cipolla, "Semantic object classes in video", Pattern Recognition Letters 30(2), 2009;
    the 11 classes and splits: Badrinarayanan, Kendall, Cipolla, "SegNet", PAMI 2017.
    """

    labels = LABELS

    def __init__(self, split: str = "train", size: tuple[int, int] = (360, 480), root: str | Path | None = None):
        if split not in SPLITS:
            raise ValueError(f"split: found {split!r}, expected one of {', '.join(SPLITS)}")
        self.split, self.size = split, tuple(size)
        self.root = data_root("camvid", root)
        # The original lists have a pair of paths a line, some copies one stem: the first word's stem is both.
        self.names = read_names(self.root / f"{split}.txt")

    def _read(self, name: str) -> Sample:
        image = read_image(self._picture(name))
        path = self.root / f"{self.split}annot" / f"{name}.png"
        mask = read_mask(path, LABELS, void=STORED_VOID, binary=True)  # a frame may show sky and void alone
        check_size(path, mask, image)
        return Sample(image, mask, name=name)

    def _picture(self, name: str) -> Path:
        """The original has PNG pictures; some copies have JPEG."""
        jpeg, png = (self.root / self.split / f"{name}{suffix}" for suffix in (".jpg", ".png"))
        return png if png.is_file() else jpeg
