"""Segment a photograph from a few strokes."""

from __future__ import annotations

import time
from collections.abc import Mapping

import ipywidgets as widgets

from segedu.pixels import (
    FilterBank,
    PixelClassifier,
    ScribbledPhoto,
    kernel_svm,
    linear_svm,
    random_forest,
    scribbled_photos,
)
from segedu.plots.arrays import overlay
from segedu.widgets.parts import image as image_widget
from segedu.widgets.parts import png, row, swatch

FEATURES = {
    "colour": {"edges": False, "texture": False},
    "colour, edges": {"texture": False},
    "colour, edges, texture": {},
    "all, and the row": {"row": True},
}


class ScribbleExplorer(widgets.VBox):
    """A photograph with strokes, and what a pixel classifier makes of them.

    Attributes
    ----------
    photo : Dropdown
        Which photograph.
    strokes : IntSlider
        How many strokes of each class to use, at most.
    classifier : ToggleButtons
        "random forest", "kernel SVM" or "linear SVM".
    trees : IntSlider
        Of the forest.
    features : ToggleButtons
        What a pixel is told.
    reach : SelectionSlider
        The largest sigma of the filters.
    drawn, segmented : Image
        The strokes, and the answer, as PNG.
    seconds : Label
        How long features, training and prediction took.
    """

    def __init__(self, photos: Mapping[str, ScribbledPhoto]) -> None:
        if not photos:
            raise ValueError("photos: found none, expected at least one photograph with strokes")
        self._photos = dict(photos)
        self.photo = widgets.Dropdown(description="photo", options=list(photos))
        self.strokes = widgets.IntSlider(description="strokes", value=2, min=1, max=4)
        kinds = ["random forest", "kernel SVM", "linear SVM"]
        self.classifier = widgets.ToggleButtons(description="classifier", options=kinds)
        self.trees = widgets.IntSlider(description="trees", value=20, min=1, max=100)
        self.features = widgets.ToggleButtons(description="features", options=list(FEATURES), value=list(FEATURES)[2])
        self.reach = widgets.SelectionSlider(description="sigma up to", options=[1, 2, 4, 8, 16], value=8)
        self.drawn, self.segmented, self.seconds = image_widget(), image_widget(), widgets.Label()
        self.names = widgets.HTML()
        controls = [self.photo, self.strokes, self.classifier, self.trees, self.features, self.reach]
        for control in controls:
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([*controls, row([self.drawn, self.segmented]), self.seconds, self.names])

    def make_classifier(self) -> PixelClassifier:
        """Make the classifier that the controls ask for, not fitted yet."""
        bank = FilterBank(sigma_max=self.reach.value, **FEATURES[self.features.value])
        if self.classifier.value == "random forest":
            return random_forest(bank, trees=self.trees.value)
        return (linear_svm if self.classifier.value == "linear SVM" else kernel_svm)(bank)

    def _draw(self, _change: object = None) -> None:
        self.trees.disabled = self.classifier.value != "random forest"
        photo = self._photos[self.photo.value]
        sample = photo.sample(self.strokes.value)
        began = time.perf_counter()
        answer = self.make_classifier().fit(sample).predict(photo.image)
        self.seconds.value = f"{time.perf_counter() - began:.1f} seconds"
        self.drawn.value = png(overlay(photo.image, sample.mask, photo.labels, 1.0))
        self.segmented.value = png(overlay(photo.image, answer, photo.labels, 0.6))
        self.names.value = "&ensp;".join(swatch(photo.labels, i) for i in range(len(photo.labels)))


def explore_scribbles(photos: Mapping[str, ScribbledPhoto] | None = None) -> ScribbleExplorer:
    """Segment photographs from a few strokes, with the classifiers of `segedu.pixels`.

    Parameters
    ----------
    photos : dict of title to ScribbledPhoto, optional
        Default: `segedu.pixels.scribbled_photos`, three that come with scikit-image and scikit-learn.
    """
    return ScribbleExplorer(scribbled_photos() if photos is None else photos)
