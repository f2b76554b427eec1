"""Buttons lead to the repository that the book is built from; without one there are none."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_markdown_cell, new_notebook

from tools import config, notebooks
from tools.origin import ROOT, Origin

PAGES = {
    "_toc.yml": "format: jb-book\nroot: book/index\nchapters: [{file: notebooks/01_page}]\n",
    "book/index.md": "# Home\n",
    "notebooks/01_page.ipynb": nbformat.writes(
        new_notebook(cells=[new_markdown_cell("# Page")], metadata=nbformat.from_dict(notebooks.METADATA))
    ),
}


def base() -> dict:
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def test_a_github_origin_turns_the_buttons_on_and_leaves_the_rest():
    merged = config.with_buttons(base(), Origin("https://github.com/owner/name", "trunk"))
    assert merged["repository"] == {
        "url": "https://github.com/owner/name",
        "path_to_book": "",
        "branch": "trunk",
    }
    assert merged["launch_buttons"]["colab_url"] == "https://colab.research.google.com"
    assert merged["html"]["use_repository_button"]
    assert merged["html"]["favicon"] == base()["html"]["favicon"]
    assert merged["sphinx"] == base()["sphinx"]


def test_without_an_origin_the_base_has_no_button():
    merged = config.with_buttons(base(), None)
    assert merged == base()
    assert not merged["launch_buttons"]["colab_url"]
    assert not merged["html"]["use_repository_button"] and not merged["html"]["use_issues_button"]
    assert not merged["repository"]["url"]


def test_extensions_of_the_book_are_found_from_the_build_folder(tmp_path):
    settings = {"sphinx": {"local_extensions": {"numbers": "book/extensions"}}}
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(settings))
    config.write(tmp_path / "_build/config.yml", tmp_path)
    written = yaml.safe_load((tmp_path / "_build/config.yml").read_text())
    assert written["sphinx"]["local_extensions"] == {"numbers": str(tmp_path / "book/extensions")}


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("git@github.com:owner/name.git", ["/owner/name/blob/trunk/notebooks/01_page.ipynb"]),
        ("https://example.org/owner/name.git", []),
    ],
)
def test_built_pages_have_a_colab_button_for_this_fork_and_branch_or_none_at_all(tmp_path, remote, expected):
    html = build_page(tmp_path, remote)
    assert re.findall(r'href="https://colab\.research\.google\.com/github([^"]*)"', html) == expected
    assert ('href="https://github.com/owner/name"' in html) == bool(expected)
    assert ("fa-rocket" in html) == bool(expected)


def build_page(folder: Path, remote: str) -> str:
    """Build a book of two pages with this repository's buttons, and return the notebook's page."""
    for name, text in PAGES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    small = {key: base()[key] for key in ("title", "only_build_toc_files", "execute", "repository", "launch_buttons")}
    buttons = {key: value for key, value in base()["html"].items() if key.startswith("use_")}
    (folder / "_config.yml").write_text(yaml.safe_dump(small | {"html": buttons, "sphinx": {}}))
    subprocess.run(["git", "init", "-q", "-b", "trunk"], cwd=folder, check=True)
    subprocess.run(["git", "remote", "add", "origin", remote], cwd=folder, check=True)
    config.write(folder / "_build/config.yml", folder)
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    command = [jupyter_book, "build", ".", "--config", "_build/config.yml", "-q", "-W"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "_build/html/notebooks/01_page.html").read_text(encoding="utf-8")
