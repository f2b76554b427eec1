"""CamVid: 701 labelled frames of driving video in 11 classes, in the 360 x 480 version used by SegNet."""

from __future__ import annotations

from copy import copy
from pathlib import Path

from segedu.data.files import data_root, read_image, read_mask, resize
from segedu.data.sample import Sample
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


class CamVid:
    """The frames of one split, read from disk when asked for.

    Parameters
    ----------
    split : {"train", "val", "test"}
        367, 101 and 233 frames. ``val`` is one clip of 6.7 seconds: its 101 frames are almost one picture,
        so a score on it is a rough guide.
    size : (int, int)
        Rows and columns to give; the files have 360 x 480.
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
        listing = self.root / f"{split}.txt"
        if not listing.is_file():
            raise FileNotFoundError(
                f"{listing}: no such file; it lists the frames of the {split} split, one stem a line."
            )
        # The original lists have a pair of paths a line, some copies one stem: the first word's stem is both.
        self.names = tuple(Path(line.split()[0]).stem for line in listing.read_text().splitlines() if line.strip())
        if not self.names:
            raise ValueError(f"{listing}: the list is empty, expected one file stem a line.")

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: int | slice) -> Sample | CamVid:
        """One frame for an integer; a shorter `CamVid` for a slice."""
        if isinstance(index, slice):
            part = copy(self)
            part.names = self.names[index]
            return part
        name = self.names[index]
        image = read_image(self._picture(name))
        path = self.root / f"{self.split}annot" / f"{name}.png"
        mask = read_mask(path, LABELS, void=STORED_VOID, binary=True)  # a frame may show sky and void alone
        if mask.shape != image.shape[:2]:
            raise ValueError(f"{path}: the mask is {mask.shape}, its image {image.shape[:2]} (rows, columns).")
        image, mask = resize(image, mask, self.size)
        return Sample(image, mask, name=name)

    def _picture(self, name: str) -> Path:
        """The original has PNG pictures; some copies have JPEG."""
        jpeg, png = (self.root / self.split / f"{name}{suffix}" for suffix in (".jpg", ".png"))
        return png if png.is_file() else jpeg
