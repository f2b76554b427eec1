"""The field explorer shows the field that its controls describe, at its true size."""

import io

import numpy as np
import pytest
from PIL import Image

from segedu.data import Scenes
from segedu.widgets import explore_field
from segedu.widgets.convolution_and_receptive_field import DIM, spotlight

SIZE = (48, 64)
ZOOM = 6  # 64 pixels shown at 384


def lit(explorer, picture) -> tuple[int, int]:
    """Rows and columns of the picture that are shown as bright as they are."""
    shown = np.asarray(Image.open(io.BytesIO(explorer.picture.value)).convert("RGB"))[::ZOOM, ::ZOOM]
    bright = (shown == picture).all(axis=2) & (picture.max(axis=2) > 3)
    np.testing.assert_array_equal(shown[~bright], (DIM * picture[~bright].astype(float)).round())
    return int(bright.any(axis=1).sum()), int(bright.any(axis=0).sum())


@pytest.mark.parametrize(
    ("layers", "strided", "dilation", "side", "stride"),
    [(1, 0, 1, 3, 1), (5, 0, 1, 11, 1), (5, 0, 4, 41, 1), (4, 2, 1, 23, 4), (3, 5, 8, 15, 8), (12, 5, 8, 3647, 32)],
)
def test_the_lit_square_is_the_field(layers, strided, dilation, side, stride):
    explorer = explore_field(SIZE)
    explorer.layers.value, explorer.strided.value, explorer.dilation.value = layers, strided, dilation
    explorer.index.value = 7
    assert (explorer.field.size, explorer.field.stride) == (side, stride)
    assert lit(explorer, Scenes(8, SIZE)[7].image) == tuple(min(side, pixels) for pixels in SIZE)
    assert f"{side} x {side} pixels" in explorer.text.value
    assert f" {stride} further on" in explorer.text.value


def test_the_spotlight_is_in_the_middle():
    picture = np.full((7, 9, 3), 100, np.uint8)
    rows, columns = np.nonzero(spotlight(picture, 3)[..., 0] == 100)
    assert (set(rows.tolist()), set(columns.tolist())) == ({2, 3, 4}, {3, 4, 5})


def test_every_control_has_a_name():
    explorer = explore_field(SIZE)
    assert all(c.description for c in (explorer.layers, explorer.strided, explorer.dilation, explorer.index))
