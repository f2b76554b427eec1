"""The elastic explorer shows what `Elastic` does, for every setting of its controls."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from segedu.data.elastic import Elastic, deform
from segedu.data.scenes import LABELS, Scenes
from segedu.widgets import explore_elastic
from segedu.widgets.unet import LINE, with_lines

SAMPLE = Scenes(1, (48, 64))[0]
ZOOM = 6  # 64 pixels shown at 384


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image.value)).convert("RGB"))[::ZOOM, ::ZOOM]


def expected(std, grid, seed, image):
    field = Elastic(std, grid).displacements(1, (48, 64), torch.Generator().manual_seed(seed))
    images = torch.from_numpy(image.copy()).permute(2, 0, 1)[None]
    bent, ids = deform(images, torch.from_numpy(SAMPLE.mask.copy())[None], field)
    return bent[0].permute(1, 2, 0).round().byte().numpy(), LABELS.colorize(ids[0].numpy())


def test_the_explorer_follows_its_controls():
    explorer = explore_elastic(SAMPLE.image, SAMPLE.mask, LABELS)
    explorer.lines.value = False
    for std, grid, seed in ((0, 3, 0), (6, 3, 0), (6, 5, 0), (6, 5, 4)):
        explorer.std.value, explorer.grid.value, explorer.seed.value = std, grid, seed
        picture, label_map = expected(std, grid, seed, SAMPLE.image)
        np.testing.assert_array_equal(pixels(explorer.picture), picture)
        np.testing.assert_array_equal(pixels(explorer.label_map), label_map)


def test_without_strength_the_sample_is_shown():
    explorer = explore_elastic(SAMPLE.image, SAMPLE.mask, LABELS)
    explorer.lines.value, explorer.std.value = False, 0
    np.testing.assert_array_equal(pixels(explorer.picture), SAMPLE.image)
    np.testing.assert_array_equal(pixels(explorer.label_map), LABELS.colorize(SAMPLE.mask))


def test_the_lines_are_bent_along():
    explorer = explore_elastic(SAMPLE.image, SAMPLE.mask, LABELS, spacing=8)
    explorer.std.value = 4
    picture, _ = expected(4, 3, 0, with_lines(SAMPLE.image, 8))
    np.testing.assert_array_equal(pixels(explorer.picture), picture)
    assert (with_lines(SAMPLE.image, 8)[4] == LINE).all()


def test_every_control_has_a_name():
    explorer = explore_elastic(SAMPLE.image, SAMPLE.mask, LABELS)
    assert all(c.description for c in (explorer.std, explorer.grid, explorer.seed, explorer.lines))


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="like its image"):
        explore_elastic(SAMPLE.image, SAMPLE.mask[1:], LABELS)
