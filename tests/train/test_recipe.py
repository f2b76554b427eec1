"""What a recipe asks of the loop: a faster head, shorter gradients, more batches a step, the best, more steps."""

import pytest
import torch
from torch import nn

from segedu import nets
from segedu.data import Augment
from segedu.evaluate import evaluate
from segedu.train import constant, fit
from tests.train.halves import halves, same_weights, tiny_net

PLAIN = {"optimizer": "sgd", "weight_decay": 0.0, "progress": False, "augment": Augment(flip=0)}


class Two(nn.Module):
    """A part called backbone, and another."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.backbone, self.head = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 2, 1)

    def forward(self, x):
        return self.head(self.backbone(x))


def moved(**settings):
    """How far each weight of a new network went in one step."""
    net = Two()
    fit(net, halves(), steps=1, batch_size=4, lr=0.1, **PLAIN, **settings)
    return {key: value - old for (key, value), old in zip(net.state_dict().items(), Two().state_dict().values(),
                                                           strict=True)}  # fmt: skip


def test_the_head_goes_as_many_times_further_as_it_says():
    plain, faster = moved(), moved(head_lr=10)
    for key in plain:
        torch.testing.assert_close(faster[key], plain[key] * (10 if key.startswith("head") else 1))


def test_head_and_backbone_are_known_in_a_compiled_network():
    net = torch.compile(Two(), backend="eager")
    fit(net, halves(), steps=1, head_lr=10, **PLAIN)


def test_a_faster_head_wants_a_backbone():
    with pytest.raises(ValueError, match=r"head_lr: found 10, but 0 of 2 tensors .*a part called 'backbone'"):
        fit(nn.Conv2d(3, 2, 1), halves(), steps=1, head_lr=10, progress=False)
    with pytest.raises(ValueError, match="head_lr: found 0, expected a factor above 0"):
        fit(tiny_net(), halves(), steps=1, head_lr=0, progress=False)


def test_a_clipped_gradient_has_the_length_that_it_may_have():
    assert torch.cat([step.flatten() for step in moved().values()]).norm() > 0.1 * 0.01
    clipped = torch.cat([step.flatten() for step in moved(clip=0.01).values()]).norm()
    assert clipped.item() == pytest.approx(0.1 * 0.01, rel=1e-3)


@pytest.mark.parametrize("clip", [0, -1.0, float("nan")])
def test_a_length_of_nothing_is_an_error(clip):
    with pytest.raises(ValueError, match="clip: found"):
        fit(tiny_net(), halves(), steps=1, clip=clip, progress=False)


def test_the_schedule_may_be_another_and_a_run_goes_on_with_its_own(tmp_path):
    def halving(step, steps, warmup):
        return 0.5**step

    options = {"steps": 3, "lr": 0.1, "warmup": 1, "checkpoint": tmp_path / "state.pt", **PLAIN}
    assert fit(Two(), halves(), schedule=halving, **options).lr == pytest.approx([0.1, 0.05, 0.025])
    with pytest.raises(ValueError, match="schedule"):
        fit(Two(), halves(), schedule=constant, **options)
    (tmp_path / "state.pt").unlink()
    assert fit(Two(), halves(), schedule=constant, **options).lr == pytest.approx([0.05, 0.1, 0.1])


def test_two_batches_a_step_are_one_of_twice_the_size():
    whole, parts = Two(), Two()
    fit(whole, halves(), steps=3, batch_size=8, lr=0.1, **PLAIN)
    history = fit(parts, halves(), steps=3, batch_size=4, accumulate=2, lr=0.1, **PLAIN)
    assert len(history.loss) == 3
    for a, b in zip(whole.parameters(), parts.parameters(), strict=True):
        torch.testing.assert_close(a, b)


def test_the_best_network_is_kept(tmp_path):
    data = halves()
    net = tiny_net()
    history = fit(net, data, val=data, steps=12, val_every=1, lr=0.02, best=tmp_path / "best.safetensors",
                  progress=False)  # fmt: skip
    best = nets.load(tmp_path / "best.safetensors", num_classes=2)
    assert evaluate(best.net, data, tolerance=None).miou == pytest.approx(max(history.val_miou))
    assert max(history.val_miou) > min(history.val_miou)
    assert best.labels == data.labels
    assert best.size == (48, 64)


def test_the_best_needs_something_to_choose_on_and_a_network_that_can_be_built_again(tmp_path):
    with pytest.raises(ValueError, match=r"best: found .*no val to choose on"):
        fit(tiny_net(), halves(), steps=1, best=tmp_path / "b.safetensors", progress=False)
    with pytest.raises(ValueError, match=r"best: found .*Two was not made by segedu\.nets\.build"):
        fit(Two(), halves(), steps=1, val=halves(), best=tmp_path / "b.safetensors", progress=False)


def test_a_finished_run_takes_more_steps_on_a_schedule_of_their_own(tmp_path):
    net, state = tiny_net(), tmp_path / "state.pt"
    first = fit(net, halves(), steps=4, checkpoint=state, progress=False)
    both = fit(net, halves(), steps=10, checkpoint=state, progress=False)
    assert (len(both.loss), both.resumed) == (10, 4)
    assert both.loss[:4] == first.loss
    assert both.lr[:4] == first.lr
    assert both.lr[4] == max(both.lr) == first.lr[0] and both.lr == [*both.lr[:4], *sorted(both.lr[4:], reverse=True)]


def test_more_steps_that_are_cut_off_go_on_bit_for_bit(tmp_path):
    ends = []
    for name, cut in (("whole", None), ("cut", 7)):
        net, state = tiny_net(), tmp_path / f"{name}.pt"
        fit(net, halves(), steps=4, checkpoint=state, checkpoint_every=1, progress=False)
        if cut:
            with pytest.raises(KeyboardInterrupt):
                fit(net, halves(), steps=10, checkpoint=state, checkpoint_every=1, loss=stop_at(cut), progress=False)
            net = tiny_net(seed=5)
        fit(net, halves(), steps=10, checkpoint=state, checkpoint_every=1, progress=False)
        ends.append(net)
    assert same_weights(*ends)


def stop_at(step):
    """The usual loss, which breaks off at a step; to `fit` it is the usual one."""
    from segedu.losses import cross_entropy

    left = iter(range(step - 4))

    def cross_entropy_until(logits, target):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return cross_entropy(logits, target)

    cross_entropy_until.__qualname__ = cross_entropy.__qualname__
    return cross_entropy_until


def test_an_unfinished_run_does_not_change_its_steps(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        fit(tiny_net(), halves(), steps=9, checkpoint=tmp_path / "s.pt", checkpoint_every=1, loss=stop_at(7),
            progress=False)  # fmt: skip
    with pytest.raises(ValueError, match="saved by a run with steps = 9, this one has steps = 12"):
        fit(tiny_net(), halves(), steps=12, checkpoint=tmp_path / "s.pt", progress=False)


def test_a_state_from_before_these_settings_goes_on(tmp_path):
    path = tmp_path / "state.pt"
    fit(tiny_net(), halves(), steps=4, checkpoint=path, progress=False)
    state = torch.load(path, weights_only=True)
    for key in ("head_lr", "clip", "accumulate", "schedule"):
        del state["settings"][key]
    del state["history"]["resumed"], state["optimizer"]["param_groups"][0]["factor"]
    torch.save(state, path)
    assert len(fit(tiny_net(), halves(), steps=6, checkpoint=path, progress=False).loss) == 6
