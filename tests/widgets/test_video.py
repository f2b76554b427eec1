"""The clip explorer carries labels as segedu.video does, and says how many are wrong."""

import io

import numpy as np
from PIL import Image

from segedu.data import Clips
from segedu.video import warp_labels
from segedu.widgets import explore_clip

ZOOM = 6  # 64 pixels shown at 384


def shown(picture):
    return np.asarray(Image.open(io.BytesIO(picture.value)).convert("RGB"))[::ZOOM, ::ZOOM]


def test_it_shows_what_the_exact_flow_carries():
    explorer = explore_clip((48, 64))
    clip = Clips(100, size=(48, 64))[13]
    expected = warp_labels(clip[5].mask, clip.flow(8, 5))
    np.testing.assert_array_equal(shown(explorer.carried), Clips.labels.colorize(expected))
    np.testing.assert_array_equal(shown(explorer.frame), clip[8].image)


def test_without_flow_the_labels_are_copied_and_more_are_wrong():
    explorer = explore_clip((48, 64))
    carried = share(explorer)
    explorer.method.value = "none"
    clip = Clips(100, size=(48, 64))[13]
    np.testing.assert_array_equal(shown(explorer.carried), Clips.labels.colorize(clip[5].mask))
    assert share(explorer) > 2 * carried


def share(explorer):
    return float(explorer.text.value.split("%")[0])


def test_what_does_not_come_home_becomes_void_and_less_is_wrong():
    explorer = explore_clip((48, 64))
    before = share(explorer)
    explorer.hide.value = True
    assert share(explorer) < before and "0.0% are void" not in explorer.text.value


def test_the_same_frame_is_right():
    explorer = explore_clip((48, 64))
    explorer.target.value = 5
    assert explorer.text.value.startswith("0.0% of the labelled pixels are wrong; ")


def test_estimated_flow_is_estimated_once():
    explorer = explore_clip((48, 64))
    explorer.target.value, explorer.method.value = 6, "estimated"
    first = explorer.carried.value
    explorer.method.value = "none"
    explorer.method.value = "estimated"
    assert explorer.carried.value == first and len(explorer._flows) == 4
