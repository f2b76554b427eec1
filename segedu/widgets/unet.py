"""Bend a picture and its label map, and see the sheet of rubber behind it."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import torch

from segedu.data.elastic import Elastic, deform
from segedu.labels import LabelSet
from segedu.plots.arrays import check_shapes
from segedu.widgets.parts import image as image_widget
from segedu.widgets.parts import png, row

LINE = (255, 0, 255)
"""Magenta lines show the bending: no class of the made world has this colour."""


class ElasticExplorer(widgets.VBox):
    """A picture and its label map, bent at random, with the lines of a square grid bent along.

    Attributes
    ----------
    std : FloatSlider
        Standard deviation of the grid vectors, in pixels.
    grid : IntSlider
        Grid vectors along each side, 2..8: more of them bend more finely.
    seed : IntSlider
        Which random bending.
    lines : Checkbox
        Whether the lines are drawn.
    picture, label_map : Image
        What is shown, as PNG.
    """

    def __init__(self, image: np.ndarray, mask: np.ndarray, labels: LabelSet, spacing: int = 16) -> None:
        check_shapes(image, mask)
        self._image, self._mask, self._labels, self._spacing = image, mask, labels, spacing
        self.std = widgets.FloatSlider(description="std (pixels)", value=5.0, min=0, max=20, step=0.5)
        self.grid = widgets.IntSlider(description="grid", value=3, min=2, max=8)
        self.seed = widgets.IntSlider(description="seed", value=0, min=0, max=20)
        self.lines = widgets.Checkbox(description="lines", value=True)
        self.picture, self.label_map = image_widget(), image_widget()
        for control in (self.std, self.grid, self.seed, self.lines):
            control.observe(self._draw, names="value")
        self._draw()
        controls = row([self.std, self.grid, self.seed, self.lines])
        super().__init__([controls, row([self.picture, self.label_map])])

    def _draw(self, _change: object = None) -> None:
        elastic = Elastic(self.std.value, self.grid.value)
        field = elastic.displacements(1, self._mask.shape, torch.Generator().manual_seed(self.seed.value))
        image = with_lines(self._image, self._spacing) if self.lines.value else self._image
        bent, ids = bend(image, self._mask, field)
        self.picture.value, self.label_map.value = png(bent), png(self._labels.colorize(ids))


def with_lines(image: np.ndarray, spacing: int = 16) -> np.ndarray:
    """Draw a square grid of thin lines on a picture ``(H, W, 3)``; gives a new one."""
    drawn = image.copy()
    drawn[spacing // 2 :: spacing] = LINE
    drawn[:, spacing // 2 :: spacing] = LINE
    return drawn


def bend(image: np.ndarray, mask: np.ndarray, displacements: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """`segedu.data.elastic.deform` for one picture ``(H, W, 3)`` uint8 and its mask ``(H, W)``, as arrays."""
    images = torch.from_numpy(image.copy()).permute(2, 0, 1)[None]
    bent, ids = deform(images, torch.from_numpy(mask.copy())[None], displacements)
    return bent[0].permute(1, 2, 0).round().to(torch.uint8).numpy(), ids[0].numpy()


def explore_elastic(image: np.ndarray, mask: np.ndarray, labels: LabelSet, spacing: int = 16) -> ElasticExplorer:
    """Bend a picture and its label map at random.

    Parameters
    ----------
    image : (H, W, 3) uint8
        The picture.
    mask : (H, W) integers
        Class ids; 255 is void.
    labels : LabelSet
        Names and colours.
    spacing : int
        Pixels between the lines that show the bending.
    """
    return ElasticExplorer(image, mask, labels, spacing)
