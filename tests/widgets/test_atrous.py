"""The explorer of rates shows what a network with these dilations reaches."""

import io

import numpy as np
import pytest
from PIL import Image
from torch import nn

from segedu.receptive import receptive_field
from segedu.widgets import explore_rates
from segedu.widgets.atrous import NEVER, count_paths


@pytest.mark.parametrize("rates", [(1, 1, 1), (2, 2, 2), (1, 2, 4), (1, 2, 8), (3, 5, 8)])
def test_holes_are_where_no_path_of_a_network_leads(rates):
    explorer = explore_rates()
    explorer.first.value, explorer.second.value, explorer.third.value = rates
    side = 1 + 2 * sum(rates)
    layers = nn.Sequential(*(nn.Conv2d(1, 1, 3, dilation=rate) for rate in rates))
    field = receptive_field(layers, (side, side), at=(0, 0), channels=1)
    np.testing.assert_array_equal(explorer.paths > 0, field.mask)
    assert explorer.paths.sum() == 27**2
    holes = side**2 - field.mask.sum()
    assert f"{side} x {side} pixels; {holes} of its {side**2}" in explorer.text.value


def test_the_picture_has_a_pixel_for_each_place_and_grey_holes():
    explorer = explore_rates((4, 4, 4))
    shown = np.asarray(Image.open(io.BytesIO(explorer.picture.value)).convert("RGB"))
    zoom = len(shown) // len(explorer.paths)
    small = shown[::zoom, ::zoom]
    assert small.shape[:2] == explorer.paths.shape
    grey = (small == NEVER).all(axis=2)
    np.testing.assert_array_equal(grey, explorer.paths == 0)
    assert (small[12, 12].astype(int) > small[0, 0].astype(int))[:2].all()  # most paths: yellow; one: dark blue


def test_a_single_pixel_has_one_path():
    assert count_paths([]).tolist() == [[1]]


def test_every_control_has_a_name():
    explorer = explore_rates()
    assert [c.description for c in (explorer.first, explorer.second, explorer.third)] == ["rate 1", "rate 2", "rate 3"]
