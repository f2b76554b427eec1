"""The recorded table over all systems: rows with means over the seeds, and their spread."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError

SCORES = ("miou", "boundary_f", "thin", "road_water", "car_boat")
COSTS = ("parameters", "flops", "seconds", "milliseconds")
STREETS = ("miou", "boundary_f", "val_miou", "Pole", "Pedestrian", *COSTS, "milliseconds_one_core", "peak_memory_mb")
AGAIN = "Record it again: python benchmarks/leaderboard/run.py, or python -m segedu bench camvid"


@dataclass(frozen=True)
class Row:
    """One system: each number once for every seed, ``None`` where it could not be measured; and its own settings."""

    title: str
    chapter: str
    values: dict[str, list[float | None]]
    settings: dict[str, Any]

    @property
    def seeds(self) -> int:
        """How often it was trained."""
        return len(self.values["miou"])

    def mean(self, key: str) -> float | None:
        """Mean over the seeds; ``None`` if a seed has no value."""
        return None if None in self.values[key] else statistics.mean(self.values[key])

    def spread(self, key: str) -> float | None:
        """Standard deviation over the seeds, divided by n - 1; ``None`` for one seed."""
        return None if self.seeds < 2 or None in self.values[key] else statistics.stdev(self.values[key])


@dataclass(frozen=True)
class Board:
    """All rows, and how they were measured."""

    rows: list[Row]
    command: str
    date: str
    settings: dict[str, Any]
    environment: dict[str, Any]

    @property
    def seeds(self) -> int:
        """Seeds of the row that has most."""
        return max(row.seeds for row in self.rows)

    def is_best(self, row: Row, key: str) -> bool:
        """Whether no row has a higher mean, as far as the table's three digits tell."""
        means = [round(found, 3) for other in self.rows if (found := other.mean(key)) is not None]
        return row.mean(key) is not None and round(row.mean(key), 3) == max(means)


def read_board(path: Path, columns: Sequence[str] = (*SCORES, *COSTS)) -> Board:
    """The recorded table; a column is a number of each run, or a class by its name.

    Raises
    ------
    ExtensionError
        If there is no such file, it is not JSON, or something that the page shows is missing; it names the file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = [_row(title, list(seeds.values()), columns) for title, seeds in content["runs"].items()]
        about = [content[key] for key in ("command", "date", "settings", "environment")]
    except FileNotFoundError as error:
        raise ExtensionError(f"{path}: there is no such file. {AGAIN}") from error
    except json.JSONDecodeError as error:
        raise ExtensionError(f"{path}: not JSON ({error}). {AGAIN}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ExtensionError(f"{path}: not a recorded leaderboard, missing or wrong: {error}. {AGAIN}") from error
    if not rows or not all(row.seeds for row in rows):
        raise ExtensionError(f"{path}: a leaderboard needs a system, and each system a seed. {AGAIN}")
    return Board(rows, *about)


def _row(title: str, seeds: list[dict[str, Any]], columns: Sequence[str]) -> Row:
    values = {key: [(found.get("iou", {}) | found)[key] for found in seeds] for key in columns}
    chapter, settings = (seeds[0][key] for key in ("chapter", "settings")) if seeds else ("", {})
    return Row(title, chapter, values, settings)
