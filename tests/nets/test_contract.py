"""What every network promises: any size, logits at input size, training in small batches, weights round trip."""

import pytest
import torch

from segedu import nets
from segedu.nets import NAMES, NetSpec, build

# VGG-16's dense layers have 130 million weights; one forward pass at the smallest sizes is all a CPU test can bear.
SMALL = [name for name in NAMES if "vgg16" not in name]
# Networks that normalise a map of one bin: in training they want two pictures.
NEED_TWO = [name for name in SMALL if name.startswith(("deeplabv3", "pspnet"))]
SIZES = [(32, 32), (33, 47), (65, 40), (96, 128)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SMALL)
@torch.inference_mode()
def test_logits_come_at_input_size(name, size):
    net = build(name, num_classes=5).eval()
    assert net(torch.randn(2, 3, *size)).shape == (2, 5, *size)


@pytest.mark.parametrize("name", SMALL)
def test_the_smallest_batch_trains_every_parameter(name):
    net = build(name, num_classes=4).train()
    net(torch.randn(2 if name in NEED_TWO else 1, 3, 64, 72)).square().mean().backward()
    unused = [k for k, p in net.named_parameters() if p.grad is None and not k.startswith("aux_classifier")]
    assert unused == []


@pytest.mark.parametrize("name", NEED_TWO)
def test_a_batch_of_one_is_a_clear_error_where_the_picture_is_pooled_to_one_value(name):
    with pytest.raises(ValueError, match=r"a batch of one picture, pooled to one bin.*Train on two pictures"):
        build(name, num_classes=4).train()(torch.zeros(1, 3, 64, 72))


@pytest.mark.parametrize("name", SMALL)
def test_too_small_a_picture_is_an_error(name):
    with pytest.raises(ValueError, match="31 x 40 pixels, expected at least 32 x 32"):
        build(name, 4)(torch.zeros(1, 3, 31, 40))


def test_another_number_of_channels_is_an_error():
    with pytest.raises(ValueError, match=r"expected \(N, 3, H, W\)"):
        build("fcn8s", 4)(torch.zeros(1, 1, 64, 64))


def test_other_input_channels_are_an_option():
    assert build("fcn8s", 4, in_channels=1)(torch.zeros(1, 1, 40, 32)).shape == (1, 4, 40, 32)


def test_batch_normalisation_of_a_single_value_says_what_to_change():
    net = build("fcn8s", 4)
    with pytest.raises(ValueError, match=r"one value a channel at stride 32.*several at once"):
        net(torch.zeros(1, 3, 32, 32))
    assert net(torch.zeros(2, 3, 32, 32)).shape == net.eval()(torch.zeros(2, 3, 32, 32)).shape


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(ValueError, match=r"no network 'fcn-8s'\. Did you mean 'fcn8s'\?"):
        build("fcn-8s", 4)


def test_an_unknown_option_lists_the_known():
    with pytest.raises(TypeError, match=r"fcn8s has no option wdth; it has .*width"):
        build("fcn8s", 4, wdth=3)


def test_what_the_name_says_is_no_option():
    with pytest.raises(TypeError, match="fcn8s has no option stride"):
        build("fcn8s", 4, stride=32)


def test_one_class_is_too_few():
    with pytest.raises(ValueError, match="num_classes: found 1"):
        build("fcn8s", 1)


def test_a_network_knows_what_it_is():
    assert build("fcn16s", 7, width=16).spec == NetSpec("fcn16s", 7, {"width": 16})


def test_torchvision_weights_are_no_part_of_the_spec(tmp_path):
    net = build("fcn_resnet50", 3, weights=None)
    nets.save(net, tmp_path / "net.safetensors")
    assert nets.load(tmp_path / "net.safetensors").net.spec.options == {}
