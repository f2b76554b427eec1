"""What is frozen stays as it is, batch statistics too."""

import pytest
import torch

from segedu.train import fit
from tests.train.halves import halves, tiny_net

QUICK = {"steps": 3, "batch_size": 4, "progress": False}


def changed(module, before):
    return [key for key, value in module.state_dict().items() if not torch.equal(value, before[key])]


def copied(module):
    return {key: value.clone() for key, value in module.state_dict().items()}


@pytest.mark.parametrize("how", ["put into evaluation mode", "left in training mode", "all loaded in evaluation mode"])
def test_a_part_without_gradients_keeps_weights_and_statistics(how):
    net = tiny_net()
    net.backbone.requires_grad_(False)
    if how == "put into evaluation mode":
        net.backbone.eval()
    elif how.startswith("all"):
        net.eval()
    before, head = copied(net.backbone), copied(net)
    fit(net, halves(), **QUICK)
    assert changed(net.backbone, before) == []
    assert changed(net, head), "nothing was trained"


def test_a_part_in_evaluation_mode_keeps_its_statistics_and_learns():
    net = tiny_net()
    stem = net.backbone.stem.eval()
    before = copied(stem)
    fit(net, halves(), **QUICK)
    names = changed(stem, before)
    assert any(name.endswith("weight") for name in names)
    assert not any("running" in name or "num_batches" in name for name in names)


def test_a_network_that_was_loaded_is_trained_whole():
    net = tiny_net().eval()
    before = copied(net)
    fit(net, halves(), **QUICK)
    assert len(changed(net, before)) == len(before)


def test_a_network_with_nothing_to_train_says_so():
    with pytest.raises(ValueError, match=r"nothing to train.*Is all of it frozen"):
        fit(tiny_net().requires_grad_(False), halves(), **QUICK)
