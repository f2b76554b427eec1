"""Labels by hand, simulated: exact where all care is taken, and wrong only as the tools are."""

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt
from skimage.morphology import disk, opening

from segedu.data import Scenes
from segedu.data.annotation import brush, polygon, regions, scribbles

MASKS = [sample.mask for sample in Scenes(4, (64, 96), seed=5)]


def by_region(mask):
    return {tuple(np.argwhere(region)[0]): (index, region) for index, region in regions(mask)}


def distance_to_another_class(mask):
    """Of each pixel, to the nearest pixel of another id."""
    distance = np.empty(mask.shape)
    for index in np.unique(mask):
        distance[mask == index] = distance_transform_edt(mask == index)[mask == index]
    return distance


@pytest.mark.parametrize("mask", MASKS)
def test_regions_part_the_picture_and_have_one_class_each(mask):
    total = np.zeros(mask.shape, int)
    for index, region in regions(mask):
        assert (mask[region] == index).all()
        total += region
    assert (total == 1).all()


def test_pixels_that_touch_at_a_corner_are_one_region():
    assert len(by_region(np.eye(4, dtype=np.uint8))) == 2  # the diagonal, and the zeros, which meet across it


@pytest.mark.parametrize("layered", [False, True])
@pytest.mark.parametrize("mask", MASKS)
def test_a_polygon_with_all_corners_is_the_truth(mask, layered):
    assert (polygon(mask, tolerance=0, layered=layered).mask == mask).all()


def test_a_region_with_a_hole_has_two_rings():
    mask = np.zeros((9, 9), np.uint8)
    mask[1:8, 1:8] = 1
    mask[3:6, 3:6] = 2
    drawn = polygon(mask, tolerance=0.5)
    assert (drawn.mask == mask).all() and (drawn.cover == 1).all()
    assert sorted(map(len, drawn.lines))[0] >= 4 and len(drawn.lines) == 5  # 0: two rings, 1: two, 2: one


@pytest.mark.parametrize("tolerance", [1.0, 2.0, 4.0])
def test_a_polygon_strays_no_farther_than_its_tolerance(tolerance):
    for mask in MASKS:
        drawn = polygon(mask, tolerance)
        wrong = (drawn.mask != mask) & (drawn.cover == 1)  # one shape alone is there: its own error
        far = distance_to_another_class(mask) > tolerance + np.sqrt(0.5)
        missed = np.zeros(mask.shape, bool)
        for index, region in regions(mask):
            if not (drawn.mask[region] == index).any():
                missed |= region
        assert not (wrong & far & ~missed).any()


@pytest.mark.parametrize("tolerance", [0.5, 1.0, 2.0])
def test_drawing_under_the_next_region_loses_no_pixel(tolerance):
    apart = [polygon(mask, tolerance) for mask in MASKS]
    under = [polygon(mask, tolerance, layered=True) for mask in MASKS]
    assert sum((a.cover == 0).sum() for a in apart) > 0
    assert sum((u.cover == 0).sum() for u in under) == 0
    assert sum(u.cost for u in under) < sum(a.cost for a in apart)


def test_cover_counts_shapes_and_cost_counts_corners():
    drawn = polygon(MASKS[0], tolerance=2)
    assert ((drawn.cover == 0) <= (drawn.mask == 255)).all()
    assert drawn.cost == sum(len(line) for line in drawn.lines)
    assert drawn.cover.max() >= 2


def test_a_region_less_than_a_triangle_is_missed():
    mask = np.zeros((20, 20), np.uint8)
    mask[10, 10] = 1
    assert (polygon(mask, tolerance=3, layered=True).mask == 0).all()


@pytest.mark.parametrize("mask", MASKS)
def test_single_pixel_brushes_paint_the_truth(mask):
    assert (brush(mask, radius=0).mask == mask).all()


@pytest.mark.parametrize("radius", [1, 2, 5])
def test_a_brush_reaches_what_the_morphological_opening_keeps(radius):
    mask = MASKS[1]
    drawn = brush(mask, radius, largest=radius).mask
    for index in np.unique(mask[mask != 255]):
        expected = np.zeros(mask.shape, bool)
        for found, region in regions(mask):
            if found == index:
                wide = np.pad(region, 2 * radius, mode="edge").astype(np.uint8)
                kept = opening(wide, disk(radius))[2 * radius : -2 * radius, 2 * radius : -2 * radius] > 0
                expected |= kept & region
        np.testing.assert_array_equal(drawn == index, expected)


def test_larger_brushes_first_save_strokes_and_paint_the_same():
    mask = MASKS[2]
    fine, both = brush(mask, radius=1, largest=1), brush(mask, radius=1, largest=8)
    np.testing.assert_array_equal(fine.mask, both.mask)
    assert both.cost < fine.cost


def test_the_cost_of_a_brush_is_area_over_width():
    assert brush(np.zeros((30, 30), np.uint8), radius=2, largest=2).cost == 900 / 5


@pytest.mark.parametrize("every", [300, 10**6])
def test_scribbles_are_right_and_every_region_has_its_strokes(every):
    for mask in MASKS:
        drawn = scribbles(mask, every)
        labelled = drawn.mask != 255
        assert (drawn.mask[labelled] == mask[labelled]).all()
        strokes = 0
        for index, region in regions(mask):
            assert (drawn.mask[region] != 255).any() == (index != 255)
            strokes += (1 + region.sum() // every) * (index != 255)
        assert len(drawn.lines) == strokes


def test_a_scribble_is_an_unbroken_line():
    for line in scribbles(MASKS[0]).lines:
        assert (np.abs(np.diff(line, axis=0)).max(axis=1) == 1).all()


def test_scribbles_follow_their_seed():
    first, again, other = (scribbles(MASKS[0], seed=seed).mask for seed in (0, 0, 1))
    assert (first == again).all() and (first != other).any()


def test_scribbles_keep_away_from_the_border_where_they_can():
    mask = np.zeros((41, 41), np.uint8)
    mask[:, 20:] = 1
    columns = np.nonzero(scribbles(mask, every=100).mask == 0)[1]
    assert columns.max() < 19  # the last column before the boundary is 19


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda m: polygon(m.astype(int)), r"mask: expected \(H, W\) uint8"),
        (lambda m: polygon(m[None]), r"found \(1, 64, 96\) uint8"),
        (lambda m: polygon(m, tolerance=-1), "tolerance: too small, found -1"),
        (lambda m: brush(m, radius=-1), "radius: too small"),
        (lambda m: brush(m, radius=4, largest=2), "largest: found 2"),
        (lambda m: scribbles(m, every=0), "every: too small, found 0, expected 1"),
    ],
)
def test_bad_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw(MASKS[0])
