"""The pooling explorer shows the cells that a bin takes, and what PyTorch makes of them."""

import io

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image

from segedu.data import Scenes
from segedu.widgets import explore_pooling
from segedu.widgets.pspnet import DIM, bin_edges, pooled

SIZE = (48, 64)  # 6 x 8 cells
ZOOM = 6  # 64 pixels shown at 384


def shown(picture):
    return np.asarray(Image.open(io.BytesIO(picture.value)).convert("RGB"))[::ZOOM, ::ZOOM]


@pytest.mark.parametrize("pool", [F.adaptive_avg_pool1d, F.adaptive_max_pool1d])
@pytest.mark.parametrize(("size", "bins"), [(12, 6), (16, 6), (7, 3), (13, 5), (4, 6), (1, 3), (9, 1)])
def test_the_edges_are_those_of_pytorch(size, bins, pool):
    values = torch.randn(1, 1, size, generator=torch.Generator().manual_seed(0))
    reduce = torch.mean if pool is F.adaptive_avg_pool1d else torch.max
    by_hand = [reduce(values[0, 0, list(cells)]) for cells in bin_edges(size, bins)]
    torch.testing.assert_close(torch.stack(by_hand), pool(values, bins)[0, 0])


def test_the_chosen_bin_is_lit_and_the_rest_is_dark():
    explorer = explore_pooling(SIZE)
    explorer.bins.value, explorer.place.value = 3, 5  # second row, third column
    picture = Scenes(4, SIZE)[3].image
    inside = np.zeros(SIZE, bool)
    inside[16:32, 40:64] = True  # cells 2 to 3 and 5 to 7
    expected = np.where(inside[..., None], picture, (DIM * picture).round())
    np.testing.assert_array_equal(shown(explorer.taken), expected)
    assert "rows 2 to 3 and columns 5 to 7" in explorer.text.value
    assert "6 x 8 cells" in explorer.text.value


def test_one_bin_spreads_one_colour_the_mean_of_the_picture():
    explorer = explore_pooling(SIZE)
    explorer.bins.value = 1
    spread = shown(explorer.spread)
    assert (spread == spread[0, 0]).all()
    assert spread[0, 0] == pytest.approx(Scenes(4, SIZE)[3].image.mean(axis=(0, 1)), abs=0.51)
    explorer.pooling.value = "max"
    assert (shown(explorer.spread)[0, 0] > spread[0, 0]).all()


def test_fewer_bins_bring_the_chosen_one_back_in():
    explorer = explore_pooling(SIZE)
    explorer.bins.value = 6
    explorer.place.value = 35
    explorer.bins.value = 2
    assert (explorer.place.value, explorer.place.max) == (3, 3)


def test_pictures_of_odd_size_keep_it():
    assert pooled(np.zeros((33, 47, 3), np.uint8), 6, "max").shape == (33, 47, 3)


def test_every_control_has_a_name():
    explorer = explore_pooling(SIZE)
    assert all(c.description for c in (explorer.index, explorer.bins, explorer.pooling, explorer.place))
