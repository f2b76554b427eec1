"""The pyramid, its taps, and the separable convolution."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from segedu.nets.parts.aspp import ASPP, SummedASPP, valid_taps
from segedu.nets.parts.separable import SeparableConv

sides = st.integers(1, 12)


@given(st.tuples(sides, sides), st.integers(1, 14))
def test_valid_taps_are_those_that_a_convolution_of_ones_counts(size, rate):
    counted = F.conv2d(torch.ones(1, 1, *size), torch.ones(1, 1, 3, 3), padding=rate, dilation=rate)
    assert valid_taps(size, rate) == pytest.approx(counted.mean().item() / 9)


@pytest.mark.parametrize("size", [(5, 7), (1, 1)])
def test_a_rate_beyond_the_map_leaves_the_middle_tap(size):
    assert valid_taps(size, 7) == pytest.approx(1 / 9)


@torch.no_grad()
def test_a_filter_at_too_large_a_rate_is_a_1_x_1_convolution():
    torch.manual_seed(0)
    x, weight = torch.randn(1, 3, 5, 6), torch.randn(4, 3, 3, 3)
    y = F.conv2d(x, weight, padding=6, dilation=6)
    torch.testing.assert_close(y, F.conv2d(x, weight[..., 1:2, 1:2]))


@torch.no_grad()
def test_the_pyramid_stacks_its_branches_and_mixes_them():
    torch.manual_seed(0)
    aspp = ASPP(4, 5, rates=(1, 3)).eval()
    x = torch.randn(2, 4, 6, 7)
    rates = (1, 3)
    branches = [F.conv2d(x, aspp.convs[0][0].weight)]
    branches += [F.conv2d(x, aspp.convs[i + 1][0].weight, padding=r, dilation=r) for i, r in enumerate(rates)]
    branches += [F.conv2d(x.mean((2, 3), keepdim=True), aspp.convs[3][1].weight).expand(-1, -1, 6, 7)]
    eps = (1 + 1e-5) ** 0.5  # a fresh batch normalisation divides by this
    stacked = torch.cat([F.relu(b / eps) for b in branches], dim=1)
    torch.testing.assert_close(aspp(x), F.relu(F.conv2d(stacked, aspp.project[0].weight) / eps))


def test_image_pooling_is_an_option():
    aspp = ASPP(4, 5, rates=(1, 2), image_pooling=False)
    assert len(aspp.convs) == 3
    assert aspp(torch.zeros(1, 4, 3, 3)).shape == (1, 5, 3, 3)  # a training batch of one


def test_version_two_starts_small():
    torch.manual_seed(0)
    branch = SummedASPP(64, 5).branches[0]
    assert branch.weight.std().item() == pytest.approx(0.01, rel=0.1)
    assert not branch.bias.any()


@pytest.mark.parametrize("rates", [(), (0, 1)])
def test_rates_are_checked(rates):
    for make in (lambda: ASPP(4, 4, rates), lambda: SummedASPP(4, 4, rates)):
        with pytest.raises(ValueError, match="rates: found"):
            make()


def test_a_map_without_places_is_an_error():
    with pytest.raises(ValueError, match="at least one row"):
        valid_taps((0, 3), 1)


@torch.no_grad()
def test_a_separable_convolution_is_a_full_one_with_a_filter_of_rank_one():
    torch.manual_seed(0)
    conv = SeparableConv(3, 4, dilation=2, activation_between=False).eval()
    depthwise, pointwise = conv[0].weight, conv[1].weight  # (3, 1, 3, 3), (4, 3, 1, 1)
    x = torch.randn(1, 3, 8, 9)
    full = pointwise * depthwise.transpose(0, 1)  # (4, 3, 3, 3)
    expected = conv[3](conv[2](F.conv2d(x, full, padding=2, dilation=2)))
    torch.testing.assert_close(conv(x), expected)


def test_an_activation_comes_between_the_two_steps_as_an_option():
    assert [type(m).__name__ for m in SeparableConv(3, 4)] == [
        "Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "BatchNorm2d", "ReLU",
    ]  # fmt: skip
    assert len(SeparableConv(3, 4, activation_between=False)) == 4
