"""Studies: one command line, one file format, and a study that was stopped goes on where it was."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest
import torch

from benchmarks import study
from segedu.data import Scenes

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
OTHERS = {
    "claims",
    "camvid_fcn4s_wide2",
    "camvid-laptop",
    "camvid-ten-minutes",
}  # what `tools.claims` and `segedu train, bench` write
SCRIPTS = [path for path in sorted((ROOT / "benchmarks").glob("*/*.py")) if "__main__" in path.read_text("utf-8")]
NEEDED = {"crf_vs_lattice": "pydensecrf", "input_sizes": "monai", "metrics_vs_torchmetrics": "torchmetrics"}


class Recorder:
    """A study of two variants that notes what ran."""

    def __init__(self, out: Path):
        self.out, self.ran = out, []
        self.variants = {name: self.variant(name) for name in ("first", "second")}

    def variant(self, name: str) -> study.Variant:
        def measure(seed: int) -> dict:
            self.ran.append((name, seed))
            return {"miou": seed / 10, "iou": {"car": 0.5}, "curve": [seed, 1]}

        return measure

    def __call__(self, *arguments: str, what: str = "A test", **settings: object) -> dict:
        study.run("made", what, self.variants, settings=settings, arguments=[*arguments, "--out", str(self.out)])
        return json.loads(self.out.read_text(encoding="utf-8"))


@pytest.fixture
def record(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "made.json")


def test_the_file_says_what_was_measured_how_and_where(record):
    content = record("--seeds", "0", "1", steps=3, size=(4, 5))
    assert list(content) == ["what", "command", "date", "environment", "settings", "runs"]
    assert content["what"] == "A test" and content["settings"] == {"steps": 3, "size": [4, 5]}
    assert {"torch", "cpu", "threads"} <= set(content["environment"])
    assert list(content["runs"]) == ["first", "second"] and list(content["runs"]["first"]) == ["0", "1"]
    assert content["runs"]["first"]["1"] == {"miou": 0.1, "iou": {"car": 0.5}, "curve": [1, 1]}


def test_only_what_is_missing_runs(record):
    record("--seeds", "1", "--only", "second")
    record.ran.clear()
    content = record("--seeds", "0", "1")
    assert record.ran == [("first", 0), ("second", 0), ("first", 1)]
    assert list(content["runs"]) == ["first", "second"], "the order of the variants, not of the runs"
    assert list(content["runs"]["second"]) == ["0", "1"]
    record.ran.clear()
    assert record("--seeds", "0", "1") == content and record.ran == []


def test_a_study_in_pieces_records_the_one_command_that_repeats_it(record, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["benchmarks/made.py"])
    end = ["--out", str(record.out)]
    command = record("--seeds", "1", "--only", "second")["command"].split()
    assert command == ["python", "benchmarks/made.py", *end, "--seeds", "1", "--only", "second"]
    command = record("--seeds", "0")["command"].split()
    assert command == ["python", "benchmarks/made.py", *end, "--seeds", "0", "1"]


def test_the_seeds_of_the_study_run_if_no_others_are_asked_for(record):
    record("--only", "first")
    assert record.ran == [("first", 0), ("first", 1), ("first", 2)]


def test_an_unknown_variant_is_refused_with_the_names_that_there_are(record, capsys):
    with pytest.raises(SystemExit):
        record("--only", "third")
    said = capsys.readouterr().err
    assert "third" in said and "first" in said and record.ran == []


def test_an_interrupted_study_keeps_what_was_finished(record):
    whole = record.variants["second"]
    record.variants["second"] = lambda seed: 1 / 0
    with pytest.raises(ZeroDivisionError):
        record("--seeds", "0")
    assert list(json.loads(record.out.read_text())["runs"]) == ["first"]
    record.variants["second"] = whole
    record("--seeds", "0")
    assert record.ran == [("first", 0), ("second", 0)]


def test_a_number_that_json_does_not_have_is_not_written(record):
    record("--seeds", "0", "--only", "first")
    before = record.out.read_text()
    record.variants["second"] = lambda seed: {"miou": float("nan")}
    with pytest.raises(ValueError, match="JSON"):
        record("--seeds", "0")
    assert record.out.read_text() == before


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"what": "Another test"}, "what A test (now Another test)"),
        ({"steps": 4}, "steps 3 (now 4)"),
        ({"steps": 3, "width": 8}, "width None (now 8)"),
    ],
)
def test_the_file_of_another_study_is_refused_and_named(record, capsys, change, complaint):
    record("--seeds", "0", steps=3)
    before = record.out.read_text()
    record.ran.clear()
    with pytest.raises(SystemExit):
        record(**{"what": "A test"} | change)
    said = " ".join(capsys.readouterr().err.split())
    assert str(record.out) in said and complaint in said and "--out" in said
    assert record.ran == [] and record.out.read_text() == before


def test_runs_of_another_machine_are_not_mixed_into_a_file(record, capsys):
    content = record("--seeds", "0")
    content["environment"]["cpu"] = "another"
    record.out.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SystemExit):
        record("--seeds", "1")
    assert "cpu another" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"what": "A test", "environment": {}, "runs": []}'])
def test_what_is_no_study_is_refused_and_named(record, capsys, content):
    record.out.write_text(content, encoding="utf-8")
    with pytest.raises(SystemExit):
        record()
    assert f"{record.out}: not the file of a study" in capsys.readouterr().err
    assert record.ran == [] and record.out.read_text() == content


def execute(script: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """Run a script as if it were called; skip where the library that it compares with is missing."""
    if script.stem in NEEDED:
        pytest.importorskip(NEEDED[script.stem])
    monkeypatch.setattr(sys, "argv", [str(script), *arguments])
    monkeypatch.setattr(sys, "path", list(sys.path))
    runpy.run_path(str(script), run_name="__main__")


def forbidden(*_: object, **__: object) -> None:
    raise AssertionError("something was computed")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_the_variants_of_a_script_are_listed_without_computing(script, monkeypatch, capsys):
    monkeypatch.setattr(Scenes, "__getitem__", forbidden)
    monkeypatch.setattr(torch, "manual_seed", forbidden)
    monkeypatch.setattr(torch.nn.Module, "__call__", forbidden)
    execute(script, monkeypatch, "--list")
    names = capsys.readouterr().out.splitlines()
    assert names and len(names) == len(set(names)) and all(names)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_recorded_file_is_what_its_script_would_go_on_with(script, monkeypatch):
    studies = []
    monkeypatch.setattr(study, "run", lambda *given, **named: studies.append((given, named)))
    execute(script, monkeypatch)
    (((stem, what, variants), named),) = studies
    files = [path for path in RESULTS.glob("*.json") if writer(path.stem) == script]
    assert RESULTS / f"{stem}.json" in files
    for path in files:
        content = json.loads(path.read_text("utf-8"))
        assert content["what"] == what
        assert content.get("settings", {}) == json.loads(json.dumps(named.get("settings") or {}))
        assert [name for name in variants if name in content["runs"]] == list(content["runs"])


def writer(stem: str) -> Path | None:
    """The script that writes a file: the one with the longest name that the file's begins with."""
    names = {path.parent.name if path.stem == "run" else path.stem: path for path in SCRIPTS}
    fitting = [name for name in names if stem == name or stem.startswith(f"{name}_")]
    return names[max(fitting, key=len)] if fitting else None


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_file_of_results_has_the_format_of_a_study_and_a_script(path):
    if path.stem in OTHERS:
        return
    content = json.loads(path.read_text("utf-8"))
    assert {"what", "command", "date", "environment", "runs"} <= set(content)
    assert set(content) <= {"what", "command", "date", "environment", "recorded_with", "settings", "runs"}
    script = writer(path.stem)
    assert script is not None, "no script has this name"
    assert content["command"].split()[:2] == ["python", script.relative_to(ROOT).as_posix()]
    for seeds in content["runs"].values():
        assert seeds and all(seed.isdigit() and isinstance(numbers, dict) for seed, numbers in seeds.items())
