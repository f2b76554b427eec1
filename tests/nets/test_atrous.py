"""Atrous convolution by zeros and by deinterlacing: exactly what PyTorch computes with ``dilation=``."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from segedu.nets.atrous import conv_by_deinterlacing, conv_by_zeros, deinterlace, insert_zeros, interlace


@settings(max_examples=60, deadline=None)
@given(
    rate=st.integers(1, 5), kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    more=st.tuples(st.integers(0, 9), st.integers(0, 9)), channels=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    n=st.integers(1, 3), seed=st.integers(0, 99),
)  # fmt: skip
def test_both_ways_are_exactly_dilation(rate, kernel, more, channels, n, seed):
    """Whole numbers, so that the order of sums does not matter; any size from the filter's span on, odd or not."""
    generator = torch.Generator().manual_seed(seed)
    rows, columns = (rate * (k - 1) + 1 + m for k, m in zip(kernel, more, strict=True))
    x = torch.randint(-9, 10, (n, channels[0], rows, columns), generator=generator).double()
    weight = torch.randint(-9, 10, (channels[1], channels[0], *kernel), generator=generator).double()
    expected = F.conv2d(x, weight, dilation=rate)
    assert torch.equal(conv_by_zeros(x, weight, rate), expected)
    assert torch.equal(conv_by_deinterlacing(x, weight, rate), expected)


@given(rate=st.integers(1, 4), shape=st.tuples(*[st.integers(1, 3)] * 4))
def test_interlacing_undoes_deinterlacing(rate, shape):
    n, channels, h, w = shape
    x = torch.randn(n, channels, rate * h, rate * w)
    maps = deinterlace(x, rate)
    assert maps.shape == (rate * rate * n, channels, h, w)
    assert torch.equal(interlace(maps, rate), x)


def test_the_filter_has_as_many_weights_as_before():
    weight = torch.randn(2, 3, 3, 3)
    spread = insert_zeros(weight, 4)
    assert spread.shape == (2, 3, 9, 9)
    assert torch.equal(spread[spread != 0].sort().values, weight.flatten().sort().values)


def test_gradients_are_those_of_dilation():
    x, weight = torch.randn(2, 2, 11, 13, dtype=torch.double), torch.randn(3, 2, 3, 3, dtype=torch.double)
    gradients = []
    for way in (conv_by_zeros, conv_by_deinterlacing, lambda x, w, rate: F.conv2d(x, w, dilation=rate)):
        leaves = [t.clone().requires_grad_() for t in (x, weight)]
        gradients.append(torch.autograd.grad(way(*leaves, 3).square().sum(), leaves))
    for other in gradients[:2]:
        torch.testing.assert_close(other, gradients[2])


def test_a_size_that_does_not_divide_says_what_to_do():
    with pytest.raises(ValueError, match="found 7 x 8 pixels, expected multiples of the rate 2"):
        deinterlace(torch.zeros(1, 1, 7, 8), 2)


@pytest.mark.parametrize("rate", [0, -1, 1.5])
@pytest.mark.parametrize("function", [insert_zeros, deinterlace, interlace])
def test_a_rate_below_one_is_an_error(function, rate):
    with pytest.raises(ValueError, match=f"rate: found {rate}"):
        function(torch.zeros(1, 1, 4, 4), rate)
