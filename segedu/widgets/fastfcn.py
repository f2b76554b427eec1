"""Bring a coarse label map back to the size of the picture, with the picture as a guide or without."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from segedu.data.scenes import Scenes
from segedu.labels import VOID
from segedu.widgets.parts import image, png, row

REACH = 2
"""Cells to either side that a pixel asks."""


class GuideExplorer(widgets.VBox):
    """The truth of a scene, averaged in cells, and spread out again.

    Attributes
    ----------
    index : IntSlider
        Which picture.
    stride : SelectionSlider
        Pixels along a side of a cell.
    tolerance : FloatLogSlider
        How unlike a pixel and the middle of a cell may be in colour, in grey levels; the largest: the guide says
        nothing.
    coarse, guided : Image
        Label maps: by distance alone, and with the picture as a guide.
    text : HTML
        The share of pixels that each has right.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._scenes = Scenes(100, size)
        self.index = widgets.IntSlider(description="picture", value=12, min=0, max=len(self._scenes) - 1)
        self.stride = widgets.SelectionSlider(description="stride", options=[4, 8, 16, 32], value=8)
        self.tolerance = widgets.FloatLogSlider(description="tolerance", value=20, base=10, min=0.5, max=3, step=0.1)
        self.coarse, self.guided, self.text = image(), image(), widgets.HTML()
        for control in (self.index, self.stride, self.tolerance):
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([self.index, self.stride, self.tolerance, row([self.coarse, self.guided]), self.text])

    def _draw(self, _change: object = None) -> None:
        sample, stride = self._scenes[self.index.value], self.stride.value
        labels, known = self._scenes.labels, sample.mask != VOID
        coarse = cell_shares(sample.mask, len(labels), stride)
        right = []
        for shown, tolerance in ((self.coarse, np.inf), (self.guided, self.tolerance.value)):
            answer = guided_upsample(coarse, sample.image, stride, tolerance).argmax(axis=0).astype(np.uint8)
            shown.value = png(labels.colorize(answer))
            right.append((answer == sample.mask)[known].mean())
        self.text.value = (
            f"From {coarse.shape[1]} x {coarse.shape[2]} cells. Left, by distance alone: {right[0]:.1%} of the pixels "
            f"are right. Right, guided by the picture: {right[1]:.1%}."
        )


def explore_guide(size: tuple[int, int] = (96, 128)) -> GuideExplorer:
    """Spread out a coarse label map, guided by the picture; ``size`` is (height, width) of the pictures."""
    return GuideExplorer(size)


def cell_shares(mask: np.ndarray, num_classes: int, stride: int) -> np.ndarray:
    """Share of each class in cells of ``stride`` x ``stride`` pixels, ``(C, h, w)``; void is shared by none."""
    rows, columns = (-(-side // stride) for side in mask.shape)
    padded = np.pad(mask, ((0, rows * stride - mask.shape[0]), (0, columns * stride - mask.shape[1])), mode="edge")
    one_hot = padded == np.arange(num_classes)[:, None, None]
    return one_hot.reshape(num_classes, rows, stride, columns, stride).mean(axis=(2, 4))


def guided_upsample(coarse: np.ndarray, guide: np.ndarray, stride: int, tolerance: float) -> np.ndarray:
    """Joint bilateral upsampling (Kopf, Cohen, Lischinski, Uyttendaele, SIGGRAPH 2007, equation 3).

    Each pixel takes the mean of the cells around it. A cell weighs more, the closer it is, and the more alike the
    pixel's colour is to that in the cell's middle.

    Parameters
    ----------
    coarse : (C, h, w)
    guide : (H, W, 3) uint8
        With ``h = ceil(H / stride)``, ``w`` likewise.
    stride : int
    tolerance : float
        Deviation of the colours, in grey levels; infinity: colours do not count.

    Returns
    -------
    (C, H, W) float64

    Raises
    ------
    ValueError
        If the sizes do not fit.
    """
    height, width = guide.shape[:2]
    cells = (-(-height // stride), -(-width // stride))
    if coarse.shape[1:] != cells:
        raise ValueError(f"coarse: found {coarse.shape[1:]} cells, expected {cells} for {height} x {width} at {stride}")
    own_row, own_column = np.arange(height) // stride, np.arange(width) // stride
    colors, total, mass = guide.astype(np.float64), np.zeros((len(coarse), height, width)), np.zeros((height, width))
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            cell_row, cell_column = own_row + down, own_column + across
            inside = np.outer((cell_row >= 0) & (cell_row < cells[0]), (cell_column >= 0) & (cell_column < cells[1]))
            cell_row, cell_column = cell_row.clip(0, cells[0] - 1), cell_column.clip(0, cells[1] - 1)
            middle = np.ix_(
                (cell_row * stride + stride // 2).clip(0, height - 1),
                (cell_column * stride + stride // 2).clip(0, width - 1),
            )
            y = (np.arange(height) + 0.5) / stride - cell_row - 0.5
            x = (np.arange(width) + 0.5) / stride - cell_column - 0.5
            unlike = ((colors - colors[middle]) ** 2).sum(axis=-1) / tolerance**2
            weight = inside * np.exp(-(y[:, None] ** 2 + x**2 + unlike) / 2)
            total += weight * coarse[:, cell_row][:, :, cell_column]
            mass += weight
    return total / np.maximum(mass, np.finfo(np.float64).tiny)
