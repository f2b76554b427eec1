"""`make stamp` gives every notebook the same first cell, and changes nothing else."""

from __future__ import annotations

import subprocess

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook, new_output

import segedu
from tools import notebooks, setup_cell, stamp


def checkout_of(lesson, folder, remote):
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    subprocess.run(["git", "remote", "add", "origin", remote], cwd=folder, check=True)
    (folder / "notebooks").mkdir()
    page = folder / "notebooks/01_masks.ipynb"
    notebooks.write(lesson, page)
    return page


def test_the_setup_cell_is_short_and_names_this_version():
    source = setup_cell.render("git+https://github.com/owner/name@main")
    assert sum(bool(line.strip()) for line in source.splitlines()) <= 16
    assert f'report("{segedu.__version__}")' in source
    compile(source, "setup cell", "exec")


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:owner/name.git", "git+https://github.com/owner/name@main"),
        ("https://example.org/owner/name.git", ""),
    ],
)
def test_the_address_of_the_origin_is_stamped_where_it_is_public(lesson, tmp_path, remote, address):
    page = checkout_of(lesson, tmp_path, remote)
    stamp.main(tmp_path)
    first = notebooks.code_cells(notebooks.read(page))[0]
    assert f'\nREPOSITORY = "{address}"\n' in first.source
    assert setup_cell.matches(first.source)
    assert first.metadata["tags"] == ["hide-input"]


def test_stamping_keeps_outputs_and_a_second_time_changes_no_byte(lesson, tmp_path):
    first = notebooks.code_cells(lesson)[0]
    first.outputs = [new_output("stream", name="stdout", text="segedu 0.0.9")]
    page = checkout_of(lesson, tmp_path, "https://github.com/owner/name")
    stamp.main(tmp_path)
    once = page.read_bytes()
    stamp.main(tmp_path)
    assert page.read_bytes() == once
    assert notebooks.code_cells(notebooks.read(page))[0].outputs == first.outputs
    assert notebooks.read(page).cells[2:] == lesson.cells[2:]


def test_a_notebook_without_code_is_named(tmp_path):
    checkout_of(new_notebook(cells=[new_markdown_cell("# Empty")]), tmp_path, "https://github.com/owner/name")
    with pytest.raises(SystemExit, match=r"01_masks\.ipynb: no code cell"):
        stamp.main(tmp_path)


@pytest.mark.parametrize("address", ["git+https://example.org/owner/name@main", "https://github.com/owner/name", " "])
def test_no_other_address_passes_for_the_setup_cell(address):
    assert not setup_cell.matches(setup_cell.render(address))


def test_an_edited_cell_does_not_pass_for_the_setup_cell():
    assert not setup_cell.matches(setup_cell.render() + "\nimport numpy as np")
