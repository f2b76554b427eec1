"""Files that appear whole or not at all, also when the power goes while they are written."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: files cannot be locked by name there, so leftovers of killed programs stay
    fcntl = None

ENDING = ".unfinished"


@contextmanager
def written_whole(path: str | Path) -> Iterator[Path]:
    """Give a temporary file beside ``path`` to write to; it takes that name only if nothing went wrong.

    The folder is made if need be. If the block raises, what stood at ``path`` before still stands there. Each writer
    has a file of its own, so two at once do not mix: the last to finish wins. The bytes are on the disk before the
    name is, so that after a power cut the old file is there or the new one. If ``path`` is a link, the file that it
    leads to is written. What killed programs have left beside it is removed.

    Raises
    ------
    OSError
        If the place cannot be written to, or the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_whole(f"{folder}/note.txt") as unfinished:
    ...         _ = unfinished.write_text("done")
    ...     Path(folder, "note.txt").read_text()
    'done'
    """
    path = _place(path)
    unfinished, lock = _reserve(path)
    try:
        mode = unfinished.stat().st_mode
        yield unfinished
        unfinished.chmod(mode)  # some libraries write a private file and put it in the place of this one
        _to_disk(unfinished)
        unfinished.replace(path)
        _to_disk(path.parent)
        _remove_leftovers(path)
    finally:
        unfinished.unlink(missing_ok=True)
        if lock is not None:
            os.close(lock)


def check_place(path: str | Path) -> None:
    """Raise the `OSError` that writing a file at ``path`` would raise, before there is anything to lose.

    The folder is made if need be; a file that is there stays as it is.
    """
    unfinished, lock = _reserve(_place(path))
    unfinished.unlink()
    if lock is not None:
        os.close(lock)


def _place(path: str | Path) -> Path:
    """The file that a name leads to, in a folder that is there."""
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return path


def _reserve(path: Path) -> tuple[Path, int | None]:
    """Make an empty file that no other writer uses, and lock it: a file without a lock has no living writer."""
    while True:
        unfinished = path.with_name(f"{_prefix(path)}{uuid.uuid4().hex}{ENDING}")
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        if fcntl is None:
            os.close(descriptor)
            return unfinished, None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:  # a network disk without locks
            return unfinished, descriptor
        if unfinished.exists():
            return unfinished, descriptor
        os.close(descriptor)  # between the two lines above another writer took it for a leftover


def _prefix(path: Path) -> str:
    """How the temporary files of a path begin; short enough for a file system that takes the name itself."""
    return f".{path.name[:40]}."


def _remove_leftovers(path: Path) -> None:
    """Delete temporary files of the same path whose writer is gone."""
    if fcntl is None:
        return
    for leftover in path.parent.glob(f"{_escaped(_prefix(path))}*{ENDING}"):
        try:
            descriptor = os.open(leftover, os.O_RDWR)
        except OSError:  # finished or removed meanwhile, or somebody else's
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink(missing_ok=True)
        except OSError:  # its writer lives, or locks do not work here
            pass
        finally:
            os.close(descriptor)


def _escaped(name: str) -> str:
    """A name as a pattern that matches itself alone."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _to_disk(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk and not only in memory."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder, and its renaming is written through
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
