"""Each rule for notebooks sees the fault that it is for; tests/notebooks applies them to the real ones."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_output

from tools import hygiene, notebooks

FOLDER = "/home" + "/reader"  # in two parts: no file of this repository may name such a folder
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


@pytest.fixture
def executed(lesson):
    """The lesson as `make execute` leaves it on a CPU, with outputs written by hand."""
    for place, cell in enumerate(notebooks.code_cells(lesson), start=1):
        if "gpu" not in cell.metadata.get("tags", []):
            cell.execution_count = place
            cell.metadata["executed"] = notebooks.fingerprint(cell)
    lesson.cells[5].outputs = [new_output("display_data", data={"image/png": PNG, "text/plain": "<Figure>"})]
    return lesson


def shown(text: str) -> list:
    return [new_output("stream", name="stdout", text=text)]


def test_a_notebook_as_it_should_be_gives_no_finding(executed):
    assert list(hygiene.findings(executed)) == []


FAULTS = {
    "no cost line": lambda nb: nb.cells[0].update(source="# Masks"),
    "not the setup cell": lambda nb: nb.cells[1].update(source=nb.cells[1].source + "\nimport os"),
    "the next cell is code too": lambda nb: nb.cells.pop(2),
    "is MyST": lambda nb: nb.cells[2].update(source="See {cite}`long2015`."),
    "MyST": lambda nb: nb.cells[2].update(source="```{note}\nText\n```"),
    "'![](' has no alt text": lambda nb: nb.cells[2].update(source="![](mask.png)"),
    "has no alt text": lambda nb: nb.cells[2].update(source='<img src="mask.png" alt="">'),
    "link the paper": lambda nb: nb.cells[2].update(
        source="## Further reading\n\n- [Here](https://arxiv.org).\n- Nowhere, 2015."
    ),
    "a picture without alt text": lambda nb: nb.cells[5].metadata.pop("mystnb"),
    "26 lines": lambda nb: nb.cells[3].update(source="\n".join(["x = 1"] * 26)),
    "median code cell has 9": lambda nb: [c.update(source="\n".join(["x = 1"] * 9)) for c in nb.cells[2:]],
    "a claim without": lambda nb: nb.cells[9].update(source="claim('it holds', True)", metadata={}),
    "not executed as it stands": lambda nb: nb.cells[3].update(source="2 + 3"),
    "execution count 7": lambda nb: nb.cells[3].update(execution_count=7),
    "execution count None": lambda nb: nb.cells[3].update(execution_count=None),
    "stores an error, ValueError": lambda nb: nb.cells[3].update(
        outputs=[new_output("error", ename="ValueError", evalue="", traceback=[])]
    ),
    "shows a warning": lambda nb: nb.cells[3].update(outputs=shown("a.py:1: FutureWarning: use b\n  a()\n")),
    "shows a path of one machine": lambda nb: nb.cells[3].update(outputs=shown(f"saved {FOLDER}/mask.png")),
    "cell 2: a path of one machine": lambda nb: nb.cells[3].update(source=f'open("{FOLDER}/mask.png")'),
    "cell 6: a path of one machine": lambda nb: nb.cells[6].update(source=f"in `{FOLDER}/data`"),
    "metadata ['execution']": lambda nb: nb.cells[3].metadata.update(execution={"iopub.status.busy": "now"}),
    "'widgets'] are not the common": lambda nb: nb.metadata.update(widgets={"state": {}}),
    "are not the common ones": lambda nb: nb.metadata.pop("accelerator"),
    "no ids": lambda nb: nb.update(nbformat_minor=4),
    "not a valid notebook": lambda nb: nb.cells[3].pop("outputs"),
}


@pytest.mark.parametrize("finding", FAULTS)
def test_each_fault_is_found(executed, finding):
    FAULTS[finding](executed)
    assert any(finding in line for line in hygiene.findings(executed)), list(hygiene.findings(executed))


def test_a_gpu_cell_that_ran_must_have_run_as_it_stands(executed):
    executed.cells[7].update(outputs=shown("an older text"), execution_count=4)
    assert list(hygiene.findings(executed)) == ["code cell 4: not executed as it stands: run `make execute`"]


def test_a_large_file_is_found(executed, tmp_path):
    executed.cells[3].outputs = shown("x" * 1_600_000)
    notebooks.write(executed, tmp_path / "large.ipynb")
    assert any("1.6 MB" in line for line in hygiene.file_findings(tmp_path / "large.ipynb"))
