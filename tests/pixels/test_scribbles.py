"""Strokes become labels where the pen went, and void elsewhere."""

import numpy as np
import pytest
from skimage.draw import line

from segedu.labels import VOID
from segedu.pixels import draw_strokes


def test_a_stroke_is_the_line_between_its_corners():
    mask = draw_strokes((20, 30), {3: [[(2, 4), (2, 25), (15, 25)]]}, width=1)
    expected = np.full((20, 30), VOID, dtype=np.uint8)
    expected[line(2, 4, 2, 25)] = 3
    expected[line(2, 25, 15, 25)] = 3
    np.testing.assert_array_equal(mask, expected)


def test_a_wide_pen_covers_its_width_and_keeps_to_its_class():
    mask = draw_strokes((20, 30), {0: [[(5, 0), (5, 29)]], 7: [[(15, 0), (15, 29)]]}, width=5)
    assert (mask[3:8] == 0).all() and (mask[13:18] == 7).all()
    assert (np.delete(mask, [*range(3, 8), *range(13, 18)], axis=0) == VOID).all()


def test_the_later_class_covers_the_earlier():
    strokes = {1: [[(5, 0), (5, 9)]], 2: [[(0, 5), (9, 5)]]}
    assert draw_strokes((10, 10), strokes, width=1)[5, 5] == 2


@pytest.mark.parametrize(
    ("strokes", "message"),
    [
        ({VOID: [[(0, 0), (1, 1)]]}, "found class id 255"),
        ({-1: [[(0, 0), (1, 1)]]}, "found class id -1"),
        ({0: [[(0, 0)]]}, "a stroke of 1 corners"),
        ({0: [[(0, 0), (0, 10)]]}, r"corner \(0, 10\) lies outside the mask of 10 x 10"),
    ],
)
def test_strokes_that_cannot_be_drawn_are_refused(strokes, message):
    with pytest.raises(ValueError, match=message):
        draw_strokes((10, 10), strokes)
