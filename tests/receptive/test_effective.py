"""The effective field: closed forms, and what it must lie in."""

import numpy as np
import pytest
import torch
from torch import nn

from segedu.receptive import effective_field, receptive_field, side


def conv(kernel, stride=1, dilation=1, padding=0):
    return nn.Conv2d(1, 1, kernel, stride, padding, dilation)


@pytest.mark.parametrize("depth", [2, 6, 12])
def test_with_equal_weights_the_effective_field_is_the_binomial_of_the_paths(depth):
    net = nn.Sequential(*(conv(3, padding=1) for _ in range(depth)))
    for parameter in net.parameters():
        nn.init.constant_(parameter, 1 / 9 if parameter.ndim > 1 else 0)
    measured = effective_field(net, torch.rand(2, 1, 41, 41))
    paths = np.ones(1)
    for _ in range(depth):
        paths = np.convolve(paths, np.ones(3) / 3)
    expected = np.pad(np.outer(paths, paths), 20 - depth)
    np.testing.assert_allclose(measured, expected, atol=1e-6)
    # A sum of `depth` independent steps: the variance of each is (3^2 - 1) / 12.
    places = np.arange(41) - 20
    assert np.isclose((measured.sum(axis=0) * places**2).sum(), depth * (3**2 - 1) / 12, rtol=1e-4)


def test_the_effective_field_lies_inside_the_theoretical_one_and_batches_do_not_matter(branches):
    torch.manual_seed(0)
    net, pictures = branches, torch.randn(5, 3, 32, 32)
    field = effective_field(net, pictures)
    assert np.isclose(field.sum(), 1)
    assert not field[~receptive_field(net, (32, 32)).mask].any()
    np.testing.assert_allclose(field, effective_field(net, pictures, batch_size=2), rtol=1e-4, atol=1e-9)


def test_the_side_holds_its_share_and_no_smaller_square_does():
    field = np.random.RandomState(0).rand(21, 21) ** 4 * np.outer(np.hanning(21), np.hanning(21))
    row, column = (round((places * field).sum() / field.sum()) for places in np.indices(field.shape))

    def held(width):
        half = width // 2
        return field[row - half : row + half + 1, column - half : column + half + 1].sum() / field.sum()

    width = side(field, 0.8)
    assert held(width) >= 0.8 > held(width - 2)
