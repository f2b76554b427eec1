"""What a notebook says about itself, and what a recorded run says about its machine."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version

import torch

import segedu
from segedu import environment


def test_the_description_holds_the_versions_that_are_installed():
    here = environment.describe()
    assert here["segedu"] == segedu.__version__ == version("segedu")
    assert here["python"] == platform.python_version()
    assert [here[name] for name in ("torch", "torchvision", "numpy")] == [
        torch.__version__,
        version("torchvision"),
        version("numpy"),
    ]


def test_the_description_can_be_recorded_and_names_no_folder_or_host():
    text = json.dumps(environment.describe())
    assert platform.node() not in json.loads(text).values()
    assert "/" not in text


def test_the_processor_has_a_name_and_the_threads_are_those_of_torch():
    here = environment.describe()
    assert here["cpu"] and here["cores"] >= 1
    assert here["threads"] == torch.get_num_threads()


def test_a_package_that_is_not_there_is_called_missing(monkeypatch):
    monkeypatch.setattr(environment, "version", lambda package: version(f"no-such-{package}"))
    assert environment.describe()["torchvision"] == "missing"


def test_a_cuda_device_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Some GPU")
    assert environment.describe()["device"] == "Some GPU"


def test_the_report_is_one_line_where_versions_agree(capsys):
    environment.report(segedu.__version__)
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    for part in (f"segedu {segedu.__version__}", platform.python_version(), torch.__version__):
        assert part in printed


def test_the_report_says_what_to_do_where_versions_differ(capsys):
    environment.report("99.0")
    second = capsys.readouterr().out.splitlines()[1]
    assert "written for segedu 99.0" in second and segedu.__version__ in second
    assert "%pip uninstall -y segedu" in second
