"""For all tests: where real data are, and what this machine lacks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.conditions import missing

DATA = Path(__file__).resolve().parent.parent / "shared" / "data"


def pytest_configure() -> None:
    if DATA.is_dir():  # real pictures beside the checkout; the kernels of notebooks inherit the variable
        os.environ.setdefault("SEGEDU_DATA", str(DATA))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests with a marker, and notebook cells with a tag, for something that is not here."""
    for item in items:
        cell = getattr(item, "cell", None)  # nbval's items carry their cell
        tags = cell.metadata.get("tags", []) if cell else [mark.name for mark in item.iter_markers()]
        if reason := missing(tags):
            item.add_marker(pytest.mark.skip(reason=reason))
