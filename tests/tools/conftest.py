"""A small notebook as the course wants them."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import notebooks, setup_cell

COST = "# Masks\n\nCPU: 2 s · GPU: 1 min · data: none"
DRAWING = """\
import matplotlib.pyplot as plt

plt.plot([0, 1])
plt.show()"""


@pytest.fixture
def lesson() -> NotebookNode:
    """A notebook that was never run: setup, a number, a drawing, a cell for a GPU, and a claim."""
    cells = [
        new_markdown_cell(COST),
        new_code_cell(setup_cell.render()),
        new_markdown_cell("Two and two."),
        new_code_cell("2 + 2"),
        new_markdown_cell("A line."),
        new_code_cell(DRAWING, metadata={"mystnb": {"image": {"alt": "a rising line"}}}),
        new_markdown_cell("At full scale."),
        new_code_cell("print('on the GPU')", metadata={"tags": ["gpu"]}),
        new_markdown_cell("So it holds."),
        new_code_cell("print('claim(holds)')", metadata={"tags": ["nbval-check-output"]}),
    ]
    return new_notebook(cells=cells, metadata=nbformat.from_dict(notebooks.METADATA))
