"""What a newcomer relies on: the commands, the lock, the licences, and the order of the rooms."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import segedu
from segedu import ROOMS
from tools.origin import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MACHINE = re.compile(r"(?<![\w.])/(?:work|tmp|root|farm|home)/\w")
REGISTRY = re.compile(r"index-url|find-links|pythonhosted|pypi\.")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    """Return the files that are, or would be, in git; all of them where this is no repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def room_of(path: Path) -> str:
    """Return the room that the module at `path` is in."""
    return path.relative_to(ROOT / "segedu").with_suffix("").parts[0]


def imports_of(path: Path) -> set[str]:
    """Return the rooms that the module at `path` imports from."""
    package = path.relative_to(ROOT).parent.parts
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        rooms |= {name.split(".")[1] for name in names if name.startswith("segedu.")}
    return rooms & set(ROOMS)


MODULES = [path for path in sorted((ROOT / "segedu").rglob("*.py")) if room_of(path) in ROOMS]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_from_the_rooms_below_it(path):
    assert imports_of(path) <= set(ROOMS[: ROOMS.index(room_of(path)) + 1])


def test_every_module_is_in_a_room():
    outside = set((ROOT / "segedu").rglob("*.py")) - set(MODULES)
    assert {path.name for path in outside} == {"__init__.py", "__main__.py"} and len(outside) == 2


def test_the_readme_names_the_commands_that_the_checks_run():
    readme, makefile = text_of("README.md"), text_of("Makefile")
    assert "\nmake book\n" in readme and "\nmake test\n" in readme
    for command in re.findall(r"`?make ([a-z]+)", readme + text_of("CONTRIBUTING.md")):
        assert re.search(rf"^{command}:.*## ", makefile, re.MULTILINE), f"make {command} is not in the Makefile's help"
    assert text_of(".ci/run").rstrip().endswith("exec make test")
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_the_example_in_the_readme_runs(capsys):
    (example,) = re.findall(r"^```python\n(.*?)^```", text_of("README.md"), re.MULTILINE | re.DOTALL)
    for full, short in {"Scenes(400": "Scenes(4", "Scenes(150": "Scenes(2", "steps=300": "steps=2"}.items():
        assert full in example
        example = example.replace(full, short)
    exec(example, {})
    assert "mIoU" in capsys.readouterr().out


def test_github_runs_what_the_checks_run():
    steps = yaml.safe_load(text_of(".github/workflows/test.yml"))["jobs"]["test"]["steps"]
    assert steps[-1]["run"] == ".ci/run"
    steps = yaml.safe_load(text_of(".github/workflows/book.yml"))["jobs"]["publish"]["steps"]
    commands = "\n".join(step.get("run", "") for step in steps)
    assert commands.index("make stamp") < commands.index("make book")


def test_no_dependency_of_the_package_has_an_upper_bound():
    for requirement in PROJECT["dependencies"]:
        assert re.fullmatch(r"[a-z-]+>=[\d.]+", requirement), f"{requirement}: Colab's torch must never be replaced"


def test_the_lock_pins_every_dependency_within_its_bounds():
    from packaging.requirements import Requirement

    pinned = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text_of("requirements.txt"), re.MULTILINE))
    for group in [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]:
        for requirement in map(Requirement, group):
            assert pinned.get(requirement.name) in requirement.specifier, f"{requirement}: run `make lock`"


def test_the_version_to_cite_is_the_version_of_the_package():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["version"] == segedu.__version__
    assert citation["license"] == PROJECT["license"] == "BSD-3-Clause"


def test_both_licences_are_there_in_full():
    assert "Redistribution and use in source and binary forms" in text_of("LICENSE")
    assert "The segedu authors" in text_of("LICENSE")
    assert "Section 8 -- Interpretation." in text_of("LICENSE-text")


def test_no_file_names_a_folder_of_one_machine_or_a_registry():
    for path in tracked():
        if path == Path(__file__) or path.suffix in {".png", ".jpg", ".svg", ".ico"}:
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found = MACHINE.search(text) or REGISTRY.search(text)
        assert not found, f"{path.relative_to(ROOT)}: {found[0]}"
