"""Run notebooks in place and store their outputs, without timing or any trace of the machine.

Usage: python -m tools.execute [notebooks/06_fcn.ipynb ...]      (all of them by default)

Cells whose tag wants something (`tools.conditions`: `gpu`, `camvid`) run where it is. Elsewhere they are skipped, and
keep what their last run stored if they did not change since. A notebook that fails stays as it was.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from nbclient import NotebookClient
from nbformat import NotebookNode

from tools import notebooks
from tools.conditions import missing

SKIPPED = "skipped-here"


def execute(path: Path, *, lacks: Callable[[Iterable[str]], object] = missing, timeout: int = 3600) -> float:
    """Run the notebook at `path`, store it, and return the seconds this took.

    Parameters
    ----------
    path
        The notebook; its folder is the working directory.
    lacks
        Of the tags of a cell: whether it cannot run here.
    timeout
        Seconds that one cell may take.
    """
    notebook = notebooks.read(path)
    start = time.perf_counter()
    skipped = [cell for cell in notebooks.code_cells(notebook) if lacks(cell.metadata.get("tags", []))]
    for cell in skipped:
        cell.metadata.tags.append(SKIPPED)
    NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # where a text was flushed depends on how busy the machine was
        skip_cells_with_tag=SKIPPED,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    for cell in notebooks.code_cells(notebook):
        _record(cell, skipped=SKIPPED in cell.metadata.get("tags", []))
    for cell in skipped:
        cell.metadata.tags.remove(SKIPPED)
    notebooks.write(notebooks.tidy(notebook), path)
    return time.perf_counter() - start


def _record(cell: NotebookNode, *, skipped: bool) -> None:
    """Note the source that the outputs belong to; a skipped cell that was edited since it ran loses them."""
    source = notebooks.fingerprint(cell)
    if not skipped:
        cell.metadata["executed"] = source
    elif cell.metadata.get("executed") != source:
        cell.outputs, cell.execution_count = [], None
        cell.metadata.pop("executed", None)


if __name__ == "__main__":
    for chosen in [Path(name) for name in sys.argv[1:]] or notebooks.find():
        print(f"{chosen.name}: {execute(chosen):.0f} s", flush=True)
