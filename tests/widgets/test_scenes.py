"""The scene explorer follows its controls."""

import io

import ipywidgets
import numpy as np
from PIL import Image

from segedu.data.scenes import LABELS, Scenes
from segedu.widgets import explore_scenes

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
