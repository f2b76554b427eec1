"""The command line, as a stranger would use it."""

import errno
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from segedu import nets
from segedu.cli import main
from segedu.cli.errors import run_safely
from segedu.cli.parser import build_parser
from segedu.data import Scenes
from segedu.data.camvid import LABELS as CAMVID_LABELS
from segedu.data.files import read_mask, save_image
from segedu.data.scenes import LABELS
from segedu.data.voc import LABELS as VOC_LABELS
from segedu.predict import predict

QUICK = ["--net", "fcn16s", "--option", "width=8", "--size", "32", "48", "--steps", "2", "--batch-size", "2"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run of two steps, in a folder of its own."""
    out = tmp_path_factory.mktemp("runs") / "quick"
    assert main(["train", *QUICK, "--scale", "0.8", "1.2", "--crop", "32", "40", "--out", str(out)]) == 0
    return out


def test_every_option_says_what_it_is_and_its_default_once():
    (chosen,) = (action for action in build_parser()._actions if hasattr(action, "_choices_actions"))
    for command in chosen.choices.values():
        for action in command._actions:
            told = command._get_formatter()._expand_help(action)
            assert told, action.dest
            assert told.count("default") <= 1, told
            assert "None" not in told


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


def test_predict_has_weights_of_its_own_for_streets(tmp_path, capsys):
    photo = tmp_path / "street.png"
    save_image(photo, np.random.default_rng(0).integers(0, 255, (90, 120, 3), np.uint8))
    assert main(["predict", str(photo), "--out", str(tmp_path / "out")]) == 0
    assert read_mask(tmp_path / "out" / "street_ids.png", CAMVID_LABELS).shape == (90, 120)


def test_predict_with_weights_alone_says_what_is_missing(trained, capsys):
    assert main(["predict", str(trained / "net.safetensors")]) == 2
    assert "give pictures or folders after them" in capsys.readouterr().err


def test_scenes_writes_pairs_that_can_be_read_again(tmp_path):
    assert main(["scenes", "--n", "2", "--size", "40", "50", "--seed", "7", "--out", str(tmp_path)]) == 0
    images, masks = (sorted(p.name for p in (tmp_path / folder).iterdir()) for folder in ("images", "masks"))
    assert len(images) == 2
    assert images == masks
    assert read_mask(tmp_path / "masks" / masks[0], LABELS).shape == (40, 50)


def test_a_folder_is_reported_trained_on_and_scored(tmp_path, capsys):
    folder, out = tmp_path / "mine", tmp_path / "run"
    assert main(["scenes", "--n", "8", "--size", "40", "50", "--out", str(folder)]) == 0
    assert main(["data", str(folder)]) == 0
    report = capsys.readouterr().out
    assert "8 pictures with masks" in report and "8 of 40 x 50" in report and "nothing to mend" in report
    assert main(["train", *QUICK, "--data", "folder", "--root", str(folder), "--out", str(out)]) == 0
    record = json.loads((out / "run.json").read_text())
    assert record["data"] == {"name": "folder", "size": [32, 48], "train": 6, "val": 1}
    assert set(record["score"]["iou"]) == set(LABELS.names)
    capsys.readouterr()
    assert main(["eval", str(out / "net.safetensors"), "--data", "folder", "--root", str(folder)]) == 0
    assert f"mIoU {record['score']['miou']:.3f}" in capsys.readouterr().out


def test_a_data_set_on_disk_is_trained_on_and_limited(tmp_path, capsys):
    year = tmp_path / "VOCdevkit" / "VOC2012"
    for i in range(3):
        save_image(year / "JPEGImages" / f"{i}.jpg", np.full((40 + i, 50, 3), 60 * i, np.uint8))
        save_image(year / "SegmentationClass" / f"{i}.png", np.full((40 + i, 50), i, np.uint8), VOC_LABELS)
    (year / "ImageSets" / "Segmentation").mkdir(parents=True)
    for split in ("train", "val"):
        (year / "ImageSets" / "Segmentation" / f"{split}.txt").write_text("0\n1\n2\n")
    out = tmp_path / "run"
    words = ["train", *QUICK, "--data", "voc", "--root", str(tmp_path), "--limit", "2", "--out", str(out)]
    assert main(words) == 0
    record = json.loads((out / "run.json").read_text())
    assert record["data"] == {"name": "voc", "size": [32, 48], "train": 2, "val": 2}
    assert record["score"]["iou"]["aeroplane"] is not None and len(record["score"]["iou"]) == 21


def test_a_network_for_other_classes_is_not_scored(trained, tmp_path, capsys):
    assert main(["scenes", "--n", "9", "--out", str(tmp_path)]) == 0
    (tmp_path / "labels.txt").write_text("\n".join("abcdefghi"))
    assert main(["eval", str(trained / "net.safetensors"), "--data", "folder", "--root", str(tmp_path)]) == 2
    assert "trained for the classes sky, building" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["camvid", "voc", "cityscapes", "coco", "pets", "em", "folder"])
def test_every_data_set_says_which_folder_is_missing(name, tmp_path, capsys):
    assert main(["train", "--data", name, "--root", str(tmp_path / "gone")]) == 2
    assert "gone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "--net", "fcn9s"], "Did you mean 'fcn"),
        (["eval", "gone.safetensors"], "gone.safetensors: no such file"),
        (["train", "--data", "camvid", "--root", "nowhere"], "nowhere: no such folder"),
        (["train", "--data", "folder"], "--data folder: give --root"),
        (["train", "--limit", "0"], "--limit: found 0, expected at least 1"),
        (["train", "--limit", "1", "--auxiliary-weight", "0.4"], "has no auxiliary head"),
        (["data", "nowhere"], "images: no such folder"),
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


@pytest.mark.parametrize("command", [["train"], ["eval", "NET"]])
def test_a_root_without_a_data_set_is_not_left_aside(trained, tmp_path, capsys, command):
    words = [str(trained / "net.safetensors") if word == "NET" else word for word in command]
    assert main([*words, "--root", str(tmp_path)]) == 2
    assert f"say --data folder --root {tmp_path}" in capsys.readouterr().err


def test_the_pictures_to_score_are_looked_at_before_the_first_step(tmp_path, capsys):
    folder, out = tmp_path / "mine", tmp_path / "run"
    assert main(["scenes", "--n", "5", "--size", "40", "50", "--out", str(folder)]) == 0
    assert main(["train", *QUICK, "--data", "folder", "--root", str(folder), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert "val gets none of 5 pictures. Write the names of each split into train.txt" in error
    assert list(out.iterdir()) == []


def test_files_are_trained_on_as_large_as_they_are(tmp_path, capsys):
    folder, out = tmp_path / "mine", tmp_path / "run"
    quick = ["--net", "fcn16s", "--option", "width=8", "--steps", "1", "--batch-size", "2"]
    assert main(["scenes", "--n", "8", "--size", "40", "72", "--out", str(folder)]) == 0
    assert main(["train", *quick, "--data", "folder", "--root", str(folder), "--out", str(out)]) == 0
    assert "6 pictures of 40 x 72 to train on, in 9 classes; 1 of val to score" in capsys.readouterr().out
    assert json.loads((out / "run.json").read_text())["data"]["size"] == [40, 72]
    for i in range(4):
        save_image(folder / "images" / f"other{i}.png", np.zeros((50, 60, 3), np.uint8))
        save_image(folder / "masks" / f"other{i}.png", np.zeros((50, 60), np.uint8), LABELS)
    assert main(["train", *quick, "--data", "folder", "--root", str(folder), "--out", str(out)]) == 2
    assert "--size ROWS COLUMNS" in capsys.readouterr().err


def test_predict_labels_the_sound_pictures_and_names_the_others(trained, tmp_path, capsys):
    for name, size in (("a", 64), ("b", 20), ("c", 64)):
        Image.new("RGB", (size, size)).save(tmp_path / f"{name}.png")
    (tmp_path / "d.png").write_text("no picture")
    words = [str(tmp_path / f"{name}.png") for name in "abcde"]
    assert main(["predict", str(trained / "net.safetensors"), *words, "--out", str(tmp_path / "out")]) == 2
    assert {path.name[0] for path in (tmp_path / "out").iterdir()} == {"a", "c"}
    error = capsys.readouterr().err
    assert "3 of 5 pictures were left out" in error and error.count("\n") == 1
    assert "b.png: found 20 x 20 pixels, expected at least 32 x 32" in error
    assert "d.png: not a picture" in error and "e.png: no such file" in error


def test_predict_takes_a_folder_with_folders_in_it(trained, tmp_path):
    for clip in ("one", "two"):
        save_image(tmp_path / "clips" / clip / "00000.jpg", np.zeros((40, 50, 3), np.uint8))
    assert (
        main(["predict", str(trained / "net.safetensors"), str(tmp_path / "clips"), "--out", str(tmp_path / "o")]) == 0
    )
    assert len(list((tmp_path / "o").glob("*/00000_ids.png"))) == 2


def test_predict_shows_the_network_a_picture_as_in_training(trained, tmp_path):
    sample = Scenes(1, size=(48, 192))[0]
    save_image(tmp_path / "wide.png", sample.image)
    net = nets.load(trained / "net.safetensors").net
    assert main(["predict", str(trained / "net.safetensors"), str(tmp_path / "wide.png"), "--out", str(tmp_path)]) == 0
    assert net.trained_size == (32, 48)
    assert np.array_equal(read_mask(tmp_path / "wide_ids.png", LABELS), predict(net, sample.image))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", *QUICK, "--out", "file/run"], "A file stands where a folder should be: give another place"),
        (["train", *QUICK, "--device", "mps"], "torch sees no such device here; use --device cpu"),
        (["train", *QUICK, "--device", "meta"], "torch sees no such device here"),
        (["train", *QUICK, "--device", "toaster"], "--device: found 'toaster', expected cpu or cuda"),
        (["train", "--size", "32", "48", "--option", "width=-3"], "fcn8s cannot be built with width=-3"),
        (["train", "--size", "32", "48", "--option", "width=wide"], "fcn8s cannot be built with width='wide'"),
        (["scenes", "--n", "1", "--out", "file"], "A file stands where a folder should be"),
        (["scenes", "--n", "1", "--out", "x" * 300], "Give a shorter name"),
        (["scenes", "--n", "1", "--size", "3", "3"], "at least 32 pixels"),
        (["predict", "NET", "photo.png", "--out", "file"], "A file stands where a folder should be"),
        (["predict", "NET", "empty"], "no picture in it"),
        (["eval", "file"], "damaged, or not a safetensors file"),
        (["data", "file"], "no such folder"),
    ],
)  # fmt: skip
def test_every_command_ends_in_a_sentence_and_a_status(words, message, trained, capsys, tmp_path, monkeypatch):
    if words[-1] == "mps" and torch.backends.mps.is_available():
        pytest.skip("there is such a device here")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    Image.new("RGB", (64, 64)).save(tmp_path / "photo.png")
    words = [str(trained / "net.safetensors") if word == "NET" else word for word in words]
    assert main(words) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1


def test_a_run_in_the_folder_where_one_is_takes_its_name(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert main(["train", *QUICK, "--limit", "2", "--out", "."]) == 0
    assert {path.name for path in (tmp_path / "here").iterdir()} == {"net.safetensors", "state.pt", "here.json"}


def test_a_reader_that_has_read_enough_is_no_error(tmp_path):
    assert main(["scenes", "--n", "2", "--size", "40", "50", "--out", str(tmp_path)]) == 0
    command = f"{sys.executable} -u -m segedu data {tmp_path} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_keyboard_stops_a_command_with_a_word(capsys):
    def interrupted():
        raise KeyboardInterrupt

    assert run_safely(interrupted) == 130
    assert "run the same command again" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a/b"), "a/b: No space left on device. The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "a/b"), "You may not read or write there"),
        (MemoryError(), "Give a smaller --batch-size"),
        (torch.OutOfMemoryError("CUDA out of memory"), "Give a smaller --batch-size"),
    ],
)
def test_what_the_machine_lacks_is_said_with_a_remedy(error, words, capsys):
    def fail():
        raise error

    assert run_safely(fail) == 2
    assert words in capsys.readouterr().err


def test_a_mistake_of_ours_keeps_its_traceback():
    def fail():
        raise KeyError("bug")

    with pytest.raises(KeyError):
        run_safely(fail)
