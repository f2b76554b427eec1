"""A record says what a network does, of any make, and leaves the network as it was."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets, plots
from segedu.plots.diagram.record import record
from tests.plots.networks import Asks, Gives, Own

SIZE = (96, 128)


def kinds(net, size=SIZE):
    return Counter(step.kind for step in record(net, size).steps)


def joins(drawn):
    return Counter(box.join for box in drawn.boxes if box.join)


def shapes(drawn):
    return [(box.out.channels, *box.out.size, int(box.out.stride)) for box in drawn.boxes]


def test_fcn8s_adds_scores_of_three_strides():
    drawn = plots.diagram(nets.build("fcn8s", 9), SIZE)
    assert joins(drawn) == {"added": 2}
    assert shapes(drawn) == [
        *((3, 96, 128, 1), (16, 48, 64, 2), (32, 24, 32, 4), (64, 12, 16, 8), (96, 6, 8, 16), (128, 3, 4, 32)),
        *((9, 3, 4, 32), (9, 6, 8, 16), (9, 12, 16, 8), (9, 96, 128, 1)),
    ]
    skips = [[step.kind for step in source.via] for box in drawn.boxes for source in box.skips]
    assert skips == [["conv"], ["conv"]]


def test_unet_stacks_the_features_of_four_sizes():
    drawn = plots.diagram(nets.build("unet", 9), SIZE)
    assert joins(drawn) == {"stacked": 4}
    assert [box.parts for box in drawn.boxes if box.join] == [(64, 64), (32, 32), (16, 16), (8, 8)]
    down, up = shapes(drawn)[1:6], shapes(drawn)[6:10]
    assert down[:4] == up[::-1]  # each skip goes to a map of its own size
    assert [source.box for box in drawn.boxes for source in box.skips] == [4, 3, 2, 1]


def test_pspnet_pools_to_the_bins_of_the_paper_and_stacks_them_on_the_map():
    (box,) = [box for box in plots.diagram(nets.build("pspnet", 9), SIZE).boxes if box.join]
    assert box.join == "stacked"
    assert box.parts == (64, 16, 16, 16, 16)
    assert [branch[0].size if branch else None for branch in box.branches] == [None, (1, 1), (2, 2), (3, 3), (6, 6)]


def test_deeplabv3plus_has_the_rates_of_its_pyramid_and_two_stacks():
    drawn = plots.diagram(nets.build("deeplabv3plus", 9, rates=(2, 4, 6)), SIZE)
    assert joins(drawn) == {"stacked": 2}
    pyramid = next(box for box in drawn.boxes if box.branches)
    assert [branch[0].dilation for branch in pyramid.branches if branch[0].kind == "conv"] == [1, 2, 4, 6]
    assert [branch[0].kind for branch in pyramid.branches].count("bins") == 1


def test_the_context_module_is_told_with_all_its_rates():
    drawn = plots.diagram(nets.build("dilated", 9), SIZE)
    rates = [step.dilation for step in drawn.boxes[-2].steps if step.kernel == 3]
    assert rates == [1, 1, 2, 4, 8, 16, 1]
    assert "rates 1 1 2 4 8 16 1" in drawn.text


def test_a_hand_written_module_is_read_as_any_other():
    net = Own()
    assert kinds(net, (64, 96)) == {"input": 1, "conv": 5, "added": 2, "stacked": 1, "resize": 2}
    drawn = plots.diagram(net, (64, 96))
    assert joins(drawn) == {"added": 1, "stacked": 1}  # the other sum is that of a residual block
    assert "residual block of conv 3×3, rate 4" in drawn.text
    assert shapes(drawn)[-1] == (5, 64, 96, 1)


def test_unpooling_and_pixel_shuffles_are_changes_of_size():
    net = Gives(lambda y: F.pixel_shuffle(F.max_unpool2d(*F.max_pool2d(y, 2, return_indices=True), 2), 2))
    steps = record(net, SIZE).steps
    assert [(step.kind, float(step.stride)) for step in steps[2:]] == [("pool", 2), ("resize", 1), ("resize", 0.5)]


def test_each_convolution_of_a_large_network_is_seen_without_computing_it():
    with torch.device("meta"):
        net = nets.build("pspnet", 21, backbone="resnet50")
    used = {name: layer for name, layer in net.named_modules() if not name.startswith("aux_classifier")}
    assert kinds(net, (473, 473))["conv"] == sum(isinstance(layer, nn.Conv2d) for layer in used.values())
    blocks = [s for box in plots.diagram(net, (473, 473)).boxes for s in box.steps if s.kind == "block"]
    assert len(blocks) == 3 + 4 + 6 + 3
    assert [s.dilation for s in blocks] == [1] * 7 + [2] * 6 + [4] * 3


def test_real_weights_are_not_touched_when_shapes_are_enough():
    net = nets.build("unet_valid", 2)  # 31 million parameters
    before = {name: tensor.data_ptr() for name, tensor in net.state_dict().items()}
    record(net, (512, 512))
    assert {name: tensor.data_ptr() for name, tensor in net.state_dict().items()} == before
    assert all(parameter.device.type == "cpu" and parameter.requires_grad for parameter in net.parameters())


def test_torchvisions_models_are_drawn_by_their_main_output():
    from torchvision.models import segmentation

    with torch.device("meta"):
        net = segmentation.deeplabv3_resnet50(weights=None, weights_backbone=None, aux_loss=True)
    drawn = plots.diagram(net, (128, 128))
    assert len(drawn.boxes) <= 20
    assert joins(drawn) == {"stacked": 1}
    assert "gives aux as well" in drawn.alt
    assert plots.diagram(net, (128, 128), output="aux").boxes[-1].out.shape == (1, 21, 128, 128)


@pytest.mark.parametrize("name", nets.NAMES)
def test_modes_hooks_and_numbers_are_as_before(name):
    net = nets.build(name, 9, **({"width": 2} if name == "unet_valid" else {}))
    frozen = next(layer for layer in net.modules() if not list(layer.children())).eval()
    modes = [layer.training for layer in net.modules()]
    state = {key: value.clone() for key, value in net.state_dict().items()}
    plots.diagram(net, SIZE)
    assert [layer.training for layer in net.modules()] == modes
    assert not frozen.training
    assert not any(layer._forward_hooks or layer._forward_pre_hooks for layer in net.modules())
    assert all(torch.equal(value, state[key]) for key, value in net.state_dict().items())


@pytest.mark.parametrize("name", ["densenet121", "googlenet", "inception_v3", "efficientnet_b0", "swin_t"])
def test_what_is_no_segmentation_network_is_drawn_in_few_boxes_as_well(name):
    from torchvision import models

    with torch.device("meta"):
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        net = getattr(models, name)(weights=None, **options)
    assert 4 <= len(plots.diagram(net, (299, 299)).boxes) <= 20


def test_a_grey_picture_and_half_precision_are_no_obstacle():
    assert plots.diagram(nets.build("fcn8s", 2, in_channels=1), SIZE).boxes[0].out.channels == 1
    assert len(plots.diagram(Own().double(), (64, 96)).boxes) == 6


@pytest.mark.parametrize(
    ("net", "size", "error", "message"),
    [
        (nets.build("fcn8s", 9), (16, 16), ValueError, r"FCN does not take 3 channels of 16 x 16 pixels.*at least 32"),
        (nn.Sequential(nn.Conv2d(3, 4, 9)), (4, 4), ValueError, r"Sequential does not take.*Give another size"),
        (Own(), (64, 96, 3), ValueError, r"size: found \(64, 96, 3\), expected \(rows, columns\)"),
        (Own(), (0, 96), ValueError, r"two whole numbers above 0"),
        (Asks(), SIZE, ValueError, r"Asks decides by the numbers in a map"),
        (Gives(lambda y: (y, y)), SIZE, TypeError, r"Gives gives a tuple, expected a tensor, or a dictionary"),
        (Gives(lambda y: {"main": y}), SIZE, TypeError, r"a dict of main.*output=\.\.\."),
        (Gives(lambda y: torch.zeros(y.shape)), SIZE, ValueError, r"cannot be traced back to the picture"),
    ],
)
def test_what_cannot_be_drawn_is_answered_with_what_was_found(net, size, error, message):
    with pytest.raises(error, match=message):
        plots.diagram(net, size)
