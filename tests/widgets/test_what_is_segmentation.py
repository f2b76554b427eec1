"""The explorer of views shows what each task answers, for the picture that its controls ask for."""

import io

import numpy as np
import pytest
from PIL import Image

from segedu.data.sample import Sample
from segedu.data.scenes import LABELS, Scenes
from segedu.widgets import explore_views
from segedu.widgets.what_is_segmentation import ZOOM, draw_view, find_boxes

SIZE = (48, 64)
SAMPLE = Scenes(8, SIZE)[7]


def shown(explorer, zoom):
    return np.asarray(Image.open(io.BytesIO(explorer.picture.value)).convert("RGB"))[::zoom, ::zoom]


def test_the_explorer_follows_its_controls():
    explorer = explore_views(SIZE)
    for seed, index, view in ((0, 7, "picture"), (0, 7, "semantic"), (3, 2, "instance"), (3, 2, "panoptic")):
        explorer.seed.value, explorer.index.value, explorer.view.value = seed, index, view
        sample = Scenes(100, SIZE, seed=seed)[index]
        np.testing.assert_array_equal(shown(explorer, 6), draw_view(sample, LABELS, view))  # 64 pixels at 384
    explorer.view.value = "detection"
    np.testing.assert_array_equal(shown(explorer, 2), draw_view(sample, LABELS, "detection"))  # 256 at 512


def test_the_text_names_the_kind_of_scene_and_counts_things():
    explorer = explore_views(SIZE)
    for index in range(6):
        explorer.index.value = index
        scenes = Scenes(100, SIZE)
        assert scenes.describe(index)[0].kind in explorer.text.value
        assert explorer.text.value.endswith(f"things: {scenes[index].instances.max()}")


def test_every_control_has_a_name():
    explorer = explore_views(SIZE)
    assert all(control.description for control in (explorer.seed, explorer.index, explorer.view))


def test_a_box_holds_its_thing_and_no_row_or_column_more():
    boxes = find_boxes(SAMPLE)
    assert len(boxes) == SAMPLE.instances.max() > 5
    for number, (index, (left, top, right, bottom)) in enumerate(boxes, start=1):
        thing = SAMPLE.instances == number
        assert thing.sum() == thing[top:bottom, left:right].sum()
        assert thing[top].any() and thing[bottom - 1].any() and thing[:, left].any() and thing[:, right - 1].any()
        assert set(SAMPLE.mask[thing]) == {index}


def test_a_box_is_drawn_around_the_pixels_of_its_thing():
    instances = np.zeros(SIZE, np.int32)
    instances[10:20, 30:50] = 1
    mask = np.where(instances, LABELS.id("car"), LABELS.id("road")).astype(np.uint8)
    drawn = draw_view(Sample(np.zeros((*SIZE, 3), np.uint8), mask, instances), LABELS, "detection")
    line = (drawn == LABELS.colors[LABELS.id("car")]).all(-1)
    rows, columns = np.nonzero(line)
    assert (rows.min(), rows.max()) == (10 * ZOOM, 20 * ZOOM - 1)
    assert (columns.min(), columns.max()) == (30 * ZOOM, 50 * ZOOM - 1)
    assert not line[12 * ZOOM : 18 * ZOOM, 32 * ZOOM : 48 * ZOOM].any()


def test_instances_are_black_where_there_is_no_thing_and_panoptic_has_the_class_there():
    stuff = SAMPLE.instances == 0
    assert (draw_view(SAMPLE, LABELS, "instance")[stuff] == 0).all()
    np.testing.assert_array_equal(draw_view(SAMPLE, LABELS, "panoptic")[stuff], LABELS.colorize(SAMPLE.mask)[stuff])
    np.testing.assert_array_equal(
        draw_view(SAMPLE, LABELS, "panoptic")[~stuff], draw_view(SAMPLE, LABELS, "instance")[~stuff]
    )


def test_three_things_of_a_class_have_three_shades():
    instances = np.arange(1, 4, dtype=np.int32)[None].repeat(2, 0)
    mask = np.full((2, 3), LABELS.id("boat"), np.uint8)
    shades = draw_view(Sample(np.zeros((2, 3, 3), np.uint8), mask, instances), LABELS, "instance")[0]
    assert len({tuple(shade) for shade in shades.tolist()}) == 3


@pytest.mark.parametrize(
    ("sample", "view", "message"),
    [(SAMPLE, "depth", "view: found 'depth'"), (Sample(SAMPLE.image, SAMPLE.mask), "instance", "no instances")],
)
def test_what_cannot_be_drawn_is_named(sample, view, message):
    with pytest.raises(ValueError, match=message):
        draw_view(sample, LABELS, view)
