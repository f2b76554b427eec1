"""The rate explorer draws nine taps where they fall, and counts those on the map."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from segedu.nets.parts.aspp import valid_taps
from segedu.widgets import explore_taps
from segedu.widgets.aspp import OFF, ON, STRIDE, draw_taps, taps


def cells(picture: np.ndarray, color: tuple[int, int, int]) -> float:
    """How many cells' worth of pixels have a colour."""
    return (picture == color).all(axis=2).sum() / STRIDE**2


@pytest.mark.parametrize(("rate", "expected"), [(1, 9), (5, 9), (6, 6), (9, 3), (10, 2), (11, 1)])
def test_taps_are_drawn_on_the_picture_or_beside_it(rate, expected):
    black = np.zeros((96, 160, 3), np.uint8)  # a map of 12 x 20
    drawn = draw_taps(black, (6, 10), rate)
    assert cells(drawn, ON) == expected
    assert cells(drawn, OFF) == 9 - expected
    rows, columns = np.nonzero((drawn[128:224, 128:288] == ON).all(axis=2))
    assert rows.min() // STRIDE == min(row for row, _ in taps((6, 10), rate) if row >= 0)
    assert columns.max() // STRIDE == max(column for _, column in taps((6, 10), rate) if column < 20)


def test_taps_beyond_the_margin_are_left_out():
    drawn = draw_taps(np.zeros((32, 32, 3), np.uint8), (0, 0), rate=3, margin=STRIDE)
    assert cells(drawn, ON) == 4
    assert cells(drawn, OFF) == 0


def test_the_text_counts_what_the_picture_shows():
    explorer = explore_taps((96, 128))
    for rate, row, column in ((6, 6, 8), (12, 6, 8), (1, 0, 0), (16, 11, 15)):
        explorer.rate.value, explorer.row.value, explorer.column.value = rate, row, column
        here = int(re.search(r"(\d+) of 9", explorer.text.value)[1])
        share = int(re.search(r"(\d+)%", explorer.text.value)[1])
        drawn = sum(0 <= r < 12 and 0 <= c < 16 for r, c in taps((row, column), rate))
        assert here == drawn
        assert share == round(100 * valid_taps((12, 16), rate))


def test_the_picture_follows_every_control():
    explorer = explore_taps((32, 40))
    assert (explorer.row.max, explorer.column.max) == (3, 4)
    seen = {explorer.picture.value}
    for control, value in ((explorer.rate, 1), (explorer.row, 0), (explorer.column, 1), (explorer.index, 5)):
        control.value = value
        seen.add(explorer.picture.value)
    assert len(seen) == 5
    assert Image.open(io.BytesIO(explorer.picture.value)).width > 256
