"""The context module against table 1 of the paper, and the tiny network that carries it."""

import re

import pytest
import torch
from torch import nn

from segedu import nets
from segedu.nets.dilated import OFFSET, DilatedNet
from segedu.nets.parts.context import ContextModule, start_as_identity
from segedu.receptive import Layer, by_recurrence, receptive_field
from tests.nets.common import count


def before_upsampling(net):
    """The layers down to the scores of the small map, in a row."""
    return nn.Sequential(net.backbone.stem, *net.backbone.stages, net.score, net.context)


def convolutions(net):
    return [m for m in net if isinstance(m, nn.Conv2d)]


@pytest.mark.parametrize(("width", "parameters"), [("basic", 28_392), ("large", 6_803_139)])
def test_the_module_has_the_papers_parameters(width, parameters):
    assert count(ContextModule(21, width)) == parameters


def test_layers_and_fields_are_those_of_table_1():
    layers = convolutions(ContextModule(2, "large"))
    fields = [by_recurrence(map(Layer.of, layers[: n + 1])).size for n in range(len(layers))]
    assert [layer.kernel_size[0] for layer in layers] == [3, 3, 3, 3, 3, 3, 3, 1]
    assert [layer.dilation[0] for layer in layers] == [1, 1, 2, 4, 8, 16, 1, 1]
    assert fields == [3, 5, 9, 17, 33, 65, 67, 67]
    assert [layer.out_channels // 2 for layer in layers] == [2, 2, 4, 8, 16, 32, 32, 1]


def test_the_field_of_67_has_no_hole():
    field = receptive_field(ContextModule(1), (81, 81), channels=1)
    assert (len(field.rows), len(field.columns), field.clipped) == (67, 67, False)
    assert field.mask.sum() == 67 * 67


@pytest.mark.parametrize("width", ["basic", "large"])
@torch.inference_mode()
def test_at_first_it_leaves_scores_that_are_not_negative_unchanged(width):
    scores = 10 * torch.rand(2, 5, 9, 13)
    torch.testing.assert_close(ContextModule(5, width, sigma=0)(scores), scores)
    clipped = ContextModule(5, width, sigma=0)(scores - 5)
    torch.testing.assert_close(clipped, (scores - 5).clamp(min=0))


@torch.inference_mode()
def test_the_noise_moves_the_large_module_a_little():
    torch.manual_seed(0)
    scores = 10 * torch.rand(1, 21, 12, 12)
    moved = (ContextModule(21, "large")(scores) - scores).abs()
    assert 0 < moved.mean() < 1


@torch.inference_mode()
def test_the_printed_formula_would_shrink_the_scores_32_times():
    """Equation 5 weighs by C / max(c_in, c_out); with the mean over the inputs instead, nothing shrinks."""
    module = ContextModule(2, "large", sigma=0)
    for conv in convolutions(module):
        conv.weight *= conv.in_channels / max(conv.in_channels, conv.out_channels)
    scores = torch.rand(1, 2, 8, 8)
    torch.testing.assert_close(module(scores), scores / 32)


@torch.inference_mode()
def test_channels_of_a_group_are_neighbours():
    conv = nn.Conv2d(2, 6, 3, padding=1)
    start_as_identity(conv, groups=2)
    x = torch.randn(1, 2, 4, 4)
    torch.testing.assert_close(conv(x), x.repeat_interleave(3, dim=1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": "wide"}, "width: found 'wide', expected 'basic' or 'large'"),
        ({"width": "large", "rates": (1, 2)}, "rates: found 2, expected 7"),
        ({"rates": (1, 0)}, "rates: found (1, 0), expected one or more"),
    ],
)
def test_what_it_cannot_be_is_an_error(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        ContextModule(3, **arguments)


def test_channels_that_do_not_divide_are_an_error():
    with pytest.raises(ValueError, match="found 5 channels, expected a multiple of groups, 2"):
        start_as_identity(nn.Conv2d(4, 5, 3), groups=2)


def test_dilation_changes_the_field_and_no_parameter():
    near, far = DilatedNet(9, rates=[1] * 7), DilatedNet(9)
    assert count(near) == count(far) == 29_249
    seen = [receptive_field(before_upsampling(net.eval()), (320, 320)) for net in (near, far)]
    assert [len(field.rows) for field in seen] == [23 + 4 * 2 * 7, 23 + 4 * 2 * 33] == [79, 287]
    assert seen[1].mask.sum() == 287 * 287


@torch.inference_mode()
def test_the_offset_changes_no_probability_and_keeps_scores_from_being_cut_off():
    torch.manual_seed(0)
    context = nets.build("dilated", 4).eval()
    x = torch.randn(2, 3, 64, 64)
    scores = context.score(context.backbone(x)[4])
    assert scores.min() > 0
    torch.testing.assert_close((scores - OFFSET).softmax(1), context.context(scores).softmax(1))


@torch.inference_mode()
def test_a_new_module_takes_over_a_trained_networks_label_map():
    """Where the winning score is positive, cutting off negative scores changes no winner."""
    torch.manual_seed(0)
    plain = nets.build("dilated", 4, context=None).eval()
    plain.score.bias += 3
    context = nets.build("dilated", 4).eval()
    missing = context.load_state_dict(plain.state_dict(), strict=False)
    assert all(name.startswith("context.") for name in missing.missing_keys) and not missing.unexpected_keys
    x = torch.randn(2, 3, 64, 64)
    torch.testing.assert_close(context(x), plain(x).clamp(min=0))
    assert torch.equal(context(x).argmax(1), plain(x).argmax(1))
