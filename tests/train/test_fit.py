"""The training loop: it learns, it repeats itself exactly, and it stops with a reason."""

import pytest
import torch

from segedu.data import Augment
from segedu.losses import cross_entropy
from segedu.train import fit, poly
from segedu.train.step import Stepper
from tests.train.halves import halves, same_weights, tiny_net


def test_it_learns_what_can_be_learned():
    net = tiny_net()
    history = fit(net, halves(), val=halves(), steps=40, batch_size=6, lr=1e-2, progress=False)
    assert history.loss[-1] < 0.5 * history.loss[0]
    assert history.val_steps == [8, 16, 24, 32, 40]
    assert history.val_miou[-1] > 0.85
    assert len(history.loss) == len(history.lr) == history.steps[-1] == 40
    assert not net.training


def test_the_same_seed_gives_the_same_weights_and_another_does_not():
    runs = []
    for seed in (1, 1, 2):
        net = tiny_net()
        fit(
            net,
            halves(),
            steps=4,
            batch_size=4,
            seed=seed,
            progress=False,
            augment=Augment((40, 40), (0.8, 1.5)),
        )
        runs.append(net)
    assert same_weights(runs[0], runs[1])
    assert not same_weights(runs[0], runs[2])


def test_training_leaves_the_callers_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    net = tiny_net()
    torch.manual_seed(5)
    fit(net, halves(), steps=2, progress=False)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("batch_size", [5, 12, 17])
def test_every_picture_comes_once_an_epoch(batch_size):
    """Read off the batches themselves: without augmentation, each of the 12 pictures is met equally often."""
    data = halves()
    net = tiny_net()
    stepper = Stepper(
        net,
        data,
        torch.optim.SGD(net.parameters(), 0.1),
        cross_entropy,
        Augment(flip=0),
        batch_size,
        0,
        False,
    )
    seen = torch.cat([stepper.batch(step)[1] for step in range(12)])
    assert len(seen) == 12 * batch_size
    counts = torch.stack([(seen == mask.long()).all(dim=(1, 2)).sum() for mask in data.masks])
    assert counts.sum() == 12 * batch_size
    assert counts.max() - counts.min() <= 1


def test_sgd_is_there_too():
    net = tiny_net()
    history = fit(net, halves(), steps=30, optimizer="sgd", lr=0.05, progress=False)
    assert history.loss[-1] < history.loss[0]


def test_a_diverging_run_names_step_and_learning_rate():
    def broken(logits, target):
        broken.calls += 1
        return logits.mean() * (float("nan") if broken.calls == 3 else 1.0)

    broken.calls = 0
    with pytest.raises(FloatingPointError, match=r"the loss is nan at step 3 with learning rate 0\.00\d+"):
        fit(tiny_net(), halves(), steps=5, lr=3e-3, loss=broken, progress=False)


def test_an_unknown_optimizer_lists_the_known():
    with pytest.raises(ValueError, match="expected 'adamw' or 'sgd'"):
        fit(tiny_net(), halves(), steps=1, optimizer="adam", progress=False)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"batch_size": 0}, {"checkpoint_every": 0}])
def test_counts_below_one_are_named(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))}: found 0, expected 1 or more"):
        fit(tiny_net(), halves(), **{"steps": 1, **wrong}, progress=False)


def test_poly_rises_then_falls_to_nearly_nothing():
    rates = [poly(step, 100, warmup=10) for step in range(100)]
    assert rates.index(max(rates)) == 10
    assert rates[0] == pytest.approx(1 / 11)
    assert rates[-1] == pytest.approx(0.01**0.9)
