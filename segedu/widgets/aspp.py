"""See where the taps of a filter with holes fall."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from segedu.data.scenes import Scenes
from segedu.nets.parts.aspp import valid_taps
from segedu.widgets.parts import image, png

STRIDE = 8
"""Pixels of the picture on a side of one cell of the map."""

FURTHEST = 16
"""Largest rate of the slider."""

ON, OFF, PAPER = (255, 0, 255), (130, 130, 130), (235, 235, 235)
"""Colours of a tap on the map, of one on padding, and of the padding."""


class TapExplorer(widgets.VBox):
    """The nine taps of one 3 x 3 filter, laid over a picture of the made world and the padding around it.

    Attributes
    ----------
    rate : IntSlider
        Distance of the taps in cells of the map at stride 8.
    row, column : IntSlider
        Where the filter stands on the map.
    index : IntSlider
        Which picture.
    picture : Image
        The picture amid its padding, with the taps: magenta on the map, grey on padding, as PNG.
    text : HTML
        How many taps are on the map, here and over all places.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._scenes = Scenes(100, size)
        self._map = (-(-size[0] // STRIDE), -(-size[1] // STRIDE))
        self.rate = widgets.IntSlider(description="rate", value=6, min=1, max=FURTHEST)
        self.row = widgets.IntSlider(description="row", value=self._map[0] // 2, min=0, max=self._map[0] - 1)
        self.column = widgets.IntSlider(description="column", value=self._map[1] // 2, min=0, max=self._map[1] - 1)
        self.index = widgets.IntSlider(description="picture", min=0, max=len(self._scenes) - 1)
        self.picture, self.text = image(), widgets.HTML()
        controls = [self.rate, self.row, self.column, self.index]
        for control in controls:
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([*controls, self.picture, self.text])

    def _draw(self, _change: object = None) -> None:
        rate, place = self.rate.value, (self.row.value, self.column.value)
        self.picture.value = png(draw_taps(self._scenes[self.index.value].image, place, rate))
        inside = sum(is_on_map(tap, self._map) for tap in taps(place, rate))
        share = valid_taps(self._map, rate)
        self.text.value = (
            f"{inside} of 9 taps on the map of {self._map[0]} x {self._map[1]} cells here, {share:.0%} over all places."
        )


def taps(place: tuple[int, int], rate: int) -> list[tuple[int, int]]:
    """Rows and columns of the nine taps of a filter that stands at ``place``."""
    return [(place[0] + i * rate, place[1] + j * rate) for i in (-1, 0, 1) for j in (-1, 0, 1)]


def is_on_map(tap: tuple[int, int], size: tuple[int, int]) -> bool:
    """Whether a tap (row, column) falls on a map of ``size`` and not on its padding."""
    return 0 <= tap[0] < size[0] and 0 <= tap[1] < size[1]


def draw_taps(picture: np.ndarray, place: tuple[int, int], rate: int, margin: int = STRIDE * FURTHEST) -> np.ndarray:
    """Draw the taps of one filter over a picture and the padding around it.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    place : (row, column)
        Where the filter stands, in cells of `STRIDE` pixels.
    rate : int
    margin : int
        Pixels of padding that are shown on each side; taps further out are not drawn.

    Returns
    -------
    ndarray
        ``(H + 2 margin, W + 2 margin, 3)`` uint8.
    """
    height, width = picture.shape[:2]
    canvas = np.full((height + 2 * margin, width + 2 * margin, 3), PAPER, np.uint8)
    canvas[margin : margin + height, margin : margin + width] = picture
    size = (-(-height // STRIDE), -(-width // STRIDE))
    for tap in taps(place, rate):
        top, left = (margin + STRIDE * cell for cell in tap)
        if top >= 0 and left >= 0:
            canvas[top : top + STRIDE, left : left + STRIDE] = ON if is_on_map(tap, size) else OFF
    return canvas


def explore_taps(size: tuple[int, int] = (96, 128)) -> TapExplorer:
    """See where the taps of a filter with holes fall; ``size`` is (height, width) of the pictures."""
    return TapExplorer(size)
