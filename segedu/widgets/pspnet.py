"""Pool a picture to a few bins, and see what each bin takes and what comes back."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import torch
import torch.nn.functional as F

from segedu.data.scenes import Scenes
from segedu.nets.parts.blocks import resize_to
from segedu.widgets.parts import image, png, row

STRIDE = 8
"""Pixels along a side of a cell of the map that is pooled."""

DIM = 0.3
"""Brightness of the cells that the chosen bin leaves out."""


class PoolingExplorer(widgets.VBox):
    """Adaptive pooling of a picture's colours, on cells of 8 x 8 pixels as in a network of stride 8.

    Attributes
    ----------
    index : IntSlider
        Which picture.
    bins : SelectionSlider
        Rows and columns of the pooled map.
    pooling : ToggleButtons
        "average" or "max", for each colour by itself.
    place : IntSlider
        Which bin is lit, row by row from the top left.
    taken : Image
        The picture, dark where the bin does not look, as PNG.
    spread : Image
        The pooled map, resized bilinearly to the size of the picture, as PNG.
    text : HTML
        Cells and pixels that the bin takes.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._scenes = Scenes(100, size)
        self.index = widgets.IntSlider(description="picture", value=3, min=0, max=len(self._scenes) - 1)
        self.bins = widgets.SelectionSlider(description="bins", options=[1, 2, 3, 4, 5, 6, 8], value=3)
        self.pooling = widgets.ToggleButtons(description="pooling", options=["average", "max"])
        self.place = widgets.IntSlider(description="bin", min=0, max=8)
        self.taken, self.spread, self.text = image(), image(), widgets.HTML()
        for control in (self.index, self.bins, self.pooling, self.place):
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([self.index, self.bins, self.pooling, self.place, row([self.taken, self.spread]), self.text])

    def _draw(self, _change: object = None) -> None:
        picture, bins = self._scenes[self.index.value].image, self.bins.value
        self.place.max = bins * bins - 1  # brings the value down with it
        down, across = divmod(self.place.value, bins)
        cells = [-(-pixels // STRIDE) for pixels in picture.shape[:2]]
        rows, columns = bin_edges(cells[0], bins)[down], bin_edges(cells[1], bins)[across]
        self.taken.value = png(lit(picture, rows, columns))
        self.spread.value = png(pooled(picture, bins, self.pooling.value))
        self.text.value = (
            f"The map has {cells[0]} x {cells[1]} cells of {STRIDE} x {STRIDE} pixels. This bin takes rows "
            f"{rows.start} to {rows.stop - 1} and columns {columns.start} to {columns.stop - 1} of it. "
            "Left: what it sees. Right: all bins, spread out again."
        )


def explore_pooling(size: tuple[int, int] = (96, 128)) -> PoolingExplorer:
    """Pool a picture to a few bins, and see what each takes; ``size`` is (height, width) of the pictures."""
    return PoolingExplorer(size)


def bin_edges(size: int, bins: int) -> list[range]:
    """The cells along one axis that each bin of adaptive pooling takes.

    Bin ``i`` starts at ``i * size / bins`` rounded down and ends before ``(i + 1) * size / bins`` rounded up. So
    neighbours share a cell where ``size`` is no multiple of ``bins``.

    Examples
    --------
    >>> bin_edges(7, 3)
    [range(0, 3), range(2, 5), range(4, 7)]
    """
    return [range(i * size // bins, -(-(i + 1) * size // bins)) for i in range(bins)]


def lit(picture: np.ndarray, rows: range, columns: range) -> np.ndarray:
    """Darken a picture ``(H, W, 3)`` uint8 outside of a range of cells."""
    inside = np.zeros(picture.shape[:2], dtype=bool)
    inside[STRIDE * rows.start : STRIDE * rows.stop, STRIDE * columns.start : STRIDE * columns.stop] = True
    return np.where(inside[..., None], picture, (DIM * picture).round()).astype(np.uint8)


def pooled(picture: np.ndarray, bins: int, pooling: str) -> np.ndarray:
    """Colours of a picture ``(H, W, 3)`` uint8: averaged in cells, pooled to bins, resized to the picture's size."""
    colors = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
    cells = F.avg_pool2d(colors, STRIDE, ceil_mode=True)
    pool = F.adaptive_avg_pool2d if pooling == "average" else F.adaptive_max_pool2d
    spread = resize_to(pool(cells, bins), picture.shape[:2])
    return spread[0].permute(1, 2, 0).round().byte().numpy()
