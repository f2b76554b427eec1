"""Lists that people write with an editor: one entry a line."""

from __future__ import annotations

import codecs
from pathlib import Path


def read_lines(path: Path) -> list[str]:
    """The lines of a text file without the spaces around them; empty ones are left out.

    UTF-8, with a byte order mark or without; UTF-16 with one, which is what some Windows programs write.

    Raises
    ------
    ValueError
        If the bytes are no such text: it names the file.
    """
    content = path.read_bytes()
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start}). Save it as UTF-8.") from error
    return [line.strip() for line in text.splitlines() if line.strip()]
