"""Read, tidy and write the notebooks of the course."""

from __future__ import annotations

import copy
import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from segedu.storage import written_whole
from tools.origin import ROOT

# What every notebook says about itself: any Python 3 kernel, and a GPU on Colab without asking for it.
METADATA = {
    "accelerator": "GPU",
    "colab": {"gpuType": "T4"},
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
# What belongs to one cell of the page; anything else is a trace of the editor or of the machine.
CELL_METADATA = {"tags", "mystnb", "executed"}


def find(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the course, in the order of the chapters."""
    return sorted((root / "notebooks").glob("*.ipynb"))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells of the notebook, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def read(path: Path) -> NotebookNode:
    """Return the notebook at `path` in the current format."""
    return nbformat.read(path, as_version=4)


def fingerprint(cell: NotebookNode) -> str:
    """Return what ``cell.metadata.executed`` holds if the stored outputs are those of the cell as it is."""
    return hashlib.sha256(cell.source.encode()).hexdigest()[:12]


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Drop what differs between two machines, in place, and return the notebook.

    A cell that was executed is numbered by its place among the code cells: one that never ran leaves a gap.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in CELL_METADATA})
    for place, cell in enumerate(code_cells(notebook), start=1):
        if cell.execution_count is None:
            continue
        cell.execution_count = place
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = place
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Validate and write the notebook; the old file stays until the new one is whole."""
    nbformat.validate(notebook)
    with written_whole(path) as unfinished:
        nbformat.write(copy.deepcopy(notebook), unfinished)  # nbformat splits the lines of what it is given
