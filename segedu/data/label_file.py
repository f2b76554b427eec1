"""Classes as a text file that a person can write: ``labels.txt``, one class a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from segedu.data.text import read_lines
from segedu.labels import VOID_COLOR, LabelSet, palette
from segedu.storage import written_whole


def read_labels(path: Path) -> LabelSet:
    """Classes from a text file, one a line in the order of their ids, with a colour if you like.

    A line is ``road`` or ``road #524c5c``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is empty, no text, or names or colours are not all different.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such file, so the classes are unknown. Write it, one class a line, or give labels=[...]."
        )
    lines = read_lines(path)
    matches = [re.fullmatch(r"(.+?)(?:\s+#([0-9a-fA-F]{6}))?", line) for line in lines]
    names, codes = [m[1] for m in matches], [m[2] for m in matches]
    if not names:
        raise ValueError(f"{path}: the file is empty, expected one class a line.")
    if any(codes) and not all(codes):
        raise ValueError(f"{path}: {names[codes.index(None)]!r} has no colour; give every class one, or none.")
    try:
        if not any(codes):
            return name_colors(names)
        colors = tuple(tuple(bytes.fromhex(code)) for code in codes)
        return LabelSet(tuple(names), colors, next(free for free in palette(256) if free not in colors))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def write_labels(path: Path, labels: LabelSet) -> None:
    """Write what `read_labels` reads."""
    lines = (f"{name} #{bytes(color).hex()}" for name, color in zip(labels.names, labels.colors, strict=True))
    with written_whole(path) as unfinished:
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")


def name_colors(names: Sequence[str]) -> LabelSet:
    """Classes of these names in VOC's colours."""
    if isinstance(names, str):
        raise TypeError(f"labels: found the text {names!r}, expected a list of names or a LabelSet")
    return LabelSet(tuple(names), palette(len(names)), VOID_COLOR)
