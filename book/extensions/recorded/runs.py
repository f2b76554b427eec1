"""Recorded training runs: the JSON files in benchmarks/results that have a score."""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.errors import ExtensionError

NEEDED = {
    "": ("name", "command", "date", "environment", "seed", "settings", "seconds"),
    "net": ("name", "parameters"),
    "data": ("name", "size"),
    "curve": ("step", "loss", "val_step", "val_miou"),
    "score": ("split", "miou", "pixel_accuracy", "boundary_f", "iou"),
}
CURVES = {"step": "loss", "val_step": "val_miou"}


def read_run(path: Path) -> dict:
    """One recorded run.

    Raises
    ------
    ExtensionError
        If the file is not JSON, a key that the page shows is missing, or a curve has steps without values;
        the message names the file.
    """
    run = _read(path)
    for part, keys in NEEDED.items():
        holder = run.get(part) if part else run
        if not isinstance(holder, dict):
            raise ExtensionError(f"{path}: {part} is {holder!r}, expected an object with the keys {', '.join(keys)}")
        for key in keys:
            if key not in holder:
                where = f"{part}.{key}" if part else key
                raise ExtensionError(f"{path}: no {where}, so this is no recorded run. Record it again.")
    for steps, values in CURVES.items():
        if len(run["curve"][steps]) != len(run["curve"][values]):
            raise ExtensionError(f"{path}: curve.{steps} and curve.{values} differ in length. Record it again.")
    return run


def find_runs(folder: Path) -> list[Path]:
    """The files in ``folder`` that are training runs; other measurements have no ``score``."""
    return [path for path in sorted(folder.glob("*.json")) if "score" in _read(path)]


def _read(path: Path) -> dict:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ExtensionError(f"{path}: not JSON ({error}). Record it again, or restore it from git.") from error
    if not isinstance(content, dict):
        raise ExtensionError(f"{path}: expected a JSON object, found {type(content).__name__}")
    return content
