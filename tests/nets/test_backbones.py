"""The tiny backbone: a strided classifier and its dense version are one set of weights."""

import pytest
import torch

from segedu.nets.backbones import TinyResNet


@pytest.mark.parametrize("output_stride", [16, 8])
@pytest.mark.parametrize("size", [(64, 96), (65, 97)])
@torch.inference_mode()
def test_the_dense_version_gives_the_strided_one_at_every_other_place(output_stride, size):
    torch.manual_seed(0)
    strided = TinyResNet(depth=2).eval()
    dense = TinyResNet(depth=2, output_stride=output_stride).eval()
    dense.load_state_dict(strided.state_dict())
    x = torch.randn(1, 3, *size)
    step = 32 // output_stride
    torch.testing.assert_close(dense(x)[32][..., ::step, ::step], strided(x)[32])


def test_a_shallow_one_has_the_first_stages_alone():
    net = TinyResNet(stages=2)
    assert list(net(torch.zeros(2, 3, 64, 64))) == [2, 4, 8] == list(net.channels)


@pytest.mark.parametrize(("option", "value"), [("output_stride", 4), ("stages", 5)])
def test_what_it_cannot_be_is_an_error(option, value):
    with pytest.raises(ValueError, match=f"{option}: found {value}, expected"):
        TinyResNet(**{option: value})
