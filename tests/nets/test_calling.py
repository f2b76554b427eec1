"""Networks of any make can be saved, scored and used, or the error says how."""

import pytest
import torch
import torchvision
from torch import nn

from segedu import nets
from segedu.data import Scenes
from segedu.evaluate import evaluate
from segedu.nets.calling import logits_of, unwrapped
from segedu.predict import predict


class Majority(nn.Module):
    """A rule without weights."""

    def forward(self, x):
        return torch.zeros(len(x), 9, *x.shape[-2:])


class Answer(nn.Module):
    """A network that answers something that is no logits."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def forward(self, _):
        return self.answer


@pytest.fixture
def net():
    torch.manual_seed(0)
    return nets.build("fcn8s", 9, width=8).eval()


def test_a_rule_without_weights_is_scored_and_used():
    assert evaluate(Majority(), Scenes(6)).iou["road"] == 0
    assert not predict(Majority(), Scenes(1)[0].image).any()


def test_torchvisions_dictionary_is_understood():
    theirs = torchvision.models.segmentation.lraspp_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=9
    ).eval()
    x = torch.randn(1, 3, 64, 96)
    assert torch.equal(logits_of(theirs, x), theirs(x)["out"])
    assert predict(theirs, Scenes(1)[0].image).shape == (96, 128)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_any_precision_gives_nearly_the_same_labels(net, dtype):
    image = Scenes(1)[0].image
    expected = predict(net, image)
    assert (predict(net.to(dtype), image) == expected).mean() > 0.9
    assert evaluate(net, Scenes(2)).miou >= 0


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"logits": torch.zeros(1, 9, 96, 128)}, "a dict of logits"),
        ([torch.zeros(1, 9, 96, 128)], "a list"),
        (torch.zeros(1, 96, 128), r"a tensor of shape \(1, 96, 128\)"),
        (torch.zeros(1, 9, 96, 128, dtype=torch.int64), r"a tensor of .* type torch\.int64"),
    ],
)
def test_what_is_no_logits_is_called_by_its_name(answer, found):
    for call in (lambda: evaluate(Answer(answer), Scenes(1)), lambda: predict(Answer(answer), Scenes(1)[0].image)):
        with pytest.raises(TypeError, match=rf"Answer gives {found}.*expected logits \(N, C, H, W\). Wrap it"):
            call()


def compiled(net):
    return torch.compile(net, backend="eager")


def partly_compiled(net):
    net.backbone = compiled(net.backbone)
    return net


@pytest.mark.parametrize(
    "wrap", [compiled, nn.DataParallel, partly_compiled, lambda net: compiled(nn.DataParallel(net))]
)
def test_a_wrapped_network_is_saved_as_it_is_without(net, tmp_path, wrap):
    weights = {key: value.clone() for key, value in net.state_dict().items()}
    nets.save(wrap(net), tmp_path / "net.safetensors")
    again = nets.load(tmp_path / "net.safetensors").net.state_dict()
    assert again.keys() == weights.keys()
    assert all(torch.equal(again[key], value) for key, value in weights.items())


def test_unwrapping_ends_at_the_network_itself(net):
    assert unwrapped(net) is unwrapped(compiled(net)) is unwrapped(nn.DataParallel(net)) is net
