"""Large files from a server: checked, resumed after an interruption, and never half there under their name."""

from __future__ import annotations

import hashlib
import http.client
import lzma
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
import zlib
from pathlib import Path

from filelock import FileLock
from tqdm import tqdm

BLOCK = 1 << 20
"""Bytes that are read at a time, at most."""


def download(
    url: str,
    path: str | Path,
    *,
    sha256: str | None = None,
    md5: str | None = None,
    tries: int = 3,
    timeout: float = 30.0,
    progress: bool = True,
) -> Path:
    """Fetch a file and check that it is the right one; what is there already is checked and kept.

    The bytes are collected in ``path`` with ``.part`` at its end. If the connection breaks, the next try asks the
    server for the rest; so does the next call, should the program have been stopped. The file gets its own name
    when it is complete and its checksum is right.

    Parameters
    ----------
    url : str
        Starts with http:// or https://.
    path : path
        The file to write; its folder is made if need be.
    sha256, md5 : str
        The checksum in hexadecimal digits; exactly one of them. It is what makes going on safe: a server that
        changed the file in between cannot go unnoticed.
    tries : int
        How often to ask in a row without getting a byte before giving up.
    timeout : float
        Seconds without an answer after which a try is given up.
    progress : bool
        Show a bar on standard error.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    ValueError
        If the arguments are wrong, or the checksum is. A wrong download is deleted; a wrong file that was there
        before is not.
    ConnectionError
        If the server says no, or every try broke off. What has arrived is kept for the next call.
    """
    path = Path(path)
    if (sha256 is None) == (md5 is None):
        raise ValueError(f"{url}: give sha256 or md5, one of them; without it an error page could pass for the file")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"url: found {url!r}, expected http://... or https://...")
    kind, expected = ("sha256", sha256) if sha256 else ("md5", md5)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    with FileLock(lock):  # of several programs that want the file, one fetches it and the others wait
        if path.is_file():
            if (found := checksum(path, kind)) != expected:
                raise ValueError(f"{path}: its {kind} is {found}, expected {expected}. Delete it to download it again.")
        else:
            _fetch_checked(url, path, kind, expected, tries, timeout, progress)
        lock.unlink(missing_ok=True)  # who waits for it still holds it open, and finds the whole file
    return path


def _fetch_checked(url: str, path: Path, kind: str, expected: str, tries: int, timeout: float, progress: bool) -> None:
    """Collect the bytes, and give them their name if they are the right ones."""
    part = path.with_name(f"{path.name}.part")
    _collect(url, part, tries, timeout, progress)
    found = checksum(part, kind)
    if found != expected:
        part.unlink()
        raise ValueError(
            f"{url}: the {kind} of what arrived is {found}, expected {expected}; it was deleted. Try again; if "
            "that does not help, the file on the server has changed."
        )
    part.replace(path)


def checksum(path: Path, kind: str) -> str:
    """The ``"md5"`` or ``"sha256"`` of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()


def _collect(url: str, part: Path, tries: int, timeout: float, progress: bool) -> None:
    """Ask until all bytes are in ``part``; a try that brought some does not count."""
    left = tries
    while left:
        before = _size(part)
        try:
            if _fetch(url, part, timeout, progress):
                return
            reason = "the server closed the connection too early"
        except urllib.error.HTTPError as error:
            raise ConnectionError(f"{url}: the server answers {error.code} {error.reason}.") from error
        except (OSError, http.client.HTTPException) as error:  # no route, timeout, reset
            reason = str(error)
        left = tries if _size(part) > before else left - 1
    have = _size(part)
    raise ConnectionError(
        f"{url}: broke off {tries} times in a row without a byte, the last time because {reason}. "
        f"{have:,} bytes are kept in {part}; call again to go on from there."
    )


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _fetch(url: str, part: Path, timeout: float, progress: bool) -> bool:
    """One connection: the rest of the file, or all of it; True if it is complete."""
    have = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        response = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as error:
        if have and error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            return _nothing_left(error.headers.get("Content-Range", ""), have, part)
        raise
    with response:
        resumed = response.status == http.client.PARTIAL_CONTENT
        if not resumed:
            have = 0  # a server without ranges sends the whole file again
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        bar = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=part.stem, disable=not progress)
        with part.open("ab" if resumed else "wb") as file, bar:
            while block := response.read1(BLOCK):  # what there is, without waiting for the whole block
                file.write(block)
                bar.update(len(block))
    return total is None or part.stat().st_size == total


def _nothing_left(content_range: str, have: int, part: Path) -> bool:
    """There is no byte after the last one: ``part`` is complete, or it is of a longer file and worthless."""
    complete = content_range == f"bytes */{have}"
    if not complete:
        part.unlink()
    return complete


DAMAGE = (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)
"""What damaged archives raise; gzip and bzip2 raise an `OSError` without a number as well."""


def unpack(archive: Path, member: str, target: Path) -> Path:
    """Put one folder of a ``.tar``, ``.tar.gz`` or ``.zip`` archive at ``target``, whole or not at all.

    Parameters
    ----------
    archive : path
    member : str
        The folder's path in the archive.
    target : path
        What the folder is to be called; must not exist yet.

    Raises
    ------
    FileExistsError
        If ``target`` exists.
    ValueError
        If the file is no archive, is damaged, or has no such folder.
    """
    if target.exists():
        raise FileExistsError(f"{target}: exists already. Delete it to unpack {archive.name} again.")
    target.parent.mkdir(parents=True, exist_ok=True)
    # A folder beside the target: on one disk, so that the last step is a renaming.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as folder:
        try:
            _extract(archive, folder)
        except (*DAMAGE, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:  # the disk, not the archive
                raise
            raise ValueError(
                f"{archive}: no whole archive ({type(error).__name__}: {error}). Download it again."
            ) from error
        if not (Path(folder) / member).is_dir():
            raise ValueError(f"{archive}: no folder {member} in it")
        (Path(folder) / member).replace(target)
    return target


def _extract(archive: Path, folder: str) -> None:
    """Unpack all of an archive, and read it to its last byte: there a checksum of the whole may stand."""
    if zipfile.is_zipfile(archive):
        shutil.unpack_archive(archive, folder, "zip")
        return
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")  # refuses paths that lead out of the folder
        while tar.fileobj.read(BLOCK):
            pass
