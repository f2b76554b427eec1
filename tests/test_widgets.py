"""Setting a control changes what an explorer shows, and to the right picture."""

import io

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from segedu.data.scenes import LABELS, Scenes
from segedu.plots import error_map, overlay
from segedu.widgets import explore_overlay, explore_scenes

SAMPLE = Scenes(1, (48, 64))[0]
ZOOM = 6  # 64 pixels shown at 384


def pixels(image: ipywidgets.Image) -> np.ndarray:
    """The picture a widget shows, at its own size."""
    large = np.asarray(Image.open(io.BytesIO(image.value)).convert("RGB"))
    return large[::ZOOM, ::ZOOM]


def test_the_scene_explorer_follows_its_controls():
    explorer = explore_scenes(size=(48, 64))
    for seed, index, domain in ((0, 0, "day"), (0, 3, "day"), (2, 3, "day"), (2, 3, "night")):
        explorer.seed.value, explorer.index.value, explorer.domain.value = seed, index, domain
        sample = Scenes(100, (48, 64), seed=seed, domain=domain)[index]
        np.testing.assert_array_equal(pixels(explorer.picture), sample.image)
        np.testing.assert_array_equal(pixels(explorer.label_map), LABELS.colorize(sample.mask))


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


def test_every_control_has_a_name():
    explorer = explore_overlay(SAMPLE.image, SAMPLE.mask, LABELS, SAMPLE.mask)
    controls = [explorer.opacity, explorer.view, *explorer.classes.values()]
    scenes = explore_scenes((48, 64))
    controls += [scenes.seed, scenes.index, scenes.domain]
    assert all(control.description for control in controls)
