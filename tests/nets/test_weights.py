"""Weights to files and back, and what each wrong file says."""

import json

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from segedu import nets
from segedu.labels import LabelSet

LABELS = LabelSet(("a", "b", "c"), ((1, 2, 3), (4, 5, 6), (7, 8, 9)))


@pytest.fixture
def saved(tmp_path):
    torch.manual_seed(0)
    net = nets.build("fcn8s", 3, width=8).eval()
    path = tmp_path / "net.safetensors"
    nets.save(net, path, LABELS, size=(96, 128))
    return net, path


def test_a_network_survives_the_round_trip(saved):
    net, path = saved
    again = nets.load(path, name="fcn8s", num_classes=3)
    x = torch.randn(1, 3, 40, 50)
    assert torch.equal(again.net(x), net(x))
    assert again.labels == LABELS
    assert again.size == (96, 128)


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"name": "fcn16s"}, "another network: found fcn8s, expected fcn16s"),
        ({"num_classes": 4}, "found 3, expected 4"),
    ],
)
def test_another_network_or_number_of_classes_is_named(saved, expected, message):
    with pytest.raises(ValueError, match=message):
        nets.load(saved[1], **expected)


def test_a_corrupt_file_is_named(saved):
    path = saved[1]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match=r"net\.safetensors: damaged"):
        nets.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.safetensors: no such file"):
        nets.load(tmp_path / "none.safetensors")


def test_weights_of_unknown_origin_are_refused(tmp_path):
    save_file({"w": torch.zeros(2)}, tmp_path / "w.safetensors")
    with pytest.raises(ValueError, match="without a note on the network"):
        nets.load(tmp_path / "w.safetensors")


def test_only_networks_of_build_are_saved(tmp_path):
    with pytest.raises(ValueError, match=r"segedu\.nets\.build did not make"):
        nets.save(torch.nn.Conv2d(3, 3, 1), tmp_path / "x.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_labels_must_fit_the_network(tmp_path):
    with pytest.raises(ValueError, match="3 classes, but the network has 5"):
        nets.save(nets.build("fcn8s", 5, width=8), tmp_path / "x.safetensors", LABELS)


NOTE = {"name": "fcn8s", "num_classes": 3, "options": {"width": 8}, "labels": None, "size": [96, 128]}
THREE = {"names": list("abc"), "colors": [[1, 1, 1], [2, 2, 2], [3, 3, 3]], "void_color": [0, 0, 0]}


def test_a_file_of_yesterday_without_checksum_is_read(saved):
    save_file(load_file(saved[1]), saved[1], metadata={"segedu": json.dumps(NOTE)})
    assert nets.load(saved[1]).size == (96, 128)


@pytest.mark.parametrize(
    "text",
    [
        "{", "[1]", "null", "1", *(json.dumps({k: v for k, v in NOTE.items() if k != key}) for key in NOTE),
        *(json.dumps({**NOTE, key: value}) for key, value in {
            "size": 5, "labels": [1], "num_classes": "three", "options": [1], "name": 3}.items()),
        *(json.dumps({**NOTE, "size": size}) for size in ([0, 4], [1, 2, 3])), json.dumps({**NOTE, "name": "x"}),
        json.dumps({**NOTE, "labels": {**THREE, "names": list("ab")}}),
        json.dumps({**NOTE, "labels": {**THREE, "names": list("abcd"), "colors": [*THREE["colors"], [4, 4, 4]]}}),
    ],
)  # fmt: skip
def test_a_damaged_note_is_an_error_that_names_the_file(saved, text):
    save_file(load_file(saved[1]), saved[1], metadata={"segedu": text})
    with pytest.raises(ValueError, match=r"net\.safetensors: "):
        nets.load(saved[1])


def test_any_changed_byte_is_noticed_or_changes_nothing(saved):
    net, path = saved
    content, random = path.read_bytes(), np.random.RandomState(0)
    for place in random.randint(0, len(content), 60):
        broken = bytearray(content)
        broken[place] ^= 1 << random.randint(8)
        path.write_bytes(broken)
        try:
            again = nets.load(path)
        except ValueError as error:
            assert "net.safetensors" in str(error)
        else:
            pairs = zip(again.net.state_dict().values(), net.state_dict().values(), strict=True)
            assert all(torch.equal(a, b) for a, b in pairs)


def test_a_network_of_nan_is_not_saved(saved):
    net, path = saved
    before = path.read_bytes()
    with torch.no_grad():
        next(net.parameters())[0] = float("nan")
    with pytest.raises(ValueError, match="is NaN or infinite, so the network is worthless"):
        nets.save(net, path)
    assert path.read_bytes() == before


def test_the_size_of_the_training_pictures_goes_into_the_file_and_the_network(saved):
    assert nets.load(saved[1]).net.trained_size == (96, 128)
    nets.save(nets.load(saved[1]).net, saved[1])
    with safe_open(saved[1], "pt") as file:
        assert json.loads(file.metadata()["segedu"])["size"] == [96, 128]
