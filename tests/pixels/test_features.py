"""The filter bank is scikit-image's, its names are right, and its filters are what they say they are."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.feature import hessian_matrix_eigvals, multiscale_basic_features

from segedu.data import Scenes
from segedu.pixels import FilterBank

IMAGE = Scenes(1, (48, 64))[0].image


def test_the_features_are_scikit_images():
    for low, high in ((0.5, 16), (1, 4), (2, 2)):
        ours = FilterBank(low, high)(IMAGE)
        theirs = multiscale_basic_features(IMAGE, sigma_min=low, sigma_max=high, channel_axis=-1)
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == np.float32


@pytest.mark.parametrize("sigma", [1, 4])
@pytest.mark.parametrize("channel", ["red", "green", "blue"])
def test_each_name_stands_on_its_filter(sigma, channel):
    bank = FilterBank(0.5, 16)
    plane = IMAGE[..., ("red", "green", "blue").index(channel)].astype(np.float32) / 255
    blurred = ndimage.gaussian_filter(plane, sigma, mode="nearest", truncate=4)
    gradient = [ndimage.sobel(blurred, axis) / 4 for axis in (0, 1)]
    rows, columns = np.gradient(blurred)
    second = [np.gradient(rows, axis=0), np.gradient(rows, axis=1), np.gradient(columns, axis=1)]
    high, low = hessian_matrix_eigvals(second)
    expected = {
        "blur": blurred,
        "edge": np.sqrt((gradient[0] ** 2 + gradient[1] ** 2) / 2),
        "hessian high": high,
        "hessian low": low,
    }
    features = bank(IMAGE)
    for name, values in expected.items():
        place = bank.names.index(f"{channel} {name} {sigma}")
        np.testing.assert_allclose(features[..., place], values, atol=2e-6)


@pytest.mark.parametrize(
    "options",
    [{}, {"row": True}, {"texture": False}, {"intensity": False, "edges": False}, {"sigma_min": 1, "sigma_max": 3}],
)
def test_there_is_one_name_a_feature_and_no_two_are_equal(options):
    bank = FilterBank(**options)
    assert bank(IMAGE).shape == (48, 64, len(bank.names))
    assert len(set(bank.names)) == len(bank.names)


def test_the_scales_double_and_end_at_the_largest():
    assert FilterBank(0.5, 16).sigmas == (0.5, 1, 2, 4, 8, 16)
    assert FilterBank(1, 7).sigmas == (1, 2, 4)
    assert FilterBank(0.1, 0.8).sigmas == pytest.approx((0.1, 0.2, 0.4, 0.8))


def test_scales_that_end_between_two_octaves_are_those_of_the_names():
    bank = FilterBank(1, 7)
    np.testing.assert_array_equal(bank(IMAGE), FilterBank(1, 4)(IMAGE))


def test_the_row_runs_from_0_at_the_top_to_1_at_the_bottom():
    row = FilterBank(sigma_max=0.5, row=True)(IMAGE)[..., -1]
    np.testing.assert_allclose(row, np.repeat(np.linspace(0, 1, 48)[:, None], 64, axis=1), atol=1e-6)


@pytest.mark.parametrize(("sigma", "reach"), [(4, 18), (8, 34)])
def test_a_feature_sees_4_sigma_and_2_pixels_far(sigma, reach):
    black = np.zeros((9, 121, 3), dtype=np.uint8)
    dot = black.copy()
    dot[4, 60] = 255
    bank = FilterBank(sigma, sigma)
    changed = np.flatnonzero((bank(dot) != bank(black)).any(axis=(0, 2)))
    assert 60 - changed.min() == changed.max() - 60 == reach


@pytest.mark.parametrize(
    "image",
    [IMAGE[..., 0], IMAGE[..., :2], IMAGE / 255, np.concatenate([IMAGE, IMAGE[..., :1]], -1)],
    ids=["grey", "two channels", "floats", "four channels"],
)
def test_a_picture_of_another_kind_is_refused_with_what_was_found(image):
    with pytest.raises(ValueError, match=r"image: found shape \(48, 64.*expected \(H, W, 3\) uint8"):
        FilterBank()(image)


def test_a_picture_too_small_for_a_derivative_is_refused():
    with pytest.raises(ValueError, match="found 1 x 64 pixels, expected 2 x 2 or more"):
        FilterBank()(IMAGE[:1])


@pytest.mark.parametrize("scales", [(0, 4), (-1, 4), (4, 2), (1, float("inf")), (float("nan"), 2)])
def test_scales_out_of_order_are_refused(scales):
    with pytest.raises(ValueError, match="sigma_min, sigma_max: found"):
        FilterBank(*scales)


def test_a_bank_without_a_filter_is_refused():
    with pytest.raises(ValueError, match="all are False"):
        FilterBank(intensity=False, edges=False, texture=False, row=True)
