"""For the tests of data sets on disk: small pictures, and a server to download from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def put() -> Callable[..., Path]:
    """A function that writes an array (or a grey picture of a size) as a picture, and makes its folder."""

    def put(path: Path, pixels: np.ndarray | tuple[int, int]) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(pixels, tuple):
            pixels = np.full((*pixels, 3), 99, np.uint8)
        Image.fromarray(pixels).save(path)
        return path

    return put


@pytest.fixture
def cut() -> Callable[[Path], None]:
    """A function that cuts a file to half its length."""

    def cut(path: Path) -> None:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return cut


@pytest.fixture
def made_folder(tmp_path: Path, put: Callable[..., Path]) -> Path:
    """Ten pictures of all sorts, one of them a folder deeper."""
    mask = np.repeat(np.array([[0, 1, 2, 255]], np.uint8), 3, axis=0)
    for i, ending in enumerate(("jpg", "png", "tif", "bmp", "webp", "jpeg", "PNG", "gif", "ppm")):
        put(tmp_path / "images" / f"p{i}.{ending}", (3, 4))
        put(tmp_path / "masks" / f"p{i}.png", mask)
    put(tmp_path / "images" / "day two" / "x.jpg", (6, 4))
    put(tmp_path / "masks" / "day two" / "x.png", mask.repeat(2, axis=0))
    (tmp_path / "images" / ".hidden.png").write_text("no picture")
    (tmp_path / "images" / "Thumbs.db").write_text("no picture")
    (tmp_path / "labels.txt").write_text("ground\ntree\ncar")
    return tmp_path


@pytest.fixture
def edge_distance() -> Callable[..., float]:
    """A function that gives the distance of a point (x, y) to the nearest side of a polygon."""

    def edge_distance(point: list[float], corners: np.ndarray) -> float:
        side = np.roll(corners, -1, axis=0) - corners
        along = (((point - corners) * side).sum(1) / (side**2).sum(1)).clip(0, 1)
        return np.linalg.norm(corners + along[:, None] * side - point, axis=1).min()

    return edge_distance


class Serve:
    """A file server on this machine, with faults to order.

    ``ranges`` off: always the whole file. ``break_after``: close the connection after so many bytes, this many
    times (``breaks``).
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.ranges, self.break_after, self.breaks = folder, True, None, 0
        self.requests: list[str | None] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, serve: Serve, *rest: Any) -> None:
        self.serve = serve
        super().__init__(*rest)

    def do_GET(self) -> None:
        """Send a file, or the rest of it."""
        serve, asked = self.serve, self.headers.get("Range")
        serve.requests.append(asked)
        path = serve.folder / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        content, first = path.read_bytes(), 0
        if asked and serve.ranges:
            first = int(asked.removeprefix("bytes=").removesuffix("-"))
            if first >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        body = content[first:]
        if serve.breaks:
            serve.breaks -= 1
            body = body[: serve.break_after]
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """A `Serve` with an empty folder."""
    folder = tmp_path / "served"
    folder.mkdir()
    serve = Serve(folder)
    thread = Thread(target=serve.server.serve_forever, daemon=True)
    thread.start()
    yield serve
    serve.server.shutdown()
    serve.server.server_close()
    thread.join()
