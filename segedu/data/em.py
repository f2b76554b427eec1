"""ISBI 2012: thirty neighbouring slices of a fly's nerve cord under the electron microscope."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segedu.data.files import data_root, read_image
from segedu.data.listed import Listed
from segedu.data.sample import Sample, check_size
from segedu.labels import LabelSet

SPLITS = {"train": range(18), "val": range(18, 24), "test": range(24, 30), "all": range(30)}
"""Slices by split: blocks, because neighbouring slices are almost the same picture."""

LABELS = LabelSet(names=("membrane", "cell"), colors=((230, 159, 0), (86, 180, 233)))


class EM(Listed):
    """The labelled slices of the ISBI 2012 challenge on which U-Net was first trained, 512 x 512 pixels each.

    A slice is grey; it is given as three equal channels, which is what every network here takes. ``instances`` are
    the connected components of "cell" (neighbours above, below, left and right): the challenge asks to tell them apart.

    Parameters
    ----------
    split : {"train", "val", "test", "all"}
        Slices 0..17, 18..23, 24..29, or all. The challenge gives no split of these slices; its own test stack has
        no public labels. A random split would train on the neighbours of what it is scored on.
    size : (int, int), optional
        Rows and columns to give, see `fit_to`; default: those of the files. Membranes are a few pixels wide, and a
        mask takes the nearest pixel: much smaller than half the size, they break.
    root : path, optional
        The folder with ``train/images/00.png`` ... ``29.png`` and ``train/labels/`` (0 membrane, 255 cell);
        default ``$SEGEDU_DATA/isbi_em``.

    Raises
    ------
    FileNotFoundError
        If the folder or a slice of the split is missing.
    ValueError
        If the split is unknown; on access, if a file is damaged, or a label picture holds other values than 0, 255.

    References
    ----------
    Cardona et al., "An integrated micro- and macroarchitectural analysis of the Drosophila brain by
    computer-assisted serial section electron microscopy", PLoS Biology 8(10), 2010; Arganda-Carreras et al.,
    "Crowdsourcing the creation of image segmentation algorithms for connectomics", Frontiers in Neuroanatomy 9, 2015.
    """

    labels = LABELS

    def __init__(
        self, split: str = "train", size: tuple[int, int] | None = None, root: str | Path | None = None
    ) -> None:
        if split not in SPLITS:
            raise ValueError(f"split: found {split!r}, expected one of {', '.join(SPLITS)}")
        self.split, self.size = split, None if size is None else tuple(size)
        self.root = data_root("isbi_em", root)
        self.names = tuple(f"{number:02d}" for number in SPLITS[split])
        for path in (path for name in self.names for path in self._paths(name)):
            if not path.is_file():
                raise FileNotFoundError(
                    f"{path}: no such file. Expected 30 slices as train/images/00.png ... 29.png, "
                    "and their labels under the same names in train/labels/."
                )

    def _read(self, name: str) -> Sample:
        picture, labels = self._paths(name)
        image, mask = read_image(picture), _read_labels(labels)
        check_size(labels, mask, image)
        from scipy import ndimage  # here, so that importing the room stays cheap

        instances, _ = ndimage.label(mask == LABELS.id("cell"))
        return Sample(image, mask, instances.astype(np.int32), name)

    def _paths(self, name: str) -> tuple[Path, Path]:
        folder = self.root / "train"
        return folder / "images" / f"{name}.png", folder / "labels" / f"{name}.png"


def _read_labels(path: Path) -> np.ndarray:
    """A black and white picture as ids: membrane 0, cell 1."""
    pixels = read_image(path)
    if not np.isin(pixels, (0, 255)).all() or (pixels != pixels[..., :1]).any():
        found = np.unique(pixels.reshape(-1, 3), axis=0)
        raise ValueError(
            f"{path}: expected black (membrane) and white (cell) only, found {len(found)} colours such as "
            f"{tuple(found[len(found) // 2].tolist())}. Was it resized with interpolation, or saved as JPEG?"
        )
    return (pixels[..., 0] == 255).astype(np.uint8)
