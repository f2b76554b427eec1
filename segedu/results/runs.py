"""Recorded runs and measurements as JSON files."""

from __future__ import annotations

import json
import math
import shlex
import sys
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from torch import nn

from segedu import environment
from segedu.evaluate import Score
from segedu.history import History
from segedu.storage import written_whole


@dataclass
class Run:
    """One recorded training run: all that is needed to repeat it, and what came out.

    Attributes
    ----------
    name : str
        Also the name of its file.
    command : str
        What to type to repeat it.
    seed : int
    net : dict
        ``name``, ``options``, ``parameters`` (their number).
    data : dict
        ``name``, ``size``, ``train`` and ``test`` (numbers of pictures).
    settings : dict
        Steps, batch size, optimizer, learning rate, augmentation ...
    seconds : float
        Time spent in training.
    curve : dict
        ``step``, ``loss``, ``val_step``, ``val_miou``.
    score : dict
        ``split``, ``miou``, ``pixel_accuracy``, ``boundary_f``, ``iou`` by class (``None``: does not occur).
    environment : dict
        From `segedu.environment.describe`.
    date : str
        Year-month-day.
    """

    name: str
    command: str
    seed: int
    net: dict[str, Any]
    data: dict[str, Any]
    settings: dict[str, Any]
    seconds: float
    curve: dict[str, list[float]]
    score: dict[str, Any]
    environment: dict[str, Any] = field(default_factory=environment.describe)
    date: str = field(default_factory=lambda: date.today().isoformat())

    def save(self, folder: str | Path) -> Path:
        """Write ``folder/name.json``, whole or not at all; gives its path."""
        return write_json(Path(folder) / f"{self.name}.json", asdict(self))

    @classmethod
    def load(cls, path: str | Path) -> Run:
        """Read a run that `save` wrote; `ValueError` names the file if it is not one."""
        try:
            return cls(**json.loads(Path(path).read_text(encoding="utf-8")))
        except (json.JSONDecodeError, TypeError) as error:
            raise ValueError(f"{path}: not a recorded run ({error})") from error


def write_json(path: Path, content: dict[str, Any]) -> Path:
    """Write JSON with a stable layout, whole or not at all."""
    with written_whole(path) as unfinished:
        unfinished.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path


def write_measurement(path: Path, what: str, found: dict[str, Any]) -> Path:
    """Write what a script of ``benchmarks/`` found, with the command that repeats it, the machine and the date."""
    module = sys.modules["__main__"].__spec__  # of `python -m`, where argv has the file's whole path
    script = sys.argv[:1] if module is None else ["-m", module.name]
    about = {
        "what": what,
        "command": shlex.join(["python", *script, *sys.argv[1:]]),
        "date": date.today().isoformat(),
        "environment": environment.describe(),
    }
    return write_json(path, about | found)


def net_facts(net: nn.Module) -> dict[str, Any]:
    """Name, options and number of parameters of a network made by `segedu.nets.build`."""
    return {
        "name": net.spec.name,
        "options": net.spec.options,
        "parameters": sum(p.numel() for p in net.parameters()),
    }


def curve_facts(history: History, every: int = 10) -> dict[str, list[float]]:
    """A history as numbers to draw: the mean loss of each ``every`` steps, and all validation scores."""
    starts = range(0, len(history.loss), every)
    chunks = [history.loss[i : i + every] for i in starts]
    return {
        "step": [i + len(c) for i, c in zip(starts, chunks, strict=True)],
        "loss": [round(sum(c) / len(c), 4) for c in chunks],
        "val_step": history.val_steps,
        "val_miou": [round(v, 4) for v in history.val_miou],
    }


def score_facts(score: Score, split: str) -> dict[str, Any]:
    """A score as plain numbers; ``None`` where a class does not occur or nothing was measured."""
    return {
        "split": split,
        "miou": _number(score.miou),
        "pixel_accuracy": _number(score.pixel_accuracy),
        "boundary_f": _number(score.boundary_f),
        "iou": {name: _number(v) for name, v in score.iou.items()},
    }


def _number(value: float) -> float | None:
    """Four decimals; JSON has no nan."""
    return None if math.isnan(value) else round(value, 4)
