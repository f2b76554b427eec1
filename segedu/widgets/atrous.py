"""Choose the rates of three dilated layers, and see which pixels they reach."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
from matplotlib import colormaps

from segedu.widgets.parts import image, png

NEVER = (225, 225, 225)
"""Light grey: no path leads here."""


class RatesExplorer(widgets.VBox):
    """The paths from one output of three 3 x 3 layers down to the pixels, counted.

    Attributes
    ----------
    first, second, third : IntSlider
        Dilation of each layer, 1..8.
    paths : (side, side) int array
        In how many ways each pixel in the field reaches the output; 0 is a hole.
    picture : Image
        The paths, dark blue (one) to yellow (most), holes light grey, as PNG.
    text : HTML
        Field, holes and weights in numbers.
    """

    def __init__(self, rates: tuple[int, int, int] = (2, 2, 2)) -> None:
        self.first, self.second, self.third = (
            widgets.IntSlider(description=f"rate {number}", value=rate, min=1, max=8)
            for number, rate in enumerate(rates, start=1)
        )
        self.picture, self.text = image(), widgets.HTML()
        for control in (self.first, self.second, self.third):
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([self.first, self.second, self.third, self.picture, self.text])

    def _draw(self, _change: object = None) -> None:
        self.paths = count_paths([self.first.value, self.second.value, self.third.value])
        side, holes = len(self.paths), int((self.paths == 0).sum())
        self.picture.value = png(draw_paths(self.paths))
        self.text.value = (
            f"The field is {side} x {side} pixels; {holes} of its {side**2} pixels are holes. "
            "Any rates: 27 weights for one channel."
        )


def count_paths(rates: list[int]) -> np.ndarray:
    """In how many ways each pixel reaches the output of 3 x 3 layers with these dilations.

    Returns
    -------
    (side, side) int array
        With ``side = 1 + 2 * sum(rates)``; 0 where no path leads.

    Examples
    --------
    >>> count_paths([1, 2])[0]
    array([1, 1, 2, 1, 2, 1, 1])
    >>> count_paths([2])[:2]
    array([[1, 0, 1, 0, 1],
           [0, 0, 0, 0, 0]])
    """
    ways = np.ones(1, dtype=np.int64)
    for rate in rates:
        taps = np.zeros(2 * rate + 1, dtype=np.int64)
        taps[::rate] = 1
        ways = np.convolve(ways, taps)
    return np.outer(ways, ways)


def draw_paths(paths: np.ndarray) -> np.ndarray:
    """Numbers of paths as colours, ``(H, W, 3)`` uint8: one is dark blue, the most yellow, none light grey."""
    share = np.log(np.maximum(paths, 1)) / max(np.log(paths.max()), 1.0)
    drawn = (255 * colormaps["cividis"](share)[..., :3]).round().astype(np.uint8)
    drawn[paths == 0] = NEVER
    return drawn


def explore_rates(rates: tuple[int, int, int] = (2, 2, 2)) -> RatesExplorer:
    """Choose the rates of three 3 x 3 layers and see which pixels they reach, and in how many ways."""
    return RatesExplorer(rates)
