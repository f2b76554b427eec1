"""The command line, as a stranger would use it."""

import json

import numpy as np
import pytest
from PIL import Image

from segedu.cli import main
from segedu.data.files import read_mask
from segedu.data.scenes import LABELS

QUICK = ["--net", "fcn16s", "--option", "width=8", "--size", "32", "48", "--steps", "2", "--batch-size", "2"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of two steps, in a folder of its own."""
    out = tmp_path_factory.mktemp("runs") / "quick"
    assert main(["train", *QUICK, "--scale", "0.8", "1.2", "--crop", "32", "40", "--out", str(out)]) == 0
    return out


def test_train_leaves_weights_state_and_record(trained):
    assert {p.name for p in trained.iterdir()} == {"net.safetensors", "state.pt", "quick.json"}
    record = json.loads((trained / "quick.json").read_text())
    assert record["net"]["options"] == {"width": 8}
    assert record["command"].startswith("python -m segedu train --net fcn16s")
    assert record["score"]["split"] == "val"
    assert set(record["score"]["iou"]) == set(LABELS.names)


def test_eval_gives_the_score_of_the_record(trained, capsys):
    assert main(["eval", str(trained / "net.safetensors")]) == 0
    expected = json.loads((trained / "quick.json").read_text())["score"]["miou"]
    assert f"mIoU {expected:.3f}" in capsys.readouterr().out


def test_predict_writes_ids_colours_and_overlay_of_any_photo(trained, tmp_path, capsys):
    Image.fromarray(np.random.RandomState(0).randint(0, 255, (70, 91, 3), dtype=np.uint8)).save(tmp_path / "photo.jpg")
    out = tmp_path / "out"
    assert main(["predict", str(trained / "net.safetensors"), str(tmp_path / "photo.jpg"), "--out", str(out)]) == 0
    assert {p.name for p in out.iterdir()} == {"photo_ids.png", "photo_colour.png", "photo_overlay.png"}
    ids = read_mask(out / "photo_ids.png", LABELS)
    assert ids.shape == (70, 91)
    assert np.array_equal(np.asarray(Image.open(out / "photo_colour.png")), LABELS.colorize(ids))
    assert "photo.jpg: " in capsys.readouterr().out


def test_scenes_writes_pairs_that_can_be_read_again(tmp_path):
    assert main(["scenes", "--n", "2", "--size", "40", "50", "--seed", "7", "--out", str(tmp_path)]) == 0
    images, masks = (sorted(p.name for p in (tmp_path / folder).iterdir()) for folder in ("images", "masks"))
    assert len(images) == 2
    assert images == masks
    assert read_mask(tmp_path / "masks" / masks[0], LABELS).shape == (40, 50)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "--net", "fcn9s"], "Did you mean 'fcn"),
        (["eval", "gone.safetensors"], "gone.safetensors: no such file"),
        (["train", "--data", "camvid", "--root", "nowhere"], "nowhere: no such folder"),
        (["train", "--option", "width=8", "--option", "colour=red"], "has no option colour"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_photos_of_one_name_do_not_overwrite_each_other(trained, capsys):
    assert main(["predict", str(trained / "net.safetensors"), "a/x.jpg", "b/x.png"]) == 2
    assert "two are called x" in capsys.readouterr().err


def test_the_same_folder_with_another_job_is_refused(trained, capsys):
    assert main(["train", *QUICK, "--seed", "5", "--out", str(trained)]) == 2
    assert "state.pt: saved by a run with" in capsys.readouterr().err


def test_predict_names_a_damaged_photo(trained, tmp_path, capsys):
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff not a jpeg")
    assert main(["predict", str(trained / "net.safetensors"), str(tmp_path / "bad.jpg"), "--out", str(tmp_path)]) == 2
    assert "bad.jpg: " in capsys.readouterr().err
