"""The guide explorer: shares in cells, and joint bilateral upsampling against its formula."""

import io

import numpy as np
import pytest
from PIL import Image

from segedu.data import Scenes
from segedu.widgets import explore_guide
from segedu.widgets.fastfcn import REACH, cell_shares, guided_upsample


def test_shares_by_hand():
    mask = np.array([[0, 1, 2, 2], [0, 0, 2, 255]], np.uint8)
    assert cell_shares(mask, 3, 2)[:, 0].tolist() == [[0.75, 0], [0.25, 0], [0, 0.75]]


def test_a_last_cell_that_is_cut_off_counts_what_it_has():
    assert cell_shares(np.ones((3, 5), np.uint8), 2, 2)[1].tolist() == [[1, 1, 1], [1, 1, 1]]


def by_hand(coarse, guide, stride, tolerance, row, column):
    total = mass = 0
    for r in range(coarse.shape[1]):
        for c in range(coarse.shape[2]):
            if max(abs(r - row // stride), abs(c - column // stride)) > REACH:
                continue
            middle = guide[
                min(r * stride + stride // 2, len(guide) - 1), min(c * stride + stride // 2, guide.shape[1] - 1)
            ]
            apart = ((row + 0.5) / stride - r - 0.5) ** 2 + ((column + 0.5) / stride - c - 0.5) ** 2
            unlike = ((guide[row, column].astype(float) - middle) ** 2).sum() / tolerance**2
            weight = np.exp(-(apart + unlike) / 2)
            total, mass = total + weight * coarse[:, r, c], mass + weight
    return total / mass


@pytest.mark.parametrize("tolerance", [15.0, 300.0, np.inf])
@pytest.mark.parametrize("size", [(24, 32), (21, 30)])
def test_it_is_the_formula(size, tolerance):
    generator = np.random.default_rng(0)
    guide = generator.integers(0, 256, (*size, 3), dtype=np.uint8)
    coarse = generator.random((3, 6, 8))
    found = guided_upsample(coarse, guide, 4, tolerance)
    for row, column in ((0, 0), (size[0] - 1, size[1] - 1), (11, 17), (5, 29)):
        np.testing.assert_allclose(found[:, row, column], by_hand(coarse, guide, 4, tolerance, row, column))


def test_a_guide_keeps_an_edge_that_distance_blurs():
    guide = np.zeros((16, 16, 3), np.uint8)
    guide[:, 5:] = 200
    mask = (guide[..., 0] > 0).astype(np.uint8)
    coarse = cell_shares(mask, 2, 4)
    plain, guided = (guided_upsample(coarse, guide, 4, t).argmax(axis=0) for t in (np.inf, 20))
    assert np.array_equal(guided, mask) and not np.array_equal(plain, mask)


def test_on_scenes_the_guide_is_worth_its_price():
    right = {np.inf: [], 20: []}
    for sample in Scenes(10, seed=3):
        known, coarse = sample.mask != 255, cell_shares(sample.mask, 9, 8)
        for tolerance, shares in right.items():
            answer = guided_upsample(coarse, sample.image, 8, tolerance).argmax(axis=0)
            shares.append((answer == sample.mask)[known].mean())
    assert np.mean(right[20]) > np.mean(right[np.inf]) + 0.02


def test_the_explorer_follows_its_controls():
    explorer = explore_guide((48, 64))
    first = explorer.guided.value
    explorer.tolerance.value = 1000
    assert explorer.guided.value != first
    left, right = (np.asarray(Image.open(io.BytesIO(one.value))) for one in (explorer.coarse, explorer.guided))
    assert (left == right).mean() > 0.99, "a guide that tolerates everything is none"
    explorer.stride.value = 32
    assert "From 2 x 2 cells" in explorer.text.value


def test_cells_that_do_not_fit_are_an_error():
    with pytest.raises(ValueError, match=r"found \(3, 4\) cells, expected \(2, 4\)"):
        guided_upsample(np.zeros((2, 3, 4)), np.zeros((8, 16, 3), np.uint8), 4, 20)
