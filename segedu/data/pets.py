"""Oxford-IIIT Pet: cats and dogs, cut out of their background."""

from __future__ import annotations

import tempfile
from pathlib import Path

from segedu.data.files import data_home, data_root, read_ids, read_image
from segedu.data.listed import Listed, read_names, remap_ids
from segedu.data.sample import Sample, check_size
from segedu.labels import VOID, LabelSet

FOLDER = "oxford-iiit-pet"
LABELS = LabelSet(("background", "pet"), ((70, 70, 70), (255, 200, 60)))
TRIMAP = {1: 1, 2: 0, 3: VOID}
"""What the files store: 1 pet, 2 background, 3 the boundary between them, where nobody decided."""

EVERY = 10
"""Every tenth picture of ``trainval`` is ours for validation. The list goes breed by breed, so all breeds are in it."""


class Pets(Listed):
    """Photographs of 37 breeds with a trimap each, read from disk when asked for.

    Parameters
    ----------
    split : {"train", "val", "trainval", "test"}
        The data set itself has ``trainval`` (3680 pictures) and ``test`` (3669). Our ``val`` is every tenth picture of
        ``trainval``, our ``train`` the other nine.
    size : (int, int), optional
        Rows and columns to give, see `fit_to`. Default: each picture as it is.
    root : path, optional
        The folder with ``images`` and ``annotations``; default ``$SEGEDU_DATA/oxford-iiit-pet``.

    Raises
    ------
    FileNotFoundError
        If the folder, the list of the split, or (on access) a file that it lists is missing.
    ValueError
        If the split is unknown or its list empty, or (on access) a file is damaged or no trimap.

    References
    ----------
    Parkhi, Vedaldi, Zisserman, Jawahar, "Cats and dogs", CVPR 2012.
    """

    labels = LABELS

    def __init__(self, split: str = "train", size: tuple[int, int] | None = None, root: str | Path | None = None):
        known = ("train", "val", "trainval", "test")
        if split not in known:
            raise ValueError(f"split: found {split!r}, expected one of {', '.join(known)}")
        self.split, self.size = split, size
        self.root = data_root(FOLDER, root)
        names = read_names(self.root / "annotations" / f"{'test' if split == 'test' else 'trainval'}.txt")
        if split == "val":
            names = names[::EVERY]
        elif split == "train":
            names = tuple(name for i, name in enumerate(names) if i % EVERY)
        self.names = names

    def _read(self, name: str) -> Sample:
        image = read_image(self.root / "images" / f"{name}.jpg")
        path = self.root / "annotations" / "trimaps" / f"{name}.png"
        trimap = read_ids(path)
        check_size(path, trimap, image)
        return Sample(image, remap_ids(trimap, TRIMAP, path), name=name)

    @staticmethod
    def download(root: str | Path | None = None) -> Path:
        """Fetch the pictures and trimaps (0.8 GB) with torchvision, which knows address and checksum.

        Parameters
        ----------
        root : path, optional
            The folder to make; default ``$SEGEDU_DATA/oxford-iiit-pet``. If it is there, nothing happens.

        Returns
        -------
        Path
            The folder.
        """
        from torchvision.datasets import OxfordIIITPet  # seconds to import, and needed for this alone

        target = Path(root).expanduser() if root is not None else data_home() / FOLDER
        if not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            # Torchvision takes a folder that was half unpacked for the whole; so it gets a name only at the end.
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".pets-") as folder:
                OxfordIIITPet(folder, download=True)
                for archive in (Path(folder) / FOLDER).glob("*.tar.gz"):
                    archive.unlink()
                (Path(folder) / FOLDER).replace(target)
        return target
