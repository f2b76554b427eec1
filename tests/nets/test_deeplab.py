"""DeepLab against torchvision, against segmentation_models_pytorch, and against the papers' numbers."""

import pytest
import segmentation_models_pytorch as smp
import torch
import torch.nn.functional as F
from torch import nn
from torchvision import models

from segedu import nets
from segedu.nets.catalogue import TORCHVISION
from segedu.nets.deeplab import DeepLabV3, rates_at
from segedu.nets.deeplabv2 import DeepLabV2
from segedu.nets.deeplabv3plus import DeepLabV3Plus
from segedu.nets.separable import SeparableConv
from segedu.receptive import receptive_field


def parameters(net):
    return sum(p.numel() for p in net.parameters())


def give_weights(net, other):
    """Copy all tensors in order: the two define their layers in the same order."""
    values = list(other.state_dict().values())
    net.load_state_dict(dict(zip(net.state_dict(), values, strict=True)))
    return net


def lively(net):
    """Random batch statistics, so that a lost or exchanged normalisation shows."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 1.5)
    return net.eval()


@pytest.fixture(scope="module")
@torch.no_grad()
def torchvision_net():
    torch.manual_seed(0)
    build = models.segmentation.deeplabv3_resnet50
    return lively(build(weights=None, weights_backbone=None, num_classes=6, aux_loss=True))


@pytest.mark.parametrize("size", [(64, 96), (65, 97), (33, 40)])
@torch.inference_mode()
def test_deeplabv3_resnet50_equals_torchvision(torchvision_net, size):
    net = nets.load_torchvision("deeplabv3_resnet50", torchvision_net.state_dict())
    x = torch.randn(2, 3, *size)
    theirs = torchvision_net(x)
    ours = net.forward_with_auxiliary(x)
    assert theirs["out"].std() > 1e-3
    torch.testing.assert_close(net(x), theirs["out"], rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(ours.logits, theirs["out"], rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(ours.auxiliary, theirs["aux"], rtol=1e-5, atol=1e-5)


@torch.inference_mode()
def test_torchvision_weights_without_auxiliary_head_are_fine(torchvision_net):
    weights = {k: v for k, v in torchvision_net.state_dict().items() if not k.startswith("aux")}
    net = nets.load_torchvision("deeplabv3_resnet50", weights)
    x = torch.randn(1, 3, 40, 40)
    torch.testing.assert_close(net(x), torchvision_net(x)["out"], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", TORCHVISION)
@torch.no_grad()
def test_every_network_with_a_counterpart_equals_it(name):
    torch.manual_seed(0)
    theirs = lively(getattr(models.segmentation, name)(weights=None, weights_backbone=None, num_classes=3))
    x = torch.randn(1, 3, 33, 40)
    torch.testing.assert_close(
        nets.load_torchvision(name, theirs.state_dict())(x), theirs(x)["out"], rtol=1e-4, atol=1e-5
    )


def test_another_models_weights_are_refused(torchvision_net):
    with pytest.raises(ValueError, match=r"not torchvision's fcn_resnet50: .*missing.*unknown.*another shape"):
        nets.load_torchvision("fcn_resnet50", torchvision_net.state_dict())


def test_a_network_without_counterpart_lists_those_that_have_one():
    with pytest.raises(ValueError, match="no torchvision counterpart for 'deeplabv3'; there are fcn_resnet50"):
        nets.load_torchvision("deeplabv3", {})


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        (lambda: DeepLabV3(21), 42_004_074),
        (lambda: DeepLabV3(21, backbone="resnet101"), 60_996_202),
        (lambda: DeepLabV2(21), 44_048_532),
    ],
)
def test_parameters_are_as_many_as_in_the_published_models(net, expected):
    with torch.device("meta"):
        assert parameters(net()) == expected


def test_parameters_without_auxiliary_head():
    with torch.device("meta"):
        net = DeepLabV3(21)
    assert parameters(net) - parameters(net.aux_classifier) == 39_638_869


@torch.no_grad()
def smp_weights_in_ours(theirs, net):
    lively(theirs)
    return give_weights(net, theirs).eval()


@pytest.mark.parametrize("size", [(64, 96), (32, 80)])
@pytest.mark.parametrize("output_stride", [8, 16])
@torch.no_grad()
def test_deeplabv3_equals_segmentation_models_pytorch(size, output_stride):
    torch.manual_seed(0)
    theirs = smp.DeepLabV3("resnet50", encoder_weights=None, classes=6, encoder_output_stride=output_stride)
    net = DeepLabV3(
        6, output_stride=output_stride, rates=(12, 24, 36), first_block="uniform", align_corners=True
    )  # fmt: skip
    del net.aux_classifier  # smp has none
    smp_weights_in_ours(theirs, net)
    x = torch.randn(2, 3, *size)
    expected = theirs(x)
    assert expected.std() > 1e-3
    torch.testing.assert_close(net(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "wrong", [{"first_block": "contracted"}, {"align_corners": False}], ids=["first block", "corners"]
)
@torch.no_grad()
def test_each_convention_of_segmentation_models_pytorch_matters(wrong):
    torch.manual_seed(0)
    theirs = smp.DeepLabV3("resnet50", encoder_weights=None, classes=6)
    net = DeepLabV3(6, **({"first_block": "uniform", "align_corners": True} | wrong))
    del net.aux_classifier
    smp_weights_in_ours(theirs, net)
    x = torch.randn(1, 3, 64, 96)
    assert (net(x) - theirs(x)).abs().max() > 1e-3


@torch.no_grad()
def test_deeplabv3plus_with_one_more_layer_equals_segmentation_models_pytorch():
    torch.manual_seed(0)
    theirs = smp.DeepLabV3Plus("resnet50", encoder_weights=None, classes=6)
    net = DeepLabV3Plus(
        6, rates=(12, 24, 36), convs=1, separable=True, activation_between=False, first_block="uniform",
        align_corners=True,
    )  # fmt: skip
    net.aspp = nn.Sequential(net.aspp, SeparableConv(256, 256, activation_between=False))  # in smp, not in the paper
    smp_weights_in_ours(theirs, net)
    x = torch.randn(2, 3, 64, 96)
    expected = theirs(x)
    assert expected.std() > 1e-3
    torch.testing.assert_close(net(x), expected, rtol=1e-5, atol=1e-5)


def dilations(net):
    return [[block.conv2.dilation[0] for block in stage] for stage in (net.backbone.layer3, net.backbone.layer4)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"output_stride": 16, "multi_grid": (1, 2, 4)}, [[1] * 6, [2, 4, 8]]),
        ({"output_stride": 8, "multi_grid": (1, 2, 4)}, [[1, 2, 2, 2, 2, 2], [4, 8, 16]]),
        ({"output_stride": 8, "multi_grid": (1, 2, 4), "first_block": "uniform"}, [[2] * 6, [4, 8, 16]]),
        ({"output_stride": 8}, [[1, 2, 2, 2, 2, 2], [2, 4, 4]]),
    ],
)
def test_multi_grid_multiplies_the_rates_of_the_last_stage(options, expected):
    with torch.device("meta"):
        assert dilations(DeepLabV3(3, **options)) == expected


@torch.no_grad()
def test_padding_grows_with_the_rates_of_multi_grid():
    net = DeepLabV3(3, output_stride=16, multi_grid=(1, 2, 4)).eval()
    assert net.backbone(torch.zeros(1, 3, 64, 96))[3].shape[-2:] == (4, 6)


@pytest.mark.parametrize("multi_grid", [(1, 2), (0, 1, 1)])
def test_multi_grid_wants_a_number_for_each_block(multi_grid):
    with torch.device("meta"), pytest.raises(ValueError, match="expected 3 numbers, each at least 1"):
        DeepLabV3(3, multi_grid=multi_grid)


def test_rates_double_when_the_stride_halves():
    with torch.device("meta"):
        aspp = DeepLabV3(3, output_stride=16).classifier[0], DeepLabV3(3, output_stride=8).classifier[0]
    found = [[conv[0].dilation[0] for conv in list(pyramid.convs)[1:-1]] for pyramid in aspp]
    assert found == [list(rates_at(16)), list(rates_at(8))] == [[6, 12, 18], [12, 24, 36]]


@pytest.mark.parametrize("first_block", ["contracted", "uniform"])
@torch.no_grad()
def test_half_the_stride_and_twice_the_rates_give_the_same_at_every_other_place(first_block):
    """If the first block keeps the rate of the stage before. The Caffe convention computes something else there."""
    torch.manual_seed(0)
    coarse = lively(DeepLabV3(3, output_stride=16, rates=(1, 2), first_block=first_block))
    fine = DeepLabV3(3, output_stride=8, rates=(2, 4), first_block=first_block).eval()
    fine.load_state_dict(coarse.state_dict())
    x = torch.randn(1, 3, 256, 256)
    maps = []
    for net in (coarse, fine):
        x_last = net.backbone(x)[3]
        branches = list(net.classifier[0].convs)[:-1]  # the mean over more places is another mean
        maps.append(torch.cat([branch(x_last) for branch in branches], dim=1))
    difference = (maps[1][..., ::2, ::2] - maps[0]).abs().max() / maps[0].std()
    assert (difference < 1e-3) == (first_block == "contracted")


@pytest.mark.parametrize("name", ["deeplabv3", "deeplabv3plus", "deeplabv3_resnet50", "deeplabv3plus_resnet50"])
def test_a_training_batch_of_one_is_a_clear_error(name):
    with pytest.raises(ValueError, match="Train on two pictures or more"):
        nets.build(name, 3)(torch.zeros(1, 3, 64, 64))


def test_the_decoder_brings_the_paper_s_borders():
    """Its scores have stride 4: a change of 4 pixels in the picture can show in them."""
    plain, plus = nets.build("deeplabv3", 3).eval(), nets.build("deeplabv3plus", 3).eval()
    seen = {}
    for name, net in (("plain", plain), ("plus", plus)):
        net.score.register_forward_hook(lambda _net, _x, y, name=name: seen.update({name: y.shape[-2:]}))
        net(torch.zeros(1, 3, 64, 96))
    assert seen == {"plain": (8, 12), "plus": (16, 24)}


def test_the_tiny_pyramid_sees_what_the_shallow_network_does_not():
    without = receptive_field(nets.build("shallow", 3), (256, 256))
    summed = receptive_field(nets.build("deeplabv2", 3), (256, 256))
    assert len(summed.rows) - len(without.rows) == 2 * 6 * 8  # six cells of 8 pixels on each side


@torch.no_grad()
def test_version_two_adds_the_scores_of_its_rates():
    torch.manual_seed(0)
    net = nets.build("deeplabv2", 3).eval()
    x = net.backbone(torch.randn(1, 3, 64, 96))[8]
    by_hand = [
        F.conv2d(x, b.weight, b.bias, padding=r, dilation=r)
        for b, r in zip(net.score.branches, (1, 2, 4, 6), strict=True)
    ]
    torch.testing.assert_close(net.score(x), torch.stack(by_hand).sum(0))
