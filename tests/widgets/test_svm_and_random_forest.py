"""Setting a control of the scribble explorer trains what it says, on the strokes that it shows."""

import io

import numpy as np
import pytest
from PIL import Image

from segedu.pixels import FilterBank, ScribbledPhoto, kernel_svm, linear_svm, random_forest, scribbled_photos
from segedu.plots import overlay
from segedu.widgets import explore_scribbles
from segedu.widgets.svm_and_random_forest import FEATURES

PHOTOS = {
    name: ScribbledPhoto(photo.image[::2, ::2], photo.labels, halved)
    for name, photo in scribbled_photos().items()
    for halved in [{i: [[(r / 2, c / 2) for r, c in s] for s in drawn] for i, drawn in photo.strokes.items()}]
}


def pixels(image, width):
    """The picture that a widget shows, at its own size."""
    large = np.asarray(Image.open(io.BytesIO(image.value)).convert("RGB"))
    zoom = large.shape[1] // width
    return large[::zoom, ::zoom]


@pytest.fixture
def explorer():
    explorer = explore_scribbles(PHOTOS)
    explorer.trees.value = 3
    return explorer


def assert_shows(explorer, name, strokes, classifier):
    photo = PHOTOS[name]
    sample, width = photo.sample(strokes), photo.image.shape[1]
    drawn = overlay(photo.image, sample.mask, photo.labels, 1.0)
    np.testing.assert_array_equal(pixels(explorer.drawn, width), drawn)
    answer = classifier.fit(sample).predict(photo.image)
    np.testing.assert_array_equal(pixels(explorer.segmented, width), overlay(photo.image, answer, photo.labels, 0.6))


def test_it_follows_photo_and_strokes(explorer):
    bank = FilterBank(sigma_max=8)
    for name, strokes in (("temple", 2), ("temple", 4), ("cat", 1), ("coffee", 3)):
        explorer.photo.value, explorer.strokes.value = name, strokes
        assert_shows(explorer, name, strokes, random_forest(bank, trees=3))
        assert all(label in explorer.names.value for label in PHOTOS[name].labels.names)


def test_it_follows_classifier_and_trees(explorer):
    explorer.photo.value, explorer.strokes.value, bank = "temple", 4, FilterBank(sigma_max=8)
    explorer.classifier.value = "linear SVM"
    assert_shows(explorer, "temple", 4, linear_svm(bank))
    explorer.classifier.value = "kernel SVM"
    assert_shows(explorer, "temple", 4, kernel_svm(bank))
    assert explorer.trees.disabled
    explorer.classifier.value, explorer.trees.value = "random forest", 7
    assert_shows(explorer, "temple", 4, random_forest(bank, trees=7))
    assert not explorer.trees.disabled


@pytest.mark.parametrize(
    ("features", "names"), [("colour", 5 * 3), ("colour, edges", 10 * 3), ("all, and the row", 61)]
)
def test_it_follows_the_features(explorer, features, names):
    explorer.features.value = features
    assert len(explorer.make_classifier().bank.names) == names
    assert_shows(explorer, "temple", 2, random_forest(FilterBank(sigma_max=8, **FEATURES[features]), trees=3))


def test_it_follows_the_reach_of_the_filters(explorer):
    explorer.reach.value = 2
    assert_shows(explorer, "temple", 2, random_forest(FilterBank(sigma_max=2), trees=3))


def test_it_says_how_long_it_took(explorer):
    assert float(explorer.seconds.value.removesuffix(" seconds")) >= 0


def test_every_control_has_a_name(explorer):
    controls = (explorer.photo, explorer.strokes, explorer.classifier, explorer.trees, explorer.features)
    assert all(control.description for control in (*controls, explorer.reach))


def test_the_photographs_that_come_along_have_a_stroke_for_each_class():
    for photo in scribbled_photos().values():
        for most in (1, None):
            assert set(np.unique(photo.sample(most).mask)) == {*range(len(photo.labels)), 255}


def test_no_photograph_is_refused():
    with pytest.raises(ValueError, match="photos: found none"):
        explore_scribbles({})
