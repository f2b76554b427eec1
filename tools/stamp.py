"""Write the setup cell, with this repository's address and version, into every notebook. Outputs stay.

Usage: python -m tools.stamp
"""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools import notebooks, setup_cell
from tools.origin import ROOT, find_origin

# On the page only the line that the cell prints is open.
_FOLDED = nbformat.from_dict(
    {"tags": ["hide-input"], "mystnb": {"code_prompt_show": "Show the setup", "code_prompt_hide": "Hide the setup"}}
)


def stamp(notebook: NotebookNode, source: str) -> bool:
    """Give the notebook's first code cell that `source`, in place, and return whether that changed anything.

    Raises
    ------
    ValueError
        If the notebook has no code cell.
    """
    cells = notebooks.code_cells(notebook)
    if not cells:
        raise ValueError("no code cell: add an empty one after the introduction, and stamp again")
    before = copy.deepcopy(cells[0])
    cells[0].source = source
    cells[0].metadata |= _FOLDED
    return before != cells[0]


def main(root: Path = ROOT) -> None:
    """Stamp all notebooks of the checkout at `root`."""
    origin = find_origin(root)
    source = setup_cell.render(origin.pip_address if origin else "")
    for path in notebooks.find(root):
        notebook = notebooks.read(path)
        try:
            changed = stamp(notebook, source)
        except ValueError as error:
            raise SystemExit(f"{path.name}: {error}") from error
        if changed:
            notebooks.write(notebook, path)
        print(f"{path.name}: {'stamped' if changed else 'up to date'}")


if __name__ == "__main__":
    main()
