"""Moving a mask changes picture and scores as it should."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from segedu.data.scenes import LABELS
from segedu.widgets import explore_shift
from segedu.widgets.metrics_and_losses import BOTH, FALSE, MISSED, UNLABELLED, moved

CITY = np.zeros((48, 64), np.uint8)  # sky, a building of 20 x 10 pixels, a pole of one column, and void below
CITY[10:30, 20:30] = LABELS.id("building")
CITY[10:30, 50] = LABELS.id("pole")
CITY[40:] = 255


def scores(explorer):
    """The numbers shown, by name."""
    return {
        name: float(value) for name, value in re.findall(r"<td>([\w ]+)&ensp;</td><td>([\d.]+)", explorer.scores.value)
    }


def pixels(explorer):
    picture = Image.open(io.BytesIO(explorer.picture.value)).convert("RGB")
    return np.asarray(picture)[::6, ::6]


def test_an_unmoved_mask_is_perfect():
    explorer = explore_shift(CITY, LABELS)
    assert explorer.thing.options == ("sky", "building", "pole")
    assert scores(explorer) == {"pixel accuracy": 1.0, "IoU": 1.0, "Dice": 1.0, "boundary F": 1.0}


def test_a_shift_costs_the_pole_its_iou_and_the_building_little():
    explorer = explore_shift(CITY, LABELS)
    explorer.right.value = 1
    explorer.thing.value = "building"
    assert scores(explorer)["IoU"] == pytest.approx(9 / 11, abs=1e-3)
    assert scores(explorer)["Dice"] == pytest.approx(18 / 20, abs=1e-3)
    explorer.thing.value = "pole"
    assert scores(explorer)["IoU"] == 0.0
    assert scores(explorer)["boundary F"] == 1.0
    assert scores(explorer)["pixel accuracy"] == pytest.approx(1 - 40 / (40 * 64), abs=1e-3)
    explorer.tolerance.value = 0
    assert scores(explorer)["boundary F"] == 0.0


def test_the_picture_shows_what_is_missed_and_what_is_false():
    explorer = explore_shift(CITY, LABELS)
    explorer.thing.value, explorer.right.value = "building", 2
    shown = pixels(explorer)
    assert shown[15, 20].tolist() == list(MISSED)
    assert shown[15, 25].tolist() == list(BOTH)
    assert shown[15, 31].tolist() == list(FALSE)
    assert shown[45, 25].tolist() == list(UNLABELLED)


@pytest.mark.parametrize("grow", [-2, -1, 1, 3])
def test_growing_and_shrinking_equal_scipy(grow):
    truth = LABELS.id("building") == CITY
    distance = ndimage.distance_transform_edt(~truth if grow > 0 else truth)
    expected = distance <= grow if grow > 0 else distance > -grow
    np.testing.assert_array_equal(moved(truth, 0, 0, grow), expected)


def test_what_leaves_the_picture_is_lost_and_does_not_come_in_again():
    truth = LABELS.id("pole") == CITY
    assert moved(truth, 13, 0).sum() == 20
    assert not moved(truth, 14, 0).any()
    assert moved(truth, 0, -15).sum() == 15


def test_every_control_has_a_name():
    explorer = explore_shift(CITY, LABELS)
    controls = (explorer.thing, explorer.right, explorer.down, explorer.grow, explorer.tolerance)
    assert all(control.description for control in controls)


def test_bad_masks_are_refused():
    with pytest.raises(ValueError, match="found ids"):
        explore_shift(CITY + 20 * (CITY == 0).astype(np.uint8), LABELS)
    with pytest.raises(ValueError, match="every pixel is void"):
        explore_shift(np.full((4, 4), 255, np.uint8), LABELS)
