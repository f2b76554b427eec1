"""`make execute` stores what a cell shows as it stands, and nothing of the machine or the clock."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from tools import hygiene, notebooks
from tools.execute import execute


@pytest.fixture
def page(lesson, tmp_path) -> Path:
    path = tmp_path / "01_masks.ipynb"
    notebooks.write(lesson, path)
    return path


@pytest.fixture
def light_page(lesson, page) -> Path:
    """The same without the cells that import torch and Matplotlib, which take seconds."""
    del lesson.cells[4:6], lesson.cells[1:3]
    notebooks.write(lesson, page)
    return page


def without_gpu(tags) -> bool:
    return "gpu" in tags


def gpu_cell(notebook: NotebookNode) -> NotebookNode:
    return next(cell for cell in notebooks.code_cells(notebook) if "gpu" in cell.metadata.get("tags", []))


def test_a_notebook_executed_on_a_cpu_is_as_the_course_wants_it_and_a_second_run_changes_no_byte(page):
    execute(page, lacks=without_gpu)
    notebook = notebooks.read(page)
    assert list(hygiene.file_findings(page)) == []
    assert [cell.execution_count for cell in notebooks.code_cells(notebook)] == [1, 2, 3, None, 5]
    assert notebooks.code_cells(notebook)[1].outputs[0].data["text/plain"] == "4"
    assert notebooks.code_cells(notebook)[1].outputs[0].execution_count == 2
    assert gpu_cell(notebook).outputs == []

    first = page.read_bytes()
    execute(page, lacks=without_gpu)
    assert page.read_bytes() == first


def test_what_a_gpu_cell_showed_stays_until_the_cell_changes(light_page):
    execute(light_page, lacks=lambda tags: None)
    execute(light_page, lacks=without_gpu)
    notebook = notebooks.read(light_page)
    assert gpu_cell(notebook).outputs[0].text == "on the GPU\n"
    assert gpu_cell(notebook).metadata["executed"] == notebooks.fingerprint(gpu_cell(notebook))

    gpu_cell(notebook).source = "print('another text')"
    notebooks.write(notebook, light_page)
    execute(light_page, lacks=without_gpu)
    assert gpu_cell(notebooks.read(light_page)).outputs == []
    assert "executed" not in gpu_cell(notebooks.read(light_page)).metadata


def test_a_failing_notebook_stays_as_it_was(light_page, lesson):
    lesson.cells[1].source = "1 / 0"
    notebooks.write(lesson, light_page)
    before = light_page.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        execute(light_page, lacks=without_gpu)
    assert light_page.read_bytes() == before
    assert list(light_page.parent.iterdir()) == [light_page]


def test_what_a_cell_prints_is_one_output_however_it_was_flushed(light_page):
    notebook = notebooks.read(light_page)
    cell = notebooks.code_cells(notebook)[0]
    cell.source = "import time\n\nprint('first', flush=True)\ntime.sleep(0.5)\nprint('second')"
    notebooks.write(notebook, light_page)
    execute(light_page, lacks=without_gpu)
    (output,) = notebooks.code_cells(notebooks.read(light_page))[0].outputs
    assert output.text == "first\nsecond\n"
