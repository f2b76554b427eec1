"""What goes wrong in training never becomes a good-looking file."""

import numpy as np
import pytest
import torch

from segedu import nets
from segedu.losses import cross_entropy
from segedu.predict import predict
from segedu.train import fit
from tests.train.halves import halves, same_weights, tiny_net

QUICK = {"batch_size": 4, "progress": False, "checkpoint_every": 5}


class NanBackwards(torch.autograd.Function):
    """A finite loss with a gradient of NaN."""

    @staticmethod
    def forward(_, x):
        return x.clone()

    @staticmethod
    def backward(_, gradient):
        return gradient * float("nan")


def breaks_at(step):
    """A loss with such a gradient at one step."""
    calls = []

    def loss(logits, target):
        calls.append(1)
        value = cross_entropy(logits, target)
        return NanBackwards.apply(value) if len(calls) == step else value

    return loss


def test_weights_of_nan_end_the_run_although_the_loss_is_finite():
    with pytest.raises(FloatingPointError, match="is NaN or infinite after step 3 with learning rate"):
        fit(tiny_net(), halves(), steps=3, loss=breaks_at(3), **QUICK)


def test_weights_of_nan_leave_the_last_good_state(tmp_path):
    state = tmp_path / "s.pt"
    with pytest.raises(FloatingPointError):
        fit(tiny_net(), halves(), steps=20, loss=breaks_at(10), checkpoint=state, **QUICK)
    saved = torch.load(state, weights_only=True)
    assert len(saved["history"]["loss"]) == 5
    assert all(value.isfinite().all() for value in saved["net"].values())


def test_a_state_of_nan_is_refused(tmp_path):
    state = tmp_path / "s.pt"
    fit(tiny_net(), halves(), steps=5, checkpoint=state, **QUICK)
    content = torch.load(state, weights_only=True)
    next(iter(content["net"].values()))[0] = float("nan")
    torch.save(content, state)
    with pytest.raises(ValueError, match=r"s\.pt: .* is NaN or infinite, so nothing can be trained from it"):
        fit(tiny_net(), halves(), steps=5, checkpoint=state, **QUICK)


def test_nothing_is_predicted_from_weights_of_nan():
    net = tiny_net().eval()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="scores are NaN or infinite"):
        predict(net, halves()[0].image)


@pytest.mark.parametrize("place", ["file/s.pt", "folder"])
def test_a_checkpoint_that_cannot_be_written_is_told_before_the_first_step(tmp_path, place):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    steps = []

    def loss(logits, target):
        steps.append(1)
        return cross_entropy(logits, target)

    with pytest.raises(OSError, match=r"(file|folder)"):
        fit(tiny_net(), halves(), steps=5, loss=loss, checkpoint=tmp_path / place, **QUICK)
    assert steps == []


def test_any_changed_bit_of_a_state_is_noticed_or_changes_nothing(tmp_path):
    state, whole = tmp_path / "s.pt", tiny_net()
    fit(whole, halves(), steps=5, checkpoint=state, **QUICK)
    content, random = state.read_bytes(), np.random.RandomState(0)
    noticed = 0
    for place in random.randint(0, len(content), 60):
        broken = bytearray(content)
        broken[place] ^= 1 << random.randint(8)
        state.write_bytes(broken)
        net = tiny_net()
        try:
            fit(net, halves(), steps=5, checkpoint=state, **QUICK)
        except ValueError as error:
            noticed += "s.pt" in str(error)
        else:
            assert same_weights(net, whole)
    assert noticed > 40


def test_a_compiled_network_goes_on_from_the_state_of_a_plain_one(tmp_path):
    state, whole = tmp_path / "s.pt", tiny_net()
    fit(whole, halves(), steps=5, checkpoint=state, **QUICK)
    net = tiny_net()
    fit(torch.compile(net, backend="eager"), halves(), steps=5, checkpoint=state, **QUICK)
    assert same_weights(net, whole)
    assert net.trained_size == (48, 64)
    nets.save(net, tmp_path / "net.safetensors")
    assert nets.load(tmp_path / "net.safetensors").size == (48, 64)
