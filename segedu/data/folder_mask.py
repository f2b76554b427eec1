"""What a mask of one's own holds, and whether it can be believed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from segedu.data.decode import BadFileError, ids_of, open_picture, read_ids
from segedu.labels import VOID, LabelSet

IN_BLACK_AND_WHITE = (
    "If 255 means 'object', divide the masks by 255, or read them with Folder(..., ids={0: 0, 255: 1}). "
    "If it is void, say so: ids={0: 0, 255: 255}."
)


def read_stored(path: Path, labels: LabelSet | None = None, picture: Path | None = None) -> np.ndarray:
    """The stored values of a mask, ``(H, W)`` integers.

    Parameters
    ----------
    path : Path
    labels : LabelSet, optional
        The classes. A palette that shows their colours must show each at the place of its class.
    picture : Path, optional
        Of which it is the mask; must be another file.

    Raises
    ------
    FileNotFoundError, ValueError
        See `read_ids`; or if the palette has an order of its own, or the file is that of the picture.
    """
    if picture is not None and path.exists() and path.samefile(picture):
        raise BadFileError(
            path, "is the picture itself, not its mask", "Keep pictures in images/, and masks in masks/."
        )
    mask = open_picture(path)
    ids = ids_of(mask, path)
    if labels is not None and mask.mode == "P":
        _check_palette(path, mask, ids, labels)
    return ids


def only_black_and_white(masks: Iterable[Path]) -> bool:
    """Whether no mask of a set holds anything but 0 and 255; stops at the first that does."""
    return all(set(np.unique(read_ids(path)).tolist()) <= {0, VOID} for path in masks)


def _check_palette(path: Path, mask: Image.Image, ids: np.ndarray, labels: LabelSet) -> None:
    """Refuse a palette in which the colours of the classes stand in another order than the classes.

    Optimisers and image editors number the colours of each file afresh; its values are no ids then. A palette of other
    colours is for show, and fine.
    """
    palette = np.array(mask.getpalette("RGB"), np.uint8).reshape(-1, 3)
    meaning = {color: number for number, color in enumerate(labels.colors)} | {labels.void_color: VOID}
    used = [value for value in np.unique(ids).tolist() if value < len(palette)]
    shown = {value: meaning.get(tuple(palette[value].tolist())) for value in used}
    if None in shown.values() or set(shown.values()) == {VOID}:
        return
    if moved := [(value, number) for value, number in shown.items() if value != number]:
        value, number = moved[0]
        name = "void" if number == VOID else labels.names[number]
        raise BadFileError(
            path,
            f"a palette in an order of its own: its value {value} has the colour of {name}, which is {number}",
            "Save the ids themselves, or make ids of the colours: "
            "labels.decolorize(np.asarray(Image.open(file).convert('RGB'))).",
        )
