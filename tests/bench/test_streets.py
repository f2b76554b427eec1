"""The table of real streets, on a few made frames in CamVid's layout."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from segedu import nets
from segedu.bench import PROFILES
from segedu.bench.shrink import shrunk, shrunk_picture
from segedu.bench.streets import ROWS
from segedu.cli import main
from segedu.data import Scenes, stack
from segedu.predict import predict

SIZE = PROFILES["tiny"].size


@pytest.fixture(scope="module")
def streets(tmp_path_factory):
    """Three splits of two frames each, every class in stripes."""
    root = tmp_path_factory.mktemp("camvid")
    generator = np.random.default_rng(0)
    rows, columns = SIZE
    mask = np.arange(columns, dtype=np.uint8)[None] // 9 * np.ones((rows, 1), np.uint8)
    for split in ("train", "val", "test"):
        for folder in (split, f"{split}annot"):
            (root / folder).mkdir()
        for name in ("a", "b"):
            picture = generator.integers(0, 60, (*SIZE, 3)) + 16 * mask[..., None]
            Image.fromarray(picture.astype(np.uint8)).save(root / split / f"{name}.png")
            Image.fromarray(mask).save(root / f"{split}annot" / f"{name}.png")
        (root / f"{split}.txt").write_text("a\nb\n")
    return root


def bench(streets, folder, *words):
    out = ["--out", str(folder / "table.json"), "--runs", str(folder / "runs"), "--root", str(streets)]
    status = main(["bench", "camvid", "--profile", "tiny", *words, *out])
    return status, json.loads((folder / "table.json").read_text()) if status == 0 else None


def test_one_command_trains_scores_and_keeps_the_weights(streets, tmp_path, capsys):
    status, table = bench(streets, tmp_path, "--only", "FCN-8s", "Random forest")
    assert status == 0 and list(table["runs"]) == ["Random forest", "FCN-8s"], "the order of the table"
    net, forest = table["runs"]["FCN-8s"]["0"], table["runs"]["Random forest"]["0"]
    assert table["settings"]["profile"] == "tiny" and table["settings"]["steps"] == 2
    for found in (net, forest):
        assert 0 <= found["miou"] <= 1 and set(found["iou"]) > {"Sky", "Pole"}
        assert found["seconds"] > 0 and found["milliseconds"] > 0 and found["peak_memory_mb"] > 50
        assert found["milliseconds_one_core"] > 0 and set(found["miou_by_drive"]) == {"a", "b"}
        for key in ("miou_by_picture", "miou_by_class", "boundary_iou"):
            assert 0 <= found["worst_tenth"] <= found["miou_by_picture"] <= 1 and 0 <= found[key] <= 1
        assert {"torch", "cpu"} <= set(found["environment"])
    assert net["curve"]["val_step"][-1] == 2 and forest["curve"] is None
    saved = nets.load(tmp_path / "runs" / "tiny" / "fcn8s-0" / "net.safetensors", name="fcn8s")
    assert predict(saved.net, streets / "test" / "a.png").shape == SIZE
    assert "the table is in" in capsys.readouterr().out


def test_a_row_that_adds_a_crf_does_not_train_its_network_again(streets, tmp_path):
    bench(streets, tmp_path, "--only", "FCN-8s")
    state = tmp_path / "runs" / "tiny" / "fcn8s-0" / "state.pt"
    before = state.stat().st_mtime_ns
    _, table = bench(streets, tmp_path, "--only", "FCN-8s", "FCN-8s + CRF")
    assert state.stat().st_mtime_ns == before
    plain, sharpened = (table["runs"][name]["0"] for name in ("FCN-8s", "FCN-8s + CRF"))
    assert sharpened["seconds"] == plain["seconds"] and sharpened["curve"] == plain["curve"]


def test_what_the_table_holds_is_not_run_again(streets, tmp_path, capsys):
    _, table = bench(streets, tmp_path, "--only", "FCN-8s")
    table["runs"]["FCN-8s"]["0"]["miou"] = 0.123
    table["environment"]["cpu"] = "another"  # another machine may go on: each run says where it was made
    (tmp_path / "table.json").write_text(json.dumps(table))
    capsys.readouterr()
    _, again = bench(streets, tmp_path, "--only", "FCN-8s", "--seeds", "0")
    assert again["runs"]["FCN-8s"]["0"]["miou"] == 0.123
    assert "seed" not in capsys.readouterr().out


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="asks Linux for the children of a process")
def test_a_command_that_is_killed_takes_its_worker_along(streets, tmp_path):
    words = ["--only", "Random forest", "--out", str(tmp_path / "table.json"), "--runs", str(tmp_path / "runs")]
    command = [sys.executable, "-m", "segedu", "bench", "camvid", "--profile", "tiny", "--root", str(streets), *words]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    listing = Path(f"/proc/{started.pid}/task/{started.pid}/children")
    workers = wait_for(lambda: listing.read_text().split())
    started.kill()
    started.wait()
    assert workers and wait_for(lambda: not any(map(runs, workers)))


def runs(process):
    """Whether a process is there and has not ended; one that nobody asked for its status stays listed as Z."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(what, seconds=180):
    """What a function gives as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def test_an_unknown_row_lists_the_known(streets, tmp_path, capsys):
    assert bench(streets, tmp_path, "--only", "FCN8") == (2, None)
    assert "no row FCN8; there are Linear SVM" in capsys.readouterr().err


def test_another_profile_s_table_is_refused(streets, tmp_path, capsys):
    bench(streets, tmp_path, "--only", "Linear SVM")
    words = ["--profile", "laptop", "--out", str(tmp_path / "table.json"), "--root", str(streets)]
    assert main(["bench", "camvid", *words]) == 2
    assert "recorded with profile tiny (now laptop)" in capsys.readouterr().err


def test_missing_pictures_are_told_before_anything_is_trained(tmp_path, capsys):
    assert bench(tmp_path, tmp_path) == (2, None)
    assert "test.txt" in capsys.readouterr().err


@pytest.mark.parametrize("profile", ["laptop", "ten-minutes", "gpu"])
@pytest.mark.parametrize("name", [name for name, system in ROWS.items() if "pixels" not in system.streets])
def test_every_network_can_be_built_as_the_profile_says(name, profile):
    options = {key: value for key, value in ROWS[name].streets.items() if key in ("backbone", "channels", "hidden")}
    train = ROWS[name].train
    network = PROFILES[profile].network | options
    network.pop("weights")
    net = nets.build(train.args[0], 11, **network).eval()
    with torch.inference_mode():
        assert net(torch.zeros(1, 3, 64, 96)).shape == (1, 11, 64, 96)


def test_shrinking_averages_colours_and_keeps_labels():
    data = stack(Scenes(2))
    small = shrunk(data, 4)
    assert small.images.shape == (2, 3, 24, 32) and small.masks.shape == (2, 24, 32)
    np.testing.assert_array_equal(shrunk_picture(data[1].image, 4), small[1].image)
    assert abs(small.images.float().mean() - data.images.float().mean()) < 0.5
    assert torch.equal(small.masks[:, 3, 5], data.masks[:, 14, 22])
    assert shrunk(data, 1) is data
