"""The annotation explorer shows what its tool draws, and says what it cost."""

import io

import numpy as np
import pytest
from PIL import Image

from segedu.data.annotation import Annotation, brush, polygon, scribbles
from segedu.data.scenes import LABELS, Scenes
from segedu.widgets import explore_annotation
from segedu.widgets.data import CARE, ZOOM, compare, draw_annotation

SIZE = (48, 64)
SAMPLE = Scenes(8, SIZE)[7]


@pytest.mark.parametrize(
    ("tool", "care", "expected"),
    [
        ("polygon", 1, polygon(SAMPLE.mask, 8.0, layered=True)),
        ("polygon", 5, polygon(SAMPLE.mask, 0.5, layered=True)),
        ("brush", 2, brush(SAMPLE.mask, 4)),
        ("scribbles", 3, scribbles(SAMPLE.mask, 1000)),
    ],
)
def test_the_explorer_shows_what_the_tool_draws(tool, care, expected):
    explorer = explore_annotation(SIZE)
    explorer.tool.value, explorer.care.value = tool, care
    np.testing.assert_array_equal(explorer.annotation.mask, expected.mask)
    picture = np.asarray(Image.open(io.BytesIO(explorer.picture.value)).convert("RGB"))
    drawn = draw_annotation(SAMPLE.image, expected)
    np.testing.assert_array_equal(picture[::2, ::2], drawn)  # 4 x 64 pixels, enlarged to 512
    assert f" {expected.cost} {'clicks' if tool == 'polygon' else 'pixels of strokes'};" in explorer.text.value


def test_another_picture_is_annotated_anew():
    explorer = explore_annotation(SIZE)
    before = explorer.annotation.mask
    explorer.index.value = 3
    assert (explorer.annotation.mask != before).any()


@pytest.mark.parametrize("tool", CARE)
def test_more_care_costs_more_and_labels_are_no_worse(tool):
    masks = [s.mask for s in Scenes(3, SIZE)]
    costs = [sum(draw(mask).cost for mask in masks) for _, draw in CARE[tool]]
    assert costs == sorted(costs) and costs[0] < costs[-1]
    right = [np.mean([(draw(mask).mask == mask).mean() for mask in masks]) for _, draw in CARE[tool]]
    assert right == sorted(right) and right[0] < right[-1]


def test_sides_of_a_polygon_are_black_and_lie_on_its_corners():
    square = np.array([[9.5, 19.5], [9.5, 39.5], [29.5, 39.5], [29.5, 19.5]])
    mask = np.full(SIZE, 255, np.uint8)
    drawn = draw_annotation(np.full((*SIZE, 3), 200, np.uint8), Annotation(mask, mask * 0, 4, (square,)))
    rows, columns = np.nonzero((drawn == 0).all(-1))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == tuple(ZOOM * v for v in (10, 30, 20, 40))
    assert (drawn[15 * ZOOM, 30 * ZOOM] == 200).all()


def test_pixels_of_a_scribble_are_coloured_and_not_joined():
    drawn = scribbles(SAMPLE.mask)
    shown = draw_annotation(SAMPLE.image, drawn, alpha=1.0)[::ZOOM, ::ZOOM]
    line = drawn.mask != 255
    np.testing.assert_array_equal(shown[line], LABELS.colorize(drawn.mask)[line])
    np.testing.assert_array_equal(shown[~line], SAMPLE.image[~line])


def test_labels_are_compared_with_the_truth_where_there_are_any():
    truth = np.array([[0, 0, 1, 1]], np.uint8)
    share, miou = compare(np.array([[0, 1, 1, 255]], np.uint8), truth)
    assert share == 0.75 and miou == pytest.approx(0.5)  # each class: one right, one more in the union
    assert np.isnan(compare(np.full((1, 4), 255, np.uint8), truth)[1])


def test_every_control_has_a_name():
    explorer = explore_annotation(SIZE)
    assert all(control.description for control in (explorer.tool, explorer.care, explorer.index))
