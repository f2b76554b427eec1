"""The script behind the leaderboard, on a few pictures: it measures, goes on where it stopped, and mixes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import crf_chapter
import leaderboard
import leaderboard_systems
import numpy as np
import pytest
import torch
from torch import nn

from segedu import nets
from segedu.data import Scenes, stack
from segedu.evaluate import evaluate

TINY = ["--steps", "2", "--pictures", "4", "4", "--threads", "1"]


@pytest.fixture(autouse=True)
def same_threads_afterwards():
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


def measure(out: Path, *arguments: str) -> dict:
    leaderboard.main([*TINY, *arguments, "--out", str(out)])
    return json.loads(out.read_text(encoding="utf-8"))


def test_one_command_measures_every_number_of_every_seed(tmp_path):
    board = measure(tmp_path / "board.json", "--systems", "linear_svm", "fcn32s", "--seeds", "0", "1")
    assert list(board["systems"]) == ["linear_svm", "fcn32s"]
    for row in board["systems"].values():
        assert list(row["seeds"]) == ["0", "1"]
        for found in row["seeds"].values():
            assert all(0 <= found[key] <= 1 for key in ("miou", "boundary_f", "thin"))
            assert found["seconds"] > 0 and found["milliseconds"] > 0
            assert found["miou"] == pytest.approx(
                np.mean([v for v in found["iou"].values() if v is not None]), abs=1e-3
            )
    net, svm = (board["systems"][name]["seeds"]["0"] for name in ("fcn32s", "linear_svm"))
    assert net["parameters"] == sum(p.numel() for p in nets.build("fcn32s", 9).parameters())
    assert svm["flops"] is None and svm["parameters"] > 0
    assert {"torch", "cpu", "threads"} <= set(board["environment"]) and board["setting"]["steps"] == 2


def test_a_second_call_runs_only_what_is_missing(tmp_path, monkeypatch):
    out = tmp_path / "board.json"
    first = measure(out, "--systems", "fcn16s", "--seeds", "1")
    ran, run = [], leaderboard.run

    def noted(system: leaderboard_systems.System, seed: int, *rest: object) -> dict:
        ran.append((system.title, seed))
        return run(system, seed, *rest)

    monkeypatch.setattr(leaderboard, "run", noted)
    second = measure(out, "--systems", "fcn16s", "fcn32s", "--seeds", "0", "1")
    assert ran == [("FCN-16s", 0), ("FCN-32s", 0), ("FCN-32s", 1)]
    assert second["systems"]["fcn16s"]["seeds"]["1"] == first["systems"]["fcn16s"]["seeds"]["1"]
    assert list(second["systems"]) == ["fcn32s", "fcn16s"], "the order of the table, not of the runs"
    assert "--seeds 0 1 --steps 2 --pictures 4 4" in second["command"]


def test_what_was_finished_stays_when_a_run_fails(tmp_path, monkeypatch):
    out = tmp_path / "board.json"
    broken = leaderboard_systems.System("Broken", "06", lambda data, steps, seed: 1 / 0)
    monkeypatch.setitem(leaderboard.SYSTEMS, "broken", broken)
    with pytest.raises(ZeroDivisionError):
        measure(out, "--systems", "fcn32s", "broken", "--seeds", "0")
    assert list(json.loads(out.read_text())["systems"]) == ["fcn32s"]


def test_other_settings_are_not_mixed_into_a_file(tmp_path):
    out = tmp_path / "board.json"
    measure(out, "--systems", "fcn32s", "--seeds", "0")
    before = out.read_text()
    with pytest.raises(ValueError, match=r"board\.json: recorded with steps 2 \(now 3\).*--out"):
        leaderboard.main([*TINY, "--steps", "3", "--systems", "fcn32s", "--out", str(out)])
    assert out.read_text() == before


def test_the_score_is_that_of_evaluate():
    data = stack(Scenes(3, size=(48, 64), seed=2))
    torch.manual_seed(0)
    net = nets.build("fcn8s", 9)
    trained = leaderboard_systems.Trained(lambda image: leaderboard_systems.predict(net, image), 0.0, 0)
    ours, milliseconds = leaderboard.score(trained, data)
    theirs = evaluate(net, data)
    assert ours.miou == pytest.approx(theirs.miou, abs=1e-4)
    assert ours.boundary_f == pytest.approx(theirs.boundary_f, abs=1e-4)
    assert milliseconds > 0


def test_an_operation_is_half_a_multiply_add():
    net = nn.Conv2d(3, 5, 3, padding=1, bias=False)
    height, width = leaderboard.SIZE
    assert leaderboard_systems.count_flops(net) == 2 * height * width * 3 * 5 * 9


def test_the_crf_has_the_parameters_that_its_chapter_chose():
    assert leaderboard_systems.CRF == {"iterations": 5, **crf_chapter.CHOSEN}


def test_the_crf_sharpens_what_the_same_network_says():
    train, test = stack(Scenes(4, leaderboard.SIZE, seed=0)), stack(Scenes(1, leaderboard.SIZE, seed=2))
    plain, sharpened = (leaderboard.SYSTEMS[name].train(train, steps=2, seed=0) for name in ("fcn8s", "fcn8s_crf"))
    assert sharpened.parameters == plain.parameters and sharpened.flops > 100 * plain.flops
    before, after = (system.predict(test[0].image) for system in (plain, sharpened))
    assert after.shape == leaderboard.SIZE and after.dtype == np.uint8
    assert 0 < (before != after).mean() < 0.5


@pytest.mark.parametrize("name", leaderboard.SYSTEMS)
def test_every_system_is_named_for_the_reader_and_its_network_exists(name):
    system = leaderboard.SYSTEMS[name]
    assert system.title and 4 <= int(system.chapter) <= 11
    if system.train.func is not leaderboard_systems.train_pixels:
        assert system.train.args[0] in nets.NAMES
