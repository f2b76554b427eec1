"""For all tests: where real data are, and what needs a GPU."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parent.parent / "shared" / "data"


def pytest_configure() -> None:
    if DATA.is_dir():  # real pictures beside the checkout; the kernels of notebooks inherit the variable
        os.environ.setdefault("SEGEDU_DATA", str(DATA))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked `gpu`, and notebook cells tagged so, where there is no CUDA device."""
    gpu = [item for item in items if _needs_gpu(item)]
    if gpu and not _has_cuda():
        for item in gpu:
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))


def _needs_gpu(item: pytest.Item) -> bool:
    cell = getattr(item, "cell", None)  # nbval's items carry their cell
    return item.get_closest_marker("gpu") is not None or (cell and "gpu" in cell.metadata.get("tags", []))


def _has_cuda() -> bool:
    import torch  # seconds, spent only where something asks

    return torch.cuda.is_available()
