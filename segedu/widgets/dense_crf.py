"""Turn the knobs of the dense CRF."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import torch

from segedu.crf import dense_crf
from segedu.labels import LabelSet
from segedu.plots.arrays import check_shapes, overlay
from segedu.widgets.parts import image as image_widget
from segedu.widgets.parts import png, row

SIGMAS = [1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0]


class CRFExplorer(widgets.VBox):
    """A picture with the network's label map beside the one after the CRF.

    Attributes
    ----------
    w1, w2 : FloatSlider
        Weights of the appearance and of the smoothness kernel.
    sigma_alpha, sigma_beta : SelectionSlider
        Reach in pixels and in steps of colour of the appearance kernel.
    sigma_gamma : SelectionSlider
        Reach in pixels of the smoothness kernel.
    iterations : IntSlider
        Mean-field steps.
    before, after : Image
        Both label maps over the picture, as PNG.
    text : HTML
        How many pixels changed their class.
    """

    def __init__(self, image: np.ndarray, probs: torch.Tensor, labels: LabelSet) -> None:
        check_shapes(image, probs[0])
        self._image, self._probs, self._labels = image, probs.detach().cpu()[None], labels
        self._picture = torch.from_numpy(image.copy()).permute(2, 0, 1)[None]
        self.w1 = widgets.FloatSlider(description="w1", value=8, min=0, max=20)
        self.w2 = widgets.FloatSlider(description="w2", value=0, min=0, max=20)
        self.sigma_alpha = widgets.SelectionSlider(description="sigma alpha", options=SIGMAS, value=10.0)
        self.sigma_beta = widgets.SelectionSlider(description="sigma beta", options=SIGMAS, value=7.0)
        self.sigma_gamma = widgets.SelectionSlider(description="sigma gamma", options=SIGMAS, value=1.0)
        self.iterations = widgets.IntSlider(description="iterations", value=3, min=0, max=10)
        self.before, self.after, self.text = image_widget(), image_widget(), widgets.HTML()
        knobs = [self.w1, self.w2, self.sigma_alpha, self.sigma_beta, self.sigma_gamma, self.iterations]
        for control in knobs:
            control.continuous_update = False  # a step may take a second
            control.observe(self._draw, names="value")
        self.before.value = png(overlay(image, _ids(self._probs), labels))
        self._draw()
        super().__init__([row(knobs), row([self.before, self.after]), self.text])

    def _draw(self, _change: object = None) -> None:
        names = ("iterations", "w1", "w2", "sigma_alpha", "sigma_beta", "sigma_gamma")
        ids = _ids(dense_crf(self._probs, self._picture, **{name: getattr(self, name).value for name in names}))
        self.after.value = png(overlay(self._image, ids, self._labels))
        changed = (ids != _ids(self._probs)).mean()
        self.text.value = f"The CRF changes the class of {100 * changed:.1f} % of the pixels."


def _ids(probs: torch.Tensor) -> np.ndarray:
    """Most probable class, ``(H, W)`` uint8, of probabilities ``(1, C, H, W)``."""
    return probs[0].argmax(dim=0).to(torch.uint8).numpy()


def explore_crf(image: np.ndarray, probs: torch.Tensor, labels: LabelSet) -> CRFExplorer:
    """Turn the knobs of the dense CRF on one picture.

    Parameters
    ----------
    image : (H, W, 3) uint8
        The picture. Above 128 x 128 pixels each turn takes seconds.
    probs : (C, H, W) tensor
        A network's probabilities for it.
    labels : LabelSet
        Names and colours.
    """
    return CRFExplorer(image, probs, labels)
