"""Figures show what they are given, leave Matplotlib alone, and sliders need nobody's server."""

import io
import json
import re
from types import SimpleNamespace

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from segedu import plots
from segedu.data.sample import Sample
from segedu.labels import VOID, LabelSet
from segedu.plots.arrays import ERROR_COLOR, png

LABELS = LabelSet(("sky", "road", "car"), ((135, 206, 235), (90, 90, 90), (200, 120, 30)))
IMAGE = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
TRUTH = np.array([[0] * 8] * 3 + [[1] * 8] * 2 + [[VOID] * 4 + [1] * 4], dtype=np.uint8)
PREDICTION = np.where(TRUTH == VOID, 2, TRUTH).astype(np.uint8)
PREDICTION[0, 0] = 1
SAMPLE = Sample(IMAGE, TRUTH)


def texts(figure):
    return [text.get_text() for text in figure.findobj(matplotlib.text.Text) if text.get_text()]


def shown(figure):
    return [np.asarray(image.get_array()) for ax in figure.axes for image in ax.images]


def history(scale=1.0):
    loss = list(scale / np.arange(1, 41))
    return SimpleNamespace(steps=list(range(1, 41)), loss=loss, val_steps=[20, 40], val_miou=[0.3, 0.5])


def test_overlay_mixes_colours_and_leaves_void_alone():
    mixed = plots.overlay(IMAGE, TRUTH, LABELS, alpha=0.5)
    assert mixed.dtype == np.uint8
    np.testing.assert_allclose(mixed[0, 0], (IMAGE[0, 0] + np.array(LABELS.colors[0])) / 2, atol=0.5)
    np.testing.assert_array_equal(mixed[TRUTH == VOID], IMAGE[TRUTH == VOID])
    np.testing.assert_array_equal(plots.overlay(IMAGE, TRUTH, LABELS, alpha=0), IMAGE)
    full = plots.overlay(IMAGE, TRUTH, LABELS, alpha=1)
    np.testing.assert_array_equal(full[TRUTH == 1], np.broadcast_to(LABELS.colors[1], (20, 3)))


def test_error_map_marks_wrong_pixels_and_nothing_else():
    errors = plots.error_map(IMAGE, PREDICTION, TRUTH)
    marked = (errors == ERROR_COLOR).all(axis=2)
    np.testing.assert_array_equal(marked, (TRUTH != PREDICTION) & (TRUTH != VOID))
    assert marked.sum() == 1
    grey = errors[~marked]
    assert (grey == grey[:, :1]).all()
    assert len(np.unique(errors[TRUTH == VOID])) == 2  # striped


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: plots.overlay(IMAGE, TRUTH[:, :3], LABELS),
            r"mask: expected \(6, 8\) like its image, found \(6, 3\)",
        ),
        (lambda: plots.overlay(IMAGE / 255, TRUTH, LABELS), r"image: expected \(H, W, 3\) uint8.*float64"),
        (lambda: plots.overlay(IMAGE, TRUTH, LABELS, alpha=50), r"alpha: expected 0\.\.1, found 50"),
        (lambda: plots.error_map(IMAGE, PREDICTION[:2], TRUTH), r"found \(2, 8\)"),
        (lambda: plots.pictures({}), "found no picture"),
        (lambda: plots.curves({}), "found no run"),
        (lambda: plots.bars({}, LABELS), "found no system"),
        (
            lambda: plots.bars({"FCN": [0.5]}, LABELS),
            r"scores\['FCN'\]: expected 3 numbers, one a class, found 1",
        ),
        (lambda: plots.slider([IMAGE], [], "alt"), "found 1 and 0"),
        (lambda: plots.slider([], [], "alt"), "found 0 and 0"),
        (lambda: plots.slider([IMAGE, IMAGE[:2]], ["a", "b"], "alt"), "pictures of one size"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


FIGURES = {
    "sample": lambda: plots.show_sample(SAMPLE, LABELS),
    "gallery": lambda: plots.gallery([SAMPLE] * 5),
    "gallery with labels": lambda: plots.gallery([SAMPLE] * 5, LABELS),
    "comparison": lambda: plots.comparison(IMAGE, {"FCN": PREDICTION}, TRUTH, LABELS),
    "comparison without errors": lambda: plots.comparison(IMAGE, {"FCN": PREDICTION}, TRUTH, LABELS, errors=False),
    "heat map": lambda: plots.heat_map(np.eye(4), "weight"),
    "curves": lambda: plots.curves({"a": history(), "b": history(2)}),
    "bars": lambda: plots.bars({"a": [0.1, np.nan, 0.9], "b": [0.3, 0.4, 0.5]}, LABELS),
}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES.keys())
def test_figures_have_one_width_readable_letters_and_no_side_effect(make):
    before = dict(matplotlib.rcParams)
    figure = make()
    assert isinstance(figure, Figure)
    assert all(text.get_fontsize() >= 9 for text in figure.findobj(matplotlib.text.Text) if text.get_text())
    picture = Image.open(io.BytesIO(figure._repr_png_()))
    assert picture.width == 1080
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert dict(matplotlib.rcParams) == before
    assert plt.get_fignums() == []


def test_a_figure_gives_the_same_bytes_twice():
    assert FIGURES["comparison"]()._repr_png_() == FIGURES["comparison"]()._repr_png_()


def test_show_sample_names_the_classes_that_occur():
    figure = plots.show_sample(SAMPLE, LABELS)
    assert {"image", "labels", "sky", "road", "void"} <= set(texts(figure))
    assert "car" not in texts(figure)
    np.testing.assert_array_equal(shown(figure)[0], IMAGE)
    np.testing.assert_array_equal(shown(figure)[1], LABELS.colorize(TRUTH))


def test_gallery_puts_each_label_map_below_its_picture():
    figure = plots.gallery([SAMPLE] * 3, LABELS, columns=2)
    axes = np.array(figure.axes).reshape(4, 2)
    drawn = [[ax.images[0].get_array() if ax.images else None for ax in row] for row in axes]
    np.testing.assert_array_equal(drawn[1][1], LABELS.colorize(TRUTH))
    np.testing.assert_array_equal(drawn[2][0], IMAGE)
    np.testing.assert_array_equal(drawn[3][0], LABELS.colorize(TRUTH))


def test_comparison_counts_wrong_pixels_among_the_labelled_ones():
    figure = plots.comparison(IMAGE, {"FCN": PREDICTION}, TRUTH, LABELS)
    assert f"{100 / 44:.1f} % wrong" in texts(figure)  # 1 pixel of 6 x 8 less 4 void ones
    np.testing.assert_array_equal(shown(figure)[3], plots.error_map(IMAGE, PREDICTION, TRUTH))
    without = plots.comparison(IMAGE, {"FCN": PREDICTION}, TRUTH, LABELS, errors=False)
    titles = [ax.get_title() for ax in without.axes]
    assert titles == ["image", "truth", "FCN"]


def test_heat_maps_share_one_scale():
    figure = plots.heat_map({"a": np.zeros((2, 2)), "b": np.full((2, 2), 3.0)}, "score")
    assert {image.get_clim() for ax in figure.axes for image in ax.images} == {(0.0, 3.0)}
    assert "score" in texts(figure)
    fixed = plots.heat_map(np.zeros((2, 2)), "score", limits=(-1, 1))
    assert fixed.axes[0].images[0].get_clim() == (-1, 1)


def test_curves_draw_a_running_mean_and_the_validation_points():
    left, right = plots.curves({"FCN": history()}).axes
    smooth = left.lines[0].get_ydata()
    assert smooth[0] == 1.0
    assert smooth[9] == pytest.approx((1 / 9 + 1 / 10) / 2)  # a twentieth of 40 steps
    assert list(right.lines[0].get_ydata()) == [0.3, 0.5]
    unvalidated = SimpleNamespace(steps=[1], loss=[1.0], val_steps=[], val_miou=[])
    assert len(plots.curves({"FCN": unvalidated}).axes) == 2


def test_bars_take_scores_by_name_or_in_order_and_leave_a_gap_for_nan():
    in_order = plots.bars({"FCN": [0.2, float("nan"), 0.6]}, LABELS).axes[0]
    by_name = plots.bars({"FCN": {"car": 0.6, "sky": 0.2}}, LABELS).axes[0]
    for ax in (in_order, by_name):
        heights = [bar.get_height() for bar in ax.patches]
        np.testing.assert_allclose(heights, [0.2, np.nan, 0.6, 0.4])
    assert [label.get_text() for label in in_order.get_xticklabels()] == ["sky", "road", "car", "mean"]


def test_png_gives_the_pixels_back():
    few = LABELS.colorize(TRUTH)
    for image in (IMAGE, few):
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(image))).convert("RGB")), image)
    large = np.asarray(Image.open(io.BytesIO(png(few, enlarge=3))).convert("RGB"))
    np.testing.assert_array_equal(large, few.repeat(3, axis=0).repeat(3, axis=1))


def frames_of(page):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', page, re.S)[1])


def test_a_slider_holds_its_frames_and_names_its_controls():
    made = plots.slider([IMAGE, 255 - IMAGE], ["as <is>", "inverted"], alt='A "noisy" picture', label="Version")
    page = made._repr_html_()
    assert [title for _, title in frames_of(page)] == ["as <is>", "inverted"]
    assert 'alt="A &quot;noisy&quot; picture"' in page
    assert re.search(r"<label[^>]*>Version\s*<input type=\"range\" min=\"0\" max=\"1\"", page)
    assert 'aria-label="Play"' in page
    assert "http" not in page
    assert " id=" not in page
    assert page == plots.slider([IMAGE, 255 - IMAGE], ["as <is>", "inverted"], 'A "noisy" picture', "Version").html
    assert repr(made) == "Slider(alt='A \"noisy\" picture', frames=2)"
