"""Training with a second loss on a middle stage."""

import pytest
import torch
from torch import nn

from segedu.losses import cross_entropy
from segedu.nets.parts.heads import WithAuxiliary
from segedu.train import fit
from tests.train.halves import halves, same_weights, tiny_net


class TwoHeads(nn.Module):
    """A classifier of pixels with two heads that share their features."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.features = nn.Conv2d(3, 4, 3, padding=1)
        self.score, self.second = nn.Conv2d(4, 2, 1), nn.Conv2d(4, 2, 1)

    def forward(self, x):
        return self.score(self.features(x).relu())

    def forward_with_auxiliary(self, x):
        features = self.features(x).relu()
        return WithAuxiliary(self.score(features), self.second(features))


def trained(**settings):
    net = TwoHeads()
    return net, fit(net, halves(), steps=3, batch_size=4, progress=False, **settings)


def test_the_loss_of_the_second_head_is_added_with_its_weight():
    seen = []

    def watched(logits, target):
        loss = cross_entropy(logits, target)
        seen.append(loss.item())
        return loss

    _, history = trained(loss=watched, auxiliary_weight=0.4)
    assert len(seen) == 6
    expected = [main + 0.4 * auxiliary for main, auxiliary in zip(seen[::2], seen[1::2], strict=True)]
    assert history.loss == pytest.approx(expected, rel=1e-6)
    assert seen[0] != seen[1]


def test_a_weight_of_zero_trains_the_main_head_alone():
    net, _ = trained()
    assert same_weights(net.second, TwoHeads().second)
    with_second, _ = trained(auxiliary_weight=0.4)
    assert not same_weights(with_second.second, TwoHeads().second)
    assert not same_weights(with_second.features, net.features)


def test_a_network_without_a_second_head_is_named():
    with pytest.raises(TypeError, match=r"auxiliary_weight: found 0\.4, but FCN has no auxiliary head"):
        fit(tiny_net(), halves(), steps=1, auxiliary_weight=0.4, progress=False)


@pytest.mark.parametrize("weight", [-0.1, float("nan"), float("inf")])
def test_a_senseless_weight_is_named(weight):
    with pytest.raises(ValueError, match=r"auxiliary_weight: found .*expected 0"):
        fit(TwoHeads(), halves(), steps=1, auxiliary_weight=weight, progress=False)


def test_a_checkpoint_remembers_the_weight(tmp_path):
    trained(auxiliary_weight=0.4, checkpoint=tmp_path / "state.pt")
    for other in (0.0, 0.2):
        with pytest.raises(ValueError, match=rf"auxiliary_weight = 0\.4, this one has auxiliary_weight = {other}"):
            trained(auxiliary_weight=other, checkpoint=tmp_path / "state.pt")


def test_a_run_with_a_second_loss_resumes_bit_for_bit(tmp_path):
    whole, _ = trained(auxiliary_weight=0.4)

    def stops(logits, target):
        stops.calls += 1
        if stops.calls > 4:
            raise KeyboardInterrupt
        return cross_entropy(logits, target)

    stops.calls, stops.__qualname__ = 0, cross_entropy.__qualname__
    resumed = TwoHeads()
    settings = {"steps": 3, "batch_size": 4, "auxiliary_weight": 0.4, "progress": False}
    settings |= {"checkpoint": tmp_path / "state.pt", "checkpoint_every": 1}
    with pytest.raises(KeyboardInterrupt):
        fit(resumed, halves(), loss=stops, **settings)
    resumed = TwoHeads()
    fit(resumed, halves(), **settings)
    assert same_weights(whole, resumed)
