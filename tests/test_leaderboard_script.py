"""The script behind the leaderboard, on a few pictures: it measures what the table shows, of every system."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from benchmarks.leaderboard import run
from segedu import nets
from segedu.bench import SCENES, systems
from segedu.bench.score import score
from segedu.bench.systems import SYSTEMS
from segedu.data import Scenes, stack
from segedu.evaluate import evaluate

ROOT = Path(__file__).parents[1]


def measure(out: Path, *arguments: str, steps: int = 2) -> dict:
    run.main(steps, (4, 4), [*arguments, "--out", str(out)])
    return json.loads(out.read_text(encoding="utf-8"))


def test_one_command_measures_every_number_of_every_seed(tmp_path):
    board = measure(tmp_path / "board.json", "--only", "Linear SVM", "FCN-32s", "--seeds", "0", "1")
    assert list(board["runs"]) == ["Linear SVM", "FCN-32s"]
    for row in board["runs"].values():
        assert list(row) == ["0", "1"]
        for found in row.values():
            assert all(0 <= found[key] <= 1 for key in ("miou", "boundary_f", "thin"))
            assert found["seconds"] > 0 and found["milliseconds"] > 0
            assert found["miou"] == pytest.approx(
                np.mean([v for v in found["iou"].values() if v is not None]), abs=1e-3
            )
    net, svm = (board["runs"][name]["0"] for name in ("FCN-32s", "Linear SVM"))
    assert net["parameters"] == sum(p.numel() for p in nets.build("fcn32s", 9).parameters())
    assert svm["flops"] is None and svm["parameters"] > 0 and svm["settings"] == {"pixels": 1000}
    assert {"torch", "cpu", "threads"} <= set(board["environment"]) and board["settings"]["steps"] == 2


def test_the_rows_are_in_the_order_of_the_table_not_of_the_runs(tmp_path):
    measure(tmp_path / "board.json", "--only", "FCN-16s", "--seeds", "0")
    board = measure(tmp_path / "board.json", "--only", "FCN-32s", "--seeds", "0")
    assert list(board["runs"]) == ["FCN-32s", "FCN-16s"]


def test_other_settings_are_not_mixed_into_a_file(tmp_path, capsys):
    out = tmp_path / "board.json"
    measure(out, "--only", "FCN-32s", "--seeds", "0")
    before = out.read_text()
    with pytest.raises(SystemExit):
        measure(out, "--only", "FCN-32s", steps=3)
    assert "board.json: recorded with steps 2 (now 3)" in capsys.readouterr().err
    assert out.read_text() == before


def test_the_score_is_that_of_evaluate():
    data = stack(Scenes(3, size=(48, 64), seed=2))
    torch.manual_seed(0)
    net = nets.build("fcn8s", 9)
    trained = systems.Trained(lambda image: systems.predict(net, image), 0.0, 0)
    ours, milliseconds = score(trained, data)
    theirs = evaluate(net, data)
    assert ours.miou == pytest.approx(theirs.miou, abs=1e-4)
    assert ours.boundary_f == pytest.approx(theirs.boundary_f, abs=1e-4)
    assert milliseconds > 0


def test_an_operation_is_half_a_multiply_add():
    net = nn.Conv2d(3, 5, 3, padding=1, bias=False)
    height, width = SCENES.size
    assert systems.count_flops(net, SCENES.size) == 2 * height * width * 3 * 5 * 9


def test_the_crf_has_the_parameters_that_its_chapter_chose():
    chapter = importlib.import_module("benchmarks.chapters.09_dense_crf")
    assert {"iterations": 5, **chapter.CHOSEN} == systems.CRF


def test_the_crf_sharpens_what_the_same_network_says():
    train, test = stack(Scenes(4, SCENES.size, seed=0)), stack(Scenes(1, SCENES.size, seed=2))
    recipe = replace(SCENES, steps=2)
    plain, sharpened = (
        SYSTEMS[name].train(train, recipe, 0, **SYSTEMS[name].scenes) for name in ("FCN-8s", "FCN-8s + CRF")
    )
    assert sharpened.parameters == plain.parameters and sharpened.flops > 100 * plain.flops
    before, after = (system.predict(test[0].image) for system in (plain, sharpened))
    assert after.shape == SCENES.size and after.dtype == np.uint8
    assert 0 < (before != after).mean() < 0.5


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_belongs_to_a_chapter_and_its_network_exists(name):
    system = SYSTEMS[name]
    assert len(list((ROOT / "notebooks").glob(f"{system.chapter}_*.ipynb"))) == 1
    if system.train.func is not systems.train_pixels:
        assert system.train.args[0] in nets.NAMES
