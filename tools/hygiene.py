"""What a notebook of this course must be like, beside being right: readable on Colab, in the book and in git.

Usage: python -m tools.hygiene      (lists what it finds)
"""

from __future__ import annotations

import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools import notebooks, setup_cell
from tools.conditions import conditional

COMPARED = "nbval-check-output"
"""nbval's tag for a cell whose output must be as stored."""
LONGEST_CELL, MEDIAN_CELL, LARGEST_FILE = 25, 8, 1_500_000

_COST = re.compile(r"CPU:.*GPU:.*data:", re.IGNORECASE)
_MYST = re.compile(r"^\s*(?:`{3,}|:{3,})\{|\{[a-z][\w:-]*\}`|^\([\w-]+\)=\s*$", re.MULTILINE)
_NO_ALT = re.compile(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+\")[^>]*>", re.IGNORECASE)
_MACHINE = re.compile(r"(?<![\w.])(?:/(?:work|tmp|root|home|Users|content)/\w|[A-Z]:\\\\?Users)")
_UNLINKED = re.compile(r"^## Further reading\n(?:.*\n)*?(?P<line>- (?!.*\]\().*)$", re.MULTILINE)
_WARNING = re.compile(r"^.*\b\w*Warning: .*$", re.MULTILINE)


def findings(notebook: NotebookNode) -> Iterator[str]:
    """Yield one line for each thing in the notebook to mend; nothing for a notebook as it should be."""
    yield from _format(notebook)
    yield from _prose(notebook)
    yield from _code(notebook)
    yield from _outputs(notebook)


def file_findings(path: Path) -> Iterator[str]:
    """Yield the findings of the notebook at `path`, and of its size."""
    if (size := path.stat().st_size) > LARGEST_FILE:
        yield f"{size / 1e6:.1f} MB: draw smaller, or save photographs as JPEG"
    yield from findings(notebooks.read(path))


def _format(notebook: NotebookNode) -> Iterator[str]:
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield f"not a valid notebook: {str(error).splitlines()[0]}"
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        yield "its cells have no ids: save it as nbformat 4.5"
    if notebook.metadata != notebooks.METADATA:
        yield f"metadata {sorted(notebook.metadata)} are not the common ones: run `make execute`"
    for i, cell in enumerate(notebook.cells):
        if extra := set(cell.metadata) - notebooks.CELL_METADATA:
            yield f"cell {i}: metadata {sorted(extra)}: run `make execute`"


def _prose(notebook: NotebookNode) -> Iterator[str]:
    kinds = [cell.cell_type for cell in notebook.cells]
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            if kinds[i + 1 : i + 2] == ["code"]:
                yield f"cell {i}: the next cell is code too: say in between what it is for"
            continue
        if found := _MYST.search(cell.source):
            yield f"cell {i}: {found[0].strip()!r} is MyST, and Colab shows it raw"
        if found := _NO_ALT.search(cell.source):
            yield f"cell {i}: {found[0]!r} has no alt text"
        if found := _UNLINKED.search(cell.source):
            yield f"cell {i}: {found['line']!r} leads nowhere: link the paper"
        if found := _MACHINE.search(cell.source):
            yield f"cell {i}: a path of one machine, {found[0]!r}"
    introduction = notebook.cells[: kinds.index("code") if "code" in kinds else None]
    if not any(_COST.search(cell.source) for cell in introduction):
        yield "no cost line (CPU: ... · GPU: ... · data: ...) before the setup cell"


def _code(notebook: NotebookNode) -> Iterator[str]:
    cells = notebooks.code_cells(notebook)
    if not cells or not setup_cell.matches(cells[0].source):
        yield "the first code cell is not the setup cell: run `make stamp`"
    lengths = [sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in cells]
    if lengths and statistics.median(lengths) > MEDIAN_CELL:
        yield f"the median code cell has {statistics.median(lengths)} lines (at most {MEDIAN_CELL})"
    for place, (cell, length) in enumerate(zip(cells, lengths, strict=True), start=1):
        if length > LONGEST_CELL:
            yield f"code cell {place}: {length} lines (at most {LONGEST_CELL})"
        if re.search(r"\bclaim\(", cell.source) and COMPARED not in cell.metadata.get("tags", []):
            yield f"code cell {place}: a claim without the tag {COMPARED}"
        if found := _MACHINE.search(cell.source):
            yield f"code cell {place}: a path of one machine, {found[0]!r}"


def _outputs(notebook: NotebookNode) -> Iterator[str]:
    for place, cell in enumerate(notebooks.code_cells(notebook), start=1):
        never_ran = cell.execution_count is None and not cell.outputs
        if never_ran and conditional(cell.metadata.get("tags", [])):
            continue
        # The setup cell is compared with its template; its stamp may change after the run.
        if place > 1 and cell.metadata.get("executed") != notebooks.fingerprint(cell):
            yield f"code cell {place}: not executed as it stands: run `make execute`"
        if cell.execution_count != place:
            yield f"code cell {place}: execution count {cell.execution_count}: run `make execute`"
        for output in cell.outputs:
            for fault in _output(output, cell):
                yield f"code cell {place}: {fault}"


def _output(output: NotebookNode, cell: NotebookNode) -> Iterator[str]:
    if output.output_type == "error":
        yield f"stores an error, {output.ename}"
        return
    data = output.get("data", {})
    text = "\n".join([output.get("text", ""), *(str(v) for k, v in data.items() if not k.startswith("image/"))])
    if found := _MACHINE.search(text):
        yield f"shows a path of one machine, {found[0]!r}"
    if found := _WARNING.search(text):
        yield f"shows a warning, {found[0].strip()!r}"
    alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
    if any(kind.startswith("image/") for kind in data) and not alt.strip():
        yield 'shows a picture without alt text: metadata {"mystnb": {"image": {"alt": "..."}}}'


if __name__ == "__main__":
    found = [f"{path.name}: {line}" for path in notebooks.find() for line in file_findings(path)]
    sys.exit("\n".join(found) or None)
