"""Dilation8 and DeepLab-LargeFOV against the papers' tables, and against the strided VGG-16 of torchvision."""

from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torchvision import models

from segedu.nets import DilatedNet, LargeFOV
from segedu.nets.backbones.vgg16 import RIM, VGG16, convolutions, with_rim
from segedu.receptive import Layer, by_recurrence
from tests.nets.common import count, on_meta

dilation8 = partial(DilatedNet, backbone="vgg16", context="large")
largefov = partial(LargeFOV, backbone="vgg16")
mirrored = partial(VGG16, output_stride=8, form="mirrored")


def chain(modules):
    return by_recurrence(Layer.of(m) for m in modules if isinstance(m, nn.Conv2d | nn.MaxPool2d))


# --- Dilation8 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("context", "more"), [(None, 0), ("basic", 28_392), ("large", 6_803_139)], ids=["front end", "basic", "large"]
)
def test_dilation8_has_the_papers_parameters(context, more):
    convs, fc6, fc7, score = 14_714_688, 512 * 49 * 4096 + 4096, 4096 * 4096 + 4096, 4096 * 21 + 21
    assert count(on_meta(dilation8, 21, context=context)) == convs + fc6 + fc7 + score + more


def test_fields_and_stride_are_the_papers():
    net = dilation8(21, width=1)
    front_end = chain(net.backbone.layers)
    assert (front_end.size, front_end.stride, front_end.start) == (380, 8, 0)
    assert chain([*net.backbone.layers, *net.context]).size == 908


def test_a_score_looks_at_the_middle_of_its_eight_pixels():
    seen = chain(dilation8(2, width=1).backbone.layers).at(5)
    assert (seen[0] + seen[-1]) / 2 - RIM == (8 * 5 + 8 * 5 + 7) / 2


@pytest.mark.parametrize(("rows", "scores"), [(900, 66), (380, 1), (388, 2)])
def test_the_front_end_gives_one_score_for_eight_pixels(rows, scores):
    net = on_meta(dilation8, 21, context=None)
    out = net.score(net.backbone.layers(torch.zeros(1, 3, rows, rows + 80, device="meta")))
    assert out.shape == (1, 21, scores, scores + 10)


@pytest.mark.parametrize("size", [(32, 32), (33, 47), (65, 40), (190, 201)])
@torch.inference_mode()
def test_logits_come_at_input_size(size):
    for net in (dilation8(3, width=1), largefov(3, width=1, hidden=4)):
        assert net.eval()(torch.randn(2, 3, *size)).shape == (2, 3, *size)


@torch.inference_mode()
def test_the_rim_is_pytorchs_reflection_and_goes_on_to_a_multiple_of_eight():
    x = torch.randn(2, 3, 197, 208)
    assert torch.equal(with_rim(x), F.pad(x, (RIM, RIM, RIM, RIM + 3), mode="reflect"))


def test_a_small_picture_is_mirrored_to_and_fro():
    row = with_rim(torch.arange(32.0).expand(1, 1, 32, 32))[0, 0, 0]
    assert row[RIM - 2 : RIM + 3].tolist() == [2, 1, 0, 1, 2]
    steps = row.diff().abs()
    assert (steps == 1).all() and row.min() == 0 and row.max() == 31


# --- LargeFOV ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fc6", "millions"), [((7, 4, 4096), 134.3), ((4, 4, 4096), 65.1), ((4, 8, 4096), 65.1), ((3, 12, 1024), 20.5)]
)
def test_each_variant_of_fc6_has_the_papers_parameters(fc6, millions):
    kernel, rate, hidden = fc6
    net = on_meta(largefov, 21, kernel=kernel, rate=rate, hidden=hidden)
    assert round(count(net) / 1e6, 1) == millions
    assert net(torch.zeros(1, 3, 65, 97, device="meta")).shape == (1, 21, 65, 97)


def test_3x3_with_rate_12_sees_as_far_as_7x7_with_rate_4():
    sizes = {}
    for kernel, rate in ((7, 4), (3, 12), (4, 8), (4, 4)):
        net = largefov(2, kernel=kernel, rate=rate, width=1, hidden=2)
        sizes[kernel, rate] = chain([*net.backbone.layers, *net.head]).size
    assert sizes[7, 4] == sizes[3, 12] == sizes[4, 8] > sizes[4, 4]


def test_score_i_is_read_around_pixel_8i():
    field = chain(largefov(2, width=1, hidden=2).backbone.layers)
    assert field.stride == 8
    seen = field.at(10)
    assert (seen[0] + seen[-1]) / 2 == 80


@torch.inference_mode()
def test_a_score_is_put_on_the_pixel_that_it_looks_at():
    """A ramp of columns through a network of means comes out as the same ramp, also at odd sizes."""
    net = largefov(1, in_channels=1, width=1, hidden=1, rate=1).eval()
    for layer in [*net.backbone.layers, *net.head]:
        if isinstance(layer, nn.Conv2d):
            layer.weight.fill_(1 / layer.weight[0].numel())
            layer.bias.zero_()
    for index, layer in enumerate(net.backbone.layers):
        if isinstance(layer, nn.MaxPool2d):
            net.backbone.layers[index] = nn.AvgPool2d(3, layer.stride, 1, layer.ceil_mode)
    out = net(torch.arange(423.0).expand(1, 1, 421, 423))[0, 0]
    inner = out[200:220, 200:220]
    torch.testing.assert_close(inner, torch.arange(200.0, 220.0).expand(20, 20), rtol=1e-4, atol=0.01)


def test_an_even_filter_with_an_odd_rate_has_no_middle():
    with pytest.raises(ValueError, match="kernel, rate: found 4, 3"):
        largefov(2, kernel=4, rate=3, width=1)


# --- VGG-16's own weights ---------------------------------------------------------------------------------------


@torch.inference_mode()
def test_dense_with_2x2_pools_of_stride_1_a_dilated_vgg_is_the_strided_one():
    """With every pool kept (stride 1, dilated), VGG's filters give the classifier's numbers at every fourth place."""
    torch.manual_seed(0)
    strided, dense, dilation, before = [], [], 1, 3
    for channels in (4, 6, 8):
        layers = convolutions(before, channels, 2)
        strided += [*layers, nn.MaxPool2d(2)]
        spread = convolutions(before, channels, 2, dilation=dilation)
        nn.Sequential(*spread).load_state_dict(nn.Sequential(*layers).state_dict())
        dense += [*spread, nn.MaxPool2d(2, stride=1, dilation=dilation)]
        before, dilation = channels, dilation * 2
    x = torch.randn(1, 3, 76, 84)
    want, got = nn.Sequential(*strided)(x), nn.Sequential(*dense)(x)
    torch.testing.assert_close(got[..., ::8, ::8], want)


@pytest.mark.parametrize("make", [mirrored, partial(largefov, 21)])
def test_torchvisions_vgg16_fits(make):
    classifier = on_meta(models.vgg16)
    wanted = [v.shape for k, v in classifier.state_dict().items() if k.startswith("features.")]
    net = on_meta(make)
    net.load_classifier(classifier.state_dict())
    assert [p.shape for p in net.parameters()][: len(wanted)] == wanted


@pytest.mark.parametrize("make", [mirrored, partial(largefov, 2)])
def test_another_networks_weights_are_refused(make):
    with pytest.raises(ValueError, match="that are not torchvision's vgg16"):
        make(width=1).load_classifier({"features.0.weight": torch.zeros(1)})


@torch.inference_mode()
def test_weights_are_copied_in_torchvisions_order():
    torch.manual_seed(0)
    net = largefov(2, width=1, hidden=4)
    theirs = {f"features.{i}": torch.randn_like(p) for i, p in enumerate(net.backbone.parameters())}
    net.load_classifier(theirs)
    for ours, value in zip(net.backbone.parameters(), theirs.values(), strict=True):
        assert torch.equal(ours, value)
