"""The overlay explorer shows truth, prediction and errors."""

import io

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from segedu.data.scenes import LABELS, Scenes
from segedu.plots import error_map, overlay
from segedu.widgets import explore_overlay

SAMPLE = Scenes(1, (48, 64))[0]
ZOOM = 6  # 64 pixels shown at 384


def pixels(image: ipywidgets.Image) -> np.ndarray:
    """The picture a widget shows, at its own size."""
    large = np.asarray(Image.open(io.BytesIO(image.value)).convert("RGB"))
    return large[::ZOOM, ::ZOOM]


def test_the_overlay_explorer_switches_classes_and_opacity():
    explorer = explore_overlay(SAMPLE.image, SAMPLE.mask, LABELS)
    assert set(explorer.classes) == {LABELS.names[i] for i in np.unique(SAMPLE.mask) if i != 255}
    assert explorer.view.options == ("truth",)
    explorer.opacity.value = 1.0
    np.testing.assert_array_equal(pixels(explorer.picture), overlay(SAMPLE.image, SAMPLE.mask, LABELS, 1.0))
    explorer.classes["sky"].value = False
    sky = SAMPLE.mask == LABELS.id("sky")
    np.testing.assert_array_equal(pixels(explorer.picture)[sky], SAMPLE.image[sky])
    explorer.opacity.value = 0.0
    np.testing.assert_array_equal(pixels(explorer.picture), SAMPLE.image)


def test_the_overlay_explorer_shows_prediction_and_errors():
    prediction = np.roll(SAMPLE.mask, 5, axis=0)
    explorer = explore_overlay(SAMPLE.image, SAMPLE.mask, LABELS, prediction)
    explorer.view.value = "prediction"
    np.testing.assert_array_equal(pixels(explorer.picture), overlay(SAMPLE.image, prediction, LABELS, 0.6))
    explorer.view.value = "errors"
    np.testing.assert_array_equal(pixels(explorer.picture), error_map(SAMPLE.image, SAMPLE.mask, prediction))


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="like its image"):
        explore_overlay(SAMPLE.image, SAMPLE.mask, LABELS, SAMPLE.mask[1:])
