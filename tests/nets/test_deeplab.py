"""DeepLab against torchvision, against segmentation_models_pytorch, and against the papers' numbers."""

from functools import partial

import pytest
import segmentation_models_pytorch as smp
import torch
import torch.nn.functional as F
from torch import nn
from torchvision import models

from segedu import nets
from segedu.nets import DeepLabV2, DeepLabV3, DeepLabV3Plus
from segedu.nets.parts.separable import SeparableConv
from segedu.nets.spec import TORCHVISION
from segedu.receptive import receptive_field
from tests.nets.common import count, dilations, lively

resnet50 = partial(DeepLabV3, backbone="resnet50")
published = partial(resnet50, output_stride=8, refine=True, auxiliary=True)
like_smp = partial(resnet50, output_stride=8, refine=True, first_block="uniform", resize="corners")


def give_weights(net, other):
    """Copy all tensors in order: the two define their layers in the same order, scores last."""
    names = sorted(net.state_dict(), key=lambda name: name.startswith("score."))
    net.load_state_dict(dict(zip(names, other.state_dict().values(), strict=True)))
    return net


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
        (lambda: published(21), 42_004_074),
        (lambda: published(21, backbone="resnet101"), 60_996_202),
        (lambda: DeepLabV2(21, backbone="resnet101"), 44_048_532),
    ],
)
def test_parameters_are_as_many_as_in_the_published_models(net, expected):
    with torch.device("meta"):
        assert count(net()) == expected


def test_parameters_without_auxiliary_head():
    with torch.device("meta"):
        net = published(21)
    assert count(net) - count(net.aux_classifier) == 39_638_869


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
    net = like_smp(6, output_stride=output_stride, rates=(12, 24, 36))
    smp_weights_in_ours(theirs, net)
    x = torch.randn(2, 3, *size)
    expected = theirs(x)
    assert expected.std() > 1e-3
    torch.testing.assert_close(net(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "wrong", [{"first_block": "contracted"}, {"resize": "stretch"}], ids=["first block", "corners"]
)
@torch.no_grad()
def test_each_convention_of_segmentation_models_pytorch_matters(wrong):
    torch.manual_seed(0)
    theirs = smp.DeepLabV3("resnet50", encoder_weights=None, classes=6)
    net = like_smp(6, **wrong)
    smp_weights_in_ours(theirs, net)
    x = torch.randn(1, 3, 64, 96)
    assert (net(x) - theirs(x)).abs().max() > 1e-3


@torch.no_grad()
def test_deeplabv3plus_with_one_more_layer_equals_segmentation_models_pytorch():
    torch.manual_seed(0)
    theirs = smp.DeepLabV3Plus("resnet50", encoder_weights=None, classes=6)
    net = DeepLabV3Plus(
        6, backbone="resnet50", rates=(12, 24, 36), convs=1, separable=True, activation_between=False,
        first_block="uniform", resize="corners",
    )  # fmt: skip
    net.aspp = nn.Sequential(net.aspp, SeparableConv(256, 256, activation_between=False))  # in smp, not in the paper
    smp_weights_in_ours(theirs, net)
    x = torch.randn(2, 3, 64, 96)
    expected = theirs(x)
    assert expected.std() > 1e-3
    torch.testing.assert_close(net(x), expected, rtol=1e-5, atol=1e-5)


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
        assert dilations(resnet50(3, **options).backbone) == expected


@torch.no_grad()
def test_padding_grows_with_the_rates_of_multi_grid():
    net = resnet50(3, output_stride=16, multi_grid=(1, 2, 4)).eval()
    assert net.backbone(torch.zeros(1, 3, 64, 96))[32].shape[-2:] == (4, 6)


@pytest.mark.parametrize("multi_grid", [(1, 2), (0, 1, 1)])
def test_multi_grid_wants_a_number_for_each_block(multi_grid):
    with torch.device("meta"), pytest.raises(ValueError, match="expected 3 numbers, each at least 1"):
        resnet50(3, multi_grid=multi_grid)


def test_rates_double_when_the_stride_halves():
    with torch.device("meta"):
        aspp = [resnet50(3, output_stride=stride).classifier[0] for stride in (16, 8)]
    found = [[conv[0].dilation[0] for conv in list(pyramid.convs)[1:-1]] for pyramid in aspp]
    assert found == [[6, 12, 18], [12, 24, 36]]


@pytest.mark.parametrize("first_block", ["contracted", "uniform"])
@torch.no_grad()
def test_half_the_stride_and_twice_the_rates_give_the_same_at_every_other_place(first_block):
    """If the first block keeps the rate of the stage before. The Caffe convention computes something else there."""
    torch.manual_seed(0)
    coarse = lively(resnet50(3, output_stride=16, rates=(1, 2), first_block=first_block))
    fine = resnet50(3, output_stride=8, rates=(2, 4), first_block=first_block).eval()
    fine.load_state_dict(coarse.state_dict())
    x = torch.randn(1, 3, 256, 256)
    maps = []
    for net in (coarse, fine):
        x_last = net.backbone(x)[32]
        branches = list(net.classifier[0].convs)[:-1]  # the mean over more places is another mean
        maps.append(torch.cat([branch(x_last) for branch in branches], dim=1))
    difference = (maps[1][..., ::2, ::2] - maps[0]).abs().max() / maps[0].std()
    assert (difference < 1e-3) == (first_block == "contracted")


@pytest.mark.parametrize("backbone", ["shallow", "resnet50"])
@pytest.mark.parametrize("name", ["deeplabv3", "deeplabv3plus"])
def test_a_training_batch_of_one_is_a_clear_error(name, backbone):
    with pytest.raises(ValueError, match="Train on two pictures or more"):
        nets.build(name, 3, backbone=backbone)(torch.zeros(1, 3, 64, 64))


def test_the_decoder_brings_the_paper_s_borders():
    """Its scores have stride 4: a change of 4 pixels in the picture can show in them."""
    plain, plus = nets.build("deeplabv3", 3).eval(), nets.build("deeplabv3plus", 3).eval()
    seen = {}
    for name, score in (("plain", plain.classifier[-1]), ("plus", plus.score)):
        score.register_forward_hook(lambda _net, _x, y, name=name: seen.update({name: y.shape[-2:]}))
    for net in (plain, plus):
        net(torch.zeros(1, 3, 64, 96))
    assert seen == {"plain": (8, 12), "plus": (16, 24)}


def test_the_tiny_pyramid_sees_what_the_shallow_network_does_not():
    without = receptive_field(nets.build("fcn", 3, backbone="shallow"), (256, 256))
    summed = receptive_field(nets.build("deeplabv2", 3), (256, 256))
    assert len(summed.rows) - len(without.rows) == 2 * 6 * 8  # six cells of 8 pixels on each side


@torch.no_grad()
def test_version_two_adds_the_scores_of_its_rates():
    torch.manual_seed(0)
    net = nets.build("deeplabv2", 3).eval()
    x = net.backbone(torch.randn(1, 3, 64, 96))[8]
    by_hand = [
        F.conv2d(x, b.weight, b.bias, padding=r, dilation=r)
        for b, r in zip(net.classifier.branches, (1, 2, 4, 6), strict=True)
    ]
    torch.testing.assert_close(net.classifier(x), torch.stack(by_hand).sum(0))
