"""The draw takes labelled pixels only, none twice, and as many of each class as was asked for."""

import numpy as np
import pytest

from segedu.data import Scenes
from segedu.labels import VOID
from segedu.pixels import sample_pixels

MASKS = [sample.mask for sample in Scenes(6, (48, 64))]


def drawn_ids(drawn, masks=MASKS):
    return np.concatenate([masks[i].ravel()[places] for i, places in drawn.items()])


def test_with_power_1_every_class_gives_as_many_or_all_it_has():
    have = np.bincount(np.concatenate([mask.ravel() for mask in MASKS]), minlength=256)[:VOID]
    got = np.bincount(drawn_ids(sample_pixels(MASKS, 200, power=1)), minlength=255)
    assert (have[have > 0] < 200).any() and (have > 200).any()
    np.testing.assert_array_equal(got, np.minimum(have, 200))


@pytest.mark.parametrize("power", [0, 0.5])
def test_the_classes_are_drawn_by_their_share_to_the_power(power):
    mask = np.repeat([0, 1, 2], [9000, 900, 100]).astype(np.uint8).reshape(100, 100)
    got = np.bincount(drawn_ids(sample_pixels([mask], 30, power=power), [mask]))
    share = np.array([0.9, 0.09, 0.01]) ** (1 - power)
    np.testing.assert_allclose(got, 90 * share / share.sum(), atol=1)


def test_no_pixel_is_drawn_twice_and_none_is_void():
    for places in (drawn := sample_pixels(MASKS, 500, power=0.5)).values():
        assert (np.diff(places) > 0).all() and places.min() >= 0 and places.max() < 48 * 64
    assert VOID not in drawn_ids(drawn)


def test_asking_for_more_than_there_is_gives_all_labelled_pixels():
    drawn = sample_pixels(MASKS, 10**6, power=1)
    assert sum(map(len, drawn.values())) == sum(int((mask != VOID).sum()) for mask in MASKS)


def test_the_seed_decides_the_draw():
    one, same, other = (sample_pixels(MASKS, 20, seed=seed) for seed in (0, 0, 1))
    assert all(np.array_equal(one[i], same[i]) for i in one)
    assert any(not np.array_equal(one[i], other.get(i)) for i in one)


def test_masks_of_different_sizes_may_be_mixed():
    masks = [np.zeros((2, 3), dtype=np.uint8), np.full((4, 4), VOID, dtype=np.uint8), np.ones((1, 5), dtype=np.uint8)]
    drawn = sample_pixels(masks, 100, power=1)
    assert {i: places.tolist() for i, places in drawn.items()} == {0: [0, 1, 2, 3, 4, 5], 2: [0, 1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("options", "message"),
    [({"pixels": 0}, "pixels: found 0"), ({"pixels": 5, "power": 2}, "power: found 2")],
)
def test_options_out_of_range_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        sample_pixels(MASKS, **options)


def test_masks_without_a_label_are_refused():
    with pytest.raises(ValueError, match="every pixel is void"):
        sample_pixels([np.full((4, 4), VOID, dtype=np.uint8)], 5)
