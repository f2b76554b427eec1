"""See how far a chain of convolutions looks."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from segedu.data.scenes import Scenes
from segedu.receptive import ChainField, Layer, by_recurrence
from segedu.widgets.parts import image, png

DIM = 0.3
"""Brightness of the pixels outside of the field."""


class FieldExplorer(widgets.VBox):
    """The theoretical receptive field of 3 x 3 convolutions, laid over a picture of the made world.

    Attributes
    ----------
    layers : IntSlider
        How many convolutions there are.
    strided : IntSlider
        How many of them, from the first on, have stride 2.
    dilation : SelectionSlider
        Distance of the taps in the layers without stride.
    index : IntSlider
        Which picture.
    field : ChainField
        What the middle output sees, along one axis.
    picture : Image
        The picture, dark outside of the field, as PNG.
    text : HTML
        The field in numbers.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._scenes = Scenes(100, size)
        self.layers = widgets.IntSlider(description="layers", value=4, min=1, max=12)
        self.strided = widgets.IntSlider(description="of stride 2", min=0, max=5)
        self.dilation = widgets.SelectionSlider(description="dilation", options=[1, 2, 4, 8])
        self.index = widgets.IntSlider(description="picture", min=0, max=len(self._scenes) - 1)
        self.picture, self.text = image(), widgets.HTML()
        for control in (self.layers, self.strided, self.dilation, self.index):
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([self.layers, self.strided, self.dilation, self.index, self.picture, self.text])

    @property
    def field(self) -> ChainField:
        """What the controls ask for."""
        strided = min(self.strided.value, self.layers.value)
        plain = self.layers.value - strided
        return by_recurrence([Layer(3, stride=2)] * strided + [Layer(3, dilation=self.dilation.value)] * plain)

    def _draw(self, _change: object = None) -> None:
        sample, field = self._scenes[self.index.value], self.field
        self.picture.value = png(spotlight(sample.image, field.size))
        height, width = sample.mask.shape
        share = min(field.size, height) * min(field.size, width) / (height * width)
        self.text.value = (
            f"One output sees {field.size} x {field.size} pixels, {100 * share:.0f} % of this picture. "
            f"The next one sees the same {field.stride} further on."
        )


def spotlight(picture: np.ndarray, side: int) -> np.ndarray:
    """Darken a picture ``(H, W, 3)`` uint8 outside of the square of ``side`` pixels in its middle."""
    lit = []
    for pixels in picture.shape[:2]:
        first = (pixels - side) // 2
        places = np.arange(pixels)
        lit.append((places >= first) & (places < first + side))
    inside = lit[0][:, None] & lit[1][None, :]
    return np.where(inside[..., None], picture, (DIM * picture).round()).astype(np.uint8)


def explore_field(size: tuple[int, int] = (96, 128)) -> FieldExplorer:
    """See how far a chain of convolutions looks; ``size`` is (height, width) of the pictures."""
    return FieldExplorer(size)
