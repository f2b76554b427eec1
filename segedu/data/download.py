"""Large files from a server: checked, resumed after an interruption, and never half there under their name."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from tqdm import tqdm

BLOCK = 1 << 20
"""Bytes that are read at a time."""


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
        How often to ask before giving up.
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
    if path.is_file():
        found = checksum(path, kind)
        if found != expected:
            raise ValueError(f"{path}: its {kind} is {found}, expected {expected}. Delete it to download it again.")
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
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
    return path


def checksum(path: Path, kind: str) -> str:
    """The ``"md5"`` or ``"sha256"`` of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()


def _collect(url: str, part: Path, tries: int, timeout: float, progress: bool) -> None:
    """Ask until all bytes are in ``part``."""
    for _ in range(tries):
        try:
            if _fetch(url, part, timeout, progress):
                return
            reason = "the server closed the connection too early"
        except urllib.error.HTTPError as error:
            raise ConnectionError(f"{url}: the server answers {error.code} {error.reason}.") from error
        except (OSError, http.client.HTTPException) as error:  # no route, timeout, reset
            reason = str(error)
    have = part.stat().st_size if part.is_file() else 0
    raise ConnectionError(
        f"{url}: broke off {tries} times, the last time because {reason}. "
        f"{have:,} bytes are kept in {part}; call again to go on from there."
    )


def _fetch(url: str, part: Path, timeout: float, progress: bool) -> bool:
    """One connection: the rest of the file, or all of it; True if it is complete."""
    have = part.stat().st_size if part.is_file() else 0
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
            while block := response.read(BLOCK):
                file.write(block)
                bar.update(len(block))
    return total is None or part.stat().st_size == total


def _nothing_left(content_range: str, have: int, part: Path) -> bool:
    """There is no byte after the last one: ``part`` is complete, or it is of a longer file and worthless."""
    complete = content_range == f"bytes */{have}"
    if not complete:
        part.unlink()
    return complete


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
        If the file is no archive, or has no such folder.
    """
    if target.exists():
        raise FileExistsError(f"{target}: exists already. Delete it to unpack {archive.name} again.")
    target.parent.mkdir(parents=True, exist_ok=True)
    # A folder beside the target: on one disk, so that the last step is a renaming.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as folder:
        try:
            if zipfile.is_zipfile(archive):
                shutil.unpack_archive(archive, folder, "zip")
            else:
                with tarfile.open(archive) as tar:
                    tar.extractall(folder, filter="data")  # refuses paths that lead out of the folder
        except tarfile.TarError as error:
            raise ValueError(f"{archive}: no archive that can be unpacked ({error}). Download it again.") from error
        if not (Path(folder) / member).is_dir():
            raise ValueError(f"{archive}: no folder {member} in it")
        (Path(folder) / member).replace(target)
    return target
