"""Pictures and masks from files, with an error that says what is wrong with which file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from segedu.data.decode import open_picture, pixels_of, read_ids
from segedu.labels import VOID, LabelSet
from segedu.storage import written_whole


def data_home() -> Path:
    """The folder that holds one folder a data set: ``$SEGEDU_DATA``, or ``~/.cache/segedu``."""
    return Path(os.environ.get("SEGEDU_DATA", "~/.cache/segedu")).expanduser()


def data_root(name: str, root: str | Path | None = None) -> Path:
    """Folder of the data set ``name``: ``root``, or ``$SEGEDU_DATA/name``, or ``~/.cache/segedu/name``.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    """
    folder = Path(root).expanduser() if root is not None else data_home() / name
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{folder}: no such folder. Put the {name} data there, give root=..., "
            "or set the variable SEGEDU_DATA to the folder that holds it."
        )
    return folder


def read_image(path: str | Path) -> np.ndarray:
    """Read a picture as ``(H, W, 3)`` uint8 RGB, see `pixels_of`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a picture, is cut short or too large, or cannot be turned into bytes without guessing.
    """
    return pixels_of(open_picture(path), path)


def read_mask(path: str | Path, labels: LabelSet, void: int = VOID, binary: bool = False) -> np.ndarray:
    """Read a mask of class ids as ``(H, W)`` uint8, with void as 255.

    Parameters
    ----------
    path : path
        A palette or grey file whose stored values are class ids (VOC, CamVid and Cityscapes store them so).
    labels : LabelSet
        The classes that the ids must belong to.
    void : int
        The id that the files use for void; it becomes 255.
    binary : bool
        Accept a mask of nothing but 0 and 255. Such a file is usually the *picture* of a mask, black and
        white; only where it truly means "class 0 and void" should it pass.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is cut short, holds colours, or holds ids outside ``labels``: it names file and ids.
    """
    mask = read_ids(path)
    if void != VOID:
        mask = np.where(mask == void, VOID, mask)
    labels.check(mask, source=str(path), binary=binary)
    return mask.astype(np.uint8)


def resize(image: np.ndarray, mask: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Resize a picture and its mask together to ``size`` (rows, columns).

    The picture is averaged over the pixels that fall together. The mask takes the nearest pixel:
    between class 3 and class 7 there is no class 5.
    """
    if image.shape[:2] == tuple(size):
        return image, mask
    height, width = size
    ids = Image.fromarray(mask).resize((width, height), Image.Resampling.NEAREST)
    return resize_picture(image, size), np.asarray(ids)


def resize_picture(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize a picture ``(H, W, 3)`` uint8 to ``size`` (rows, columns); shrinking averages pixels, and skips none."""
    if image.shape[:2] == tuple(size):
        return image
    height, width = size
    return np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR))


def save_image(path: str | Path, pixels: np.ndarray, labels: LabelSet | None = None) -> None:
    """Write a picture, or a mask with its colours as palette; the file appears whole or not at all.

    Parameters
    ----------
    path : path
        The folder is made if need be.
    pixels : (H, W, 3) uint8 picture, or (H, W) uint8 mask
    labels : LabelSet, optional
        Of a mask: any viewer then shows the colours, and `read_mask` reads the ids.
    """
    path = Path(path)
    formats = {".png": "PNG"} if labels is not None else {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
    if path.suffix.lower() not in formats:
        raise ValueError(
            f"{path}: expected a name ending in {' or '.join(formats)} (a mask needs PNG, which loses nothing)"
        )
    picture = Image.fromarray(pixels)
    if labels is not None:
        picture.putpalette(labels.palette().tobytes())
    with written_whole(path) as unfinished:
        picture.save(unfinished, format=formats[path.suffix.lower()])


def read_json(path: Path, keys: Mapping[str, type], what: str) -> dict[str, Any]:
    """Read a JSON object that must have certain keys.

    Parameters
    ----------
    path : Path
    keys : mapping of str to type
        What it must hold.
    what : str
        For the error: what kind of file was expected.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is cut short, or a key is missing or of another type.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file. Check the name, the folder, and that the archive is unpacked.")
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not whole JSON ({error}). Copy or download it again.") from error
    found = content if isinstance(content, dict) else {}
    if missing := [key for key, kind in keys.items() if not isinstance(found.get(key), kind)]:
        raise ValueError(f"{path}: no {', '.join(missing)} in it; is it {what}?")
    return content
