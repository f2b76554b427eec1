"""What every network promises: any size, logits at input size, training in small batches, weights round trip."""

import re

import pytest
import torch

from segedu import nets
from segedu.nets import NAMES, NetSpec, build
from segedu.nets.backbones import Backbone
from tests.nets.common import lively, on_meta

# Those of the papers' size, by name and backbone; where a head fits any backbone, one of each kind.
LARGE = [
    *((name, "resnet50") for name in ("fcn", "fcn8s", "fpn4s", "unet", "deeplabv2", "deeplabv3", "deeplabv3plus")),
    *((name, "resnet50") for name in ("pspnet", "dilated", "largefov", "fast_scnn")),
    *((name, "efficientnet_lite0") for name in ("fcn", "fcn4s", "fpn2s", "unet", "deeplabv2", "deeplabv3plus")),
    *((name, "efficientnet_lite0") for name in ("pspnet", "dilated", "largefov", "deeplabv3", "fast_scnn")),
    *(("unet", "vgg16"), ("pspnet", "vgg16"), ("deeplabv3plus", "vgg16"), ("fcn", "vgg16")),
]
SIZES = [(32, 32), (33, 47), (65, 40), (96, 128)]


def smallest(net):
    """How many pictures a training batch needs."""
    return getattr(net, "smallest_batch", 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
@torch.inference_mode()
def test_logits_come_at_input_size(name, size):
    net = build(name, num_classes=5).eval()
    assert net(torch.randn(2, 3, *size)).shape == (2, 5, *size)


@pytest.mark.parametrize(("name", "backbone"), LARGE)
@torch.inference_mode()
def test_any_head_stands_on_any_backbone(name, backbone):
    net = build(name, num_classes=5, backbone=backbone).eval()
    assert net(torch.randn(1, 3, 33, 47)).shape == (1, 5, 33, 47)


@pytest.mark.parametrize("backbone", ["tiny", "shallow"])
@pytest.mark.parametrize("name", [name for name in NAMES if name != "unet_valid"])
@torch.inference_mode()
def test_the_tiny_backbones_are_interchangeable(name, backbone):
    if backbone == "shallow" and name in ("fcn16s", "fcn32s"):
        with pytest.raises(ValueError, match="stride: found"):
            build(name, num_classes=5, backbone=backbone)
    else:
        net = build(name, num_classes=5, backbone=backbone).eval()
        assert net(torch.randn(1, 3, 33, 47)).shape == (1, 5, 33, 47)


@pytest.mark.parametrize("name", NAMES)
def test_the_smallest_batch_trains_every_parameter(name):
    net = build(name, num_classes=4).train()
    net(torch.randn(smallest(net), 3, 64, 72)).square().mean().backward()
    unused = [k for k, p in net.named_parameters() if p.grad is None and not k.startswith("aux_classifier")]
    assert unused == []


@pytest.mark.parametrize("name", NAMES)
def test_a_batch_of_one_is_a_clear_error_where_the_picture_is_pooled_to_one_value(name):
    net = build(name, num_classes=4).train()
    if smallest(net) > 1:
        with pytest.raises(ValueError, match=r"a batch of one picture, pooled to one bin.*Train on two pictures"):
            net(torch.zeros(1, 3, 64, 64))
    else:
        assert net(torch.zeros(1, 3, 64, 64)).shape == (1, 4, 64, 64)


@pytest.mark.parametrize("name", NAMES)
def test_too_small_a_picture_is_an_error(name):
    with pytest.raises(ValueError, match="31 x 40 pixels, expected at least 32 x 32"):
        on_meta(build, name, 4)(torch.zeros(1, 3, 31, 40, device="meta"))


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_every_network_exports_and_runs_at_two_sizes(name):
    """With lively batch statistics: untouched ones are nearly the identity, and hide a wrong export."""
    torch.manual_seed(0)
    net = lively(build(name, num_classes=4, width=4))
    for size in ((64, 64), (45, 71)):
        x = torch.randn(1, 3, *size)
        expected = net(x)
        assert expected.std() > 0
        torch.testing.assert_close(torch.export.export(net, (x,)).module()(x), expected, rtol=1e-4, atol=1e-5)


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


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("fcn-8s", "'fcn8s'?"),
        ("PSPNet", "'pspnet'?"),
        ("DeepLabV3Plus", "'deeplabv3plus'?"),
        ("pspnet_resnet50", "'pspnet' with backbone='resnet50'?"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(name, meant):
    with pytest.raises(ValueError, match=rf"no network {name!r}\. Did you mean {re.escape(meant)}"):
        build(name, 4)


def test_an_unknown_option_lists_the_known():
    with pytest.raises(TypeError, match=r"fcn8s has no option wdth; it has .*width"):
        build("fcn8s", 4, wdth=3)


def test_what_the_name_says_is_no_option():
    with pytest.raises(TypeError, match="fcn8s has no option stride"):
        build("fcn8s", 4, stride=32)


def test_what_the_backbone_s_name_says_is_no_option_either():
    with pytest.raises(TypeError, match=r"fcn has no option stages; it has auxiliary, backbone, depth"):
        build("fcn", 4, backbone="shallow", stages=3)


def test_an_unknown_backbone_lists_the_known():
    with pytest.raises(
        ValueError, match=r"backbone: no 'vgg19'; there are tiny, shallow, vgg16, fast, efficientnet_lite0, resnet18"
    ):
        build("fcn8s", 4, backbone="vgg19")


def test_a_backbone_of_ones_own_fits_any_head():
    class Stripes(Backbone):
        def __init__(self):
            super().__init__()
            self.channels = {2: 4, 4: 6, 8: 8}

        def forward(self, x):
            n, _, height, width = x.shape
            return {s: x.new_ones(n, c, -(-height // s), -(-width // s)) for s, c in self.channels.items()}

    for system in (nets.PSPNet, nets.DeepLabV3Plus, nets.UNet, nets.FPN, nets.FCN):
        assert system(3, backbone=Stripes()).eval()(torch.zeros(1, 3, 33, 47)).shape == (1, 3, 33, 47)


def test_one_class_is_too_few():
    with pytest.raises(ValueError, match="num_classes: found 1"):
        build("fcn8s", 1)


def test_a_network_knows_what_it_is():
    assert build("fcn16s", 7, width=16).spec == NetSpec("fcn16s", 7, {"width": 16})


def test_torchvision_weights_are_no_part_of_the_spec(tmp_path):
    net = build("fcn", 3, backbone="resnet18", output_stride=32, weights=None)
    nets.save(net, tmp_path / "net.safetensors")
    assert nets.load(tmp_path / "net.safetensors").net.spec.options == {"backbone": "resnet18", "output_stride": 32}
