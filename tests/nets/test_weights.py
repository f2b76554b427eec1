"""Weights to files and back, and what each wrong file says."""

import pytest
import torch
from safetensors.torch import save_file

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
