"""The setup cell where a reader meets it: only the notebook, an environment with torch, and no segedu."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import setup_cell
from tools.origin import ROOT

INSTALLED = sysconfig.get_path("purelib")

# Seen from the kernel: where segedu, torch and numpy come from, and what pip put into the environment.
PROBE = """\
import json, sys, importlib.metadata as m, numpy, segedu, torch
site = next(p for p in sys.path if p.startswith(sys.prefix) and p.endswith("site-packages"))
packages = sorted(d.name for d in m.distributions(path=[site]))
print(json.dumps([segedu.__file__, numpy.__file__, torch.__file__, packages]))"""


@pytest.fixture(scope="module")
def remote(tmp_path_factory) -> str:
    """The address of a bare repository that holds this working tree."""
    tree, bare = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("remote") / "course.git"
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes((ROOT / name).read_bytes())
    git(tree, "init", "-q", "-b", "main")
    git(tree, "add", "-A")
    git(tree, "-c", "user.name=reader", "-c", "user.email=reader@example.org", "commit", "-q", "-m", "all")
    git(tree, "clone", "-q", "--bare", ".", str(bare))
    return f"git+{bare.as_uri()}@main"


@pytest.fixture(scope="module")
def bare_environment(tmp_path_factory) -> Path:
    """An environment that sees everything installed beside the tests, but not segedu.

    A .pth file leads to those packages. The editable segedu is a .pth file among them, and Python does not
    follow one into the next.
    """
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    # Python 3.11 puts a setuptools into a new environment that is too old to build with.
    uninstall = [folder / "bin/python", "-m", "pip", "uninstall", "-q", "-y", "setuptools"]
    subprocess.run(uninstall, check=True, capture_output=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "beside_the_tests.pth").write_text(INSTALLED)
    return folder


@pytest.fixture
def python(bare_environment, tmp_path) -> Path:
    """The interpreter of a copy of the bare environment, with a Jupyter kernel."""
    shutil.copytree(bare_environment, tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv/bin/python"
    subprocess.run([python, "-m", "ipykernel", "install", "--sys-prefix"], check=True, capture_output=True)
    return python


def test_segedu_comes_from_the_stamped_address_and_nothing_else_changes(python, remote, tmp_path):
    done, notebook = run(python, tmp_path, new_code_cell(setup_cell.render(remote)), new_code_cell(PROBE))
    assert done.returncode == 0, done.stderr
    assert notebook.cells[0].outputs[-1].text.startswith("segedu ")
    segedu, numpy, torch, packages = json.loads(notebook.cells[1].outputs[-1].text)
    assert segedu.startswith(str(tmp_path / "venv"))
    assert [numpy, torch] == [f"{INSTALLED}/{name}/__init__.py" for name in ("numpy", "torch")]
    assert packages == ["pip", "segedu"]


def test_in_a_checkout_it_is_that_checkout_that_is_installed(python, remote, tmp_path):
    git(tmp_path, "clone", "-q", remote.removeprefix("git+").removesuffix("@main"), "course")
    (tmp_path / "course/notebooks").mkdir(exist_ok=True)
    cells = new_code_cell(setup_cell.render()), new_code_cell(PROBE)
    done, notebook = run(python, tmp_path / "course/notebooks", *cells)
    assert done.returncode == 0, done.stderr
    segedu = json.loads(notebook.cells[1].outputs[-1].text)[0]
    assert segedu == str(tmp_path / "course/segedu/__init__.py")


@pytest.mark.parametrize("address", ["", "git+file:///no/such/repository.git@main"])
def test_where_it_cannot_be_installed_one_sentence_says_what_to_do(python, tmp_path, address):
    done, _ = run(python, tmp_path, new_code_cell(setup_cell.render(address)))
    assert done.returncode != 0
    assert "No segedu here: clone the course" in done.stderr
    assert 'File "' not in done.stderr.split("SystemExit")[-1]


def run(python: Path, folder: Path, *cells) -> tuple[subprocess.CompletedProcess[str], nbformat.NotebookNode]:
    """Execute a notebook of these cells in `folder`, as Jupyter does, without any network."""
    page = folder / "page.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), page)
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_CONFIG_FILE": os.devnull}
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_", "JUPYTER"))}
    command = [python, "-c", "from nbclient.cli import main; main()", "--inplace", page.name]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment | offline | {"JUPYTER_PREFER_ENV_PATH": "1"},
    )
    return done, nbformat.read(page, as_version=4)


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout
