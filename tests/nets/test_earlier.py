"""Files from before a backbone was an option: the same answers today.

The files and answers beside this test were written by the version before; so were the names and shapes of the heads of
networks too large to keep.
"""

import json
from pathlib import Path

import pytest
import torch

from segedu import nets
from segedu.nets.earlier import modernise

EARLIER = Path(__file__).parent / "earlier"
ANSWERS = json.loads((EARLIER / "answers.json").read_text())
HEADS = json.loads((EARLIER / "heads.json").read_text())


@pytest.mark.parametrize("name", ANSWERS)
@torch.inference_mode()
def test_an_earlier_file_gives_its_earlier_answers(name):
    x = torch.linspace(-1, 1, 3 * 33 * 47).view(1, 3, 33, 47).sin()
    answers = nets.load(EARLIER / f"{name}.safetensors").net(x)[0, :, ::16, ::20].flatten()
    torch.testing.assert_close(answers, torch.tensor(ANSWERS[name]), rtol=1e-4, atol=1e-5)


def test_an_earlier_file_is_written_again_in_todays_form(tmp_path):
    net = nets.load(EARLIER / "shallow.safetensors").net
    nets.save(net, tmp_path / "net.safetensors")
    assert nets.load(tmp_path / "net.safetensors", name="fcn").net.spec.options == {"backbone": "shallow", "width": 2}


@pytest.mark.parametrize("name", HEADS)
def test_every_weight_of_a_large_network_has_its_place(name):
    earlier = {key: torch.empty(shape, device="meta") for key, shape in HEADS[name].items()}
    spec, tensors = modernise(nets.NetSpec(name, 2), earlier)
    with torch.device("meta"):
        today = nets.build(spec.name, spec.num_classes, **spec.options).state_dict()
    if "vgg16" not in name:  # the names in ResNets are torchvision's, then and now
        today = {key: value for key, value in today.items() if not key.startswith("backbone.")}
    assert {key: value.shape for key, value in tensors.items()} == {key: value.shape for key, value in today.items()}
