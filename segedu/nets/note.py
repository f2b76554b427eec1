"""The note that a file of weights carries: which network, which classes, which size of pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from segedu.labels import LabelSet
from segedu.nets.spec import NetSpec

FORMAT = 2
"""Of notes and of the names of weights; the first had none written in it (see `segedu.nets.earlier`)."""


class Note(NamedTuple):
    """What `segedu.nets.save` writes beside the weights."""

    spec: NetSpec
    labels: LabelSet | None
    size: tuple[int, int] | None
    format: int


def read_note(path: Path, text: str) -> Note:
    """Read a note, and believe nothing of it.

    Raises
    ------
    ValueError
        If it is no JSON, lacks an entry, or an entry is of another kind: it names the file.
    """
    try:
        about = json.loads(text)
        name, classes, options = about["name"], about["num_classes"], about["options"]
        labels, size = _labels(about["labels"]), _size(about["size"])
        note = Note(NetSpec(name, classes, options), labels, size, int(about.get("format", 1)))
        kinds = isinstance(name, str) and isinstance(classes, int) and isinstance(options, dict)
        if not kinds:
            raise TypeError(f"found {name!r}, {classes!r}, {options!r}")
        if note.labels is not None and len(note.labels) != classes:
            raise ValueError(f"{len(note.labels)} labels for {classes} classes")
    except (ValueError, TypeError, KeyError) as error:
        reason = f"no {error} in it" if isinstance(error, KeyError) else error
        raise ValueError(
            f"{path}: its note on the network is damaged ({reason}). Copy the file again, or train again."
        ) from error
    if note.format > FORMAT:
        raise ValueError(f"{path}: found format {note.format}, expected {FORMAT} at most. Update segedu to read it.")
    return note


def _labels(stored: Any) -> LabelSet | None:
    if stored is None:
        return None
    colors = tuple(tuple(int(value) for value in color) for color in stored["colors"])
    return LabelSet(tuple(map(str, stored["names"])), colors, tuple(int(value) for value in stored["void_color"]))


def _size(stored: Any) -> tuple[int, int] | None:
    if stored is None:
        return None
    rows, columns = (int(side) for side in stored)
    if min(rows, columns) < 1:
        raise ValueError(f"a size of {rows} x {columns}")
    return rows, columns
