"""The notebooks read well on Colab, in the book and in git."""

from __future__ import annotations

import shlex
import subprocess

import pytest
import yaml

from tools import hygiene, notebooks
from tools.origin import ROOT


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda path: path.stem)
def test_nothing_is_to_mend(path):
    assert list(hygiene.file_findings(path)) == []


def test_all_first_cells_are_the_same():
    assert len({notebooks.code_cells(notebooks.read(path))[0].source for path in notebooks.find()}) <= 1


@pytest.mark.parametrize("path", notebooks.find(), ids=lambda path: path.stem)
def test_the_commit_hook_has_nothing_to_strip(path):
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    program, *options = shlex.split(next(hook["entry"] for hook in hooks if hook["id"] == "nbstripout"))
    subprocess.run([ROOT / program, *options, "--verify", path], check=True)
