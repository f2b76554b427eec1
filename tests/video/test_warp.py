"""Warping: closed forms, an independent implementation, and flows that do not fit."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from segedu.video import compose, warp_image, warp_labels


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (12, 17, 3), dtype=np.uint8)


@pytest.fixture
def mask():
    return np.random.default_rng(1).integers(0, 9, (12, 17), dtype=np.uint8)


def shift(columns, rows, dtype=np.float32, size=(12, 17)):
    return np.broadcast_to(np.array([columns, rows], dtype), (*size, 2)).copy()


def test_no_motion_is_the_identity(image, mask):
    for dtype in (np.float32, np.float64):
        assert np.array_equal(warp_labels(mask, shift(0, 0, dtype)), mask)
        assert np.array_equal(warp_image(image, shift(0, 0, dtype)), image)


@pytest.mark.parametrize(("columns", "rows"), [(3, 0), (0, -2), (-5, 4)])
def test_whole_pixels_are_rolled(image, mask, columns, rows):
    inside = np.zeros(mask.shape, bool)
    inside[max(-rows, 0) : 12 - max(rows, 0), max(-columns, 0) : 17 - max(columns, 0)] = True
    labels, picture = warp_labels(mask, shift(columns, rows)), warp_image(image, shift(columns, rows))
    assert np.array_equal(labels[inside], np.roll(mask, (-rows, -columns), (0, 1))[inside])
    assert np.array_equal(picture[inside], np.roll(image, (-rows, -columns), (0, 1))[inside])
    assert (labels[~inside] == 255).all() and not picture[~inside].any()


def test_pictures_are_bilinear_as_grid_sample_is():
    generator = np.random.default_rng(2)
    image, flow = generator.random((12, 17, 3)), generator.normal(0, 3, (12, 17, 2))
    grid = torch.tensor(np.indices((12, 17))[::-1].copy()).permute(1, 2, 0) + torch.tensor(flow)
    grid = grid / torch.tensor([16.0, 11.0]) * 2 - 1
    theirs = F.grid_sample(torch.tensor(image).permute(2, 0, 1)[None], grid[None], align_corners=True)
    np.testing.assert_allclose(warp_image(image, flow), theirs[0].permute(1, 2, 0), atol=1e-12)


def test_labels_are_never_mixed(mask):
    flow = np.random.default_rng(3).normal(0, 4, (12, 17, 2))
    assert set(np.unique(warp_labels(mask * 20, flow))) <= {*(20 * np.arange(9)), 255}


def test_labels_are_nearest_as_grid_sample_s_away_from_ties(mask):
    flow = np.random.default_rng(4).normal(0, 2, (12, 17, 2))
    grid = torch.tensor(np.indices((12, 17))[::-1].copy()).permute(1, 2, 0) + torch.tensor(flow)
    grid = grid / torch.tensor([16.0, 11.0]) * 2 - 1
    shifted = torch.tensor(mask.astype(float) + 1)[None, None]
    theirs = F.grid_sample(shifted, grid[None], mode="nearest", align_corners=True)[0, 0].numpy() - 1
    found = warp_labels(mask, flow)
    assert np.array_equal(found[found != 255], theirs[found != 255]) and (theirs[found == 255] == -1).all()


def test_void_is_carried_along(mask):
    mask[4:6, 7:9] = 255
    assert (warp_labels(mask, shift(1, 0))[4:6, 6:8] == 255).all()


def test_bytes_stay_bytes_and_are_rounded():
    image = np.array([[[0, 0, 0], [255, 1, 3]]], np.uint8)
    half = np.full((1, 2, 2), (0.5, 0.0), np.float32)
    assert warp_image(image, half)[0, 0].tolist() == [128, 0, 2]  # halves go to the even number


def test_two_shifts_are_their_sum():
    np.testing.assert_allclose(compose(shift(2, 1), shift(-0.5, 3)), shift(1.5, 4))


def test_the_second_flow_is_taken_where_the_first_one_ends():
    second = np.zeros((12, 17, 2))
    second[5, 9] = (4, -2)
    found = compose(shift(2, 1), second)
    assert found[4, 7].tolist() == [6, -1] and found[5, 9].tolist() == [2, 1]


@pytest.mark.parametrize("warp", [warp_image, warp_labels])
def test_a_flow_of_another_size_is_an_error(mask, warp):
    with pytest.raises(ValueError, match=r"flow: found shape \(12, 16, 2\), expected \(12, 17, 2\)"):
        warp(mask, shift(0, 0, size=(12, 16)))
    with pytest.raises(ValueError, match="columns and rows to go"):
        warp(mask, shift(0, 0).transpose(2, 0, 1))


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("warp", [warp_image, warp_labels, lambda mask, flow: compose(flow, flow)])
def test_a_flow_that_is_no_number_is_an_error(mask, warp, value):
    flow = shift(0, 0)
    flow[3, 4, 1] = value
    with pytest.raises(ValueError, match="1 of 204 pixels have NaN or infinity"):
        warp(mask, flow)
