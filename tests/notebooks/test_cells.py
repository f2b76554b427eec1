"""How `make test` takes the cells of a notebook."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import nbformat
import torch
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tools.origin import ROOT

TAGS = {"tags": ["nbval-check-output"]}
CLAIM = "from segedu.results import claim\n\nclaim('Two is more than one', 2 > 1)"


def outcomes(tmp_path, *cells) -> list[str]:
    """Run the cells as the tests of the course do, and return one word for each."""
    page = tmp_path / "page.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), page)
    options = ["-v", "-p", "conftest", "-p", "no:cacheprovider", "--nbval-lax", "--nbval-current-env"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, page],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return re.findall(r"^page::ipynb::Cell \d+ ([A-Z]+)", done.stdout, re.MULTILINE)


def test_a_gpu_cell_is_skipped_without_a_gpu_and_the_others_run(tmp_path):
    gpu = new_code_cell("1 / 0", metadata={"tags": ["gpu"]})
    expected = ["PASSED", "FAILED" if torch.cuda.is_available() else "SKIPPED", "PASSED"]
    assert outcomes(tmp_path, new_code_cell("x = 1"), gpu, new_code_cell("assert x == 1")) == expected


def test_a_claim_fails_if_it_is_false_or_if_the_stored_line_is_another(tmp_path):
    line = new_output("display_data", data={"text/plain": "Holds: Two is more than one."})
    other = new_output("display_data", data={"text/plain": "Holds: Two is more than three."})
    cells = [
        new_code_cell(CLAIM, execution_count=1, outputs=[line], metadata=TAGS),
        new_code_cell(CLAIM, execution_count=1, outputs=[other], metadata=TAGS),
        new_code_cell(CLAIM.replace("2 > 1", "2 > 3"), execution_count=1, outputs=[line], metadata=TAGS),
    ]
    assert outcomes(tmp_path, *cells) == ["PASSED", "FAILED", "FAILED"]
