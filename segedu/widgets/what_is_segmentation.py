"""One picture asked five questions: what, where, which class, which thing, and both."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
from PIL import Image, ImageDraw

from segedu.data.sample import Sample
from segedu.data.scenes import LABELS, Scenes
from segedu.labels import LabelSet
from segedu.widgets.parts import image, png, row, swatch

ZOOM = 4
"""A picture is enlarged by this factor before boxes are drawn, so that their lines stay thin."""

SHADES = ((1.0, 0), (0.5, 0), (0.5, 127))
"""The things of a class take turns: its colour as it is, darker, lighter (a factor, and what is added)."""


class ViewExplorer(widgets.VBox):
    """The made world as detection, semantic, instance and panoptic segmentation see it.

    Attributes
    ----------
    seed, index : IntSlider
        Which picture.
    view : ToggleButtons
        "picture", "detection", "semantic", "instance" or "panoptic".
    picture : Image
        What is shown, as PNG.
    text : HTML
        What the picture shows as a whole, and how many things are in it.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._size = size
        self.seed = widgets.IntSlider(description="seed", min=0, max=20)
        self.index = widgets.IntSlider(description="picture", value=7, min=0, max=99)
        names = ["picture", "detection", "semantic", "instance", "panoptic"]
        self.view = widgets.ToggleButtons(description="show", options=names)
        self.picture, self.text = image(), widgets.HTML()
        for control in (self.seed, self.index, self.view):
            control.observe(self._draw, names="value")
        self._draw()
        legend = row([widgets.HTML(swatch(LABELS, i)) for i in range(len(LABELS))])
        super().__init__([self.seed, self.index, self.view, self.picture, self.text, legend])

    def _draw(self, _change: object = None) -> None:
        sample = Scenes(self.index.max + 1, self._size, seed=self.seed.value)[self.index.value]
        self.picture.value = png(draw_view(sample, LABELS, self.view.value))
        road, water = ((sample.mask == LABELS.id(name)).sum() for name in ("road", "water"))
        things = len(find_boxes(sample))
        self.text.value = f"classification: {'street' if road > water else 'shore'} &ensp; things: {things}"


def explore_views(size: tuple[int, int] = (96, 128)) -> ViewExplorer:
    """Look at `segedu.data.Scenes` as five tasks see it; ``size`` is (height, width) of the pictures."""
    return ViewExplorer(size)


def draw_view(sample: Sample, labels: LabelSet, view: str) -> np.ndarray:
    """Draw one view of a sample with instances.

    Parameters
    ----------
    sample : Sample
        With ``instances``.
    labels : LabelSet
        The colours.
    view : {"picture", "detection", "semantic", "instance", "panoptic"}

    Returns
    -------
    (H, W, 3) uint8; "detection" is `ZOOM` times as large.

    Raises
    ------
    ValueError
        If the sample has no instances, or ``view`` is none of the five.
    """
    if sample.instances is None:
        raise ValueError(f"{sample.name or 'sample'}: it has no instances; a sample of Scenes has")
    if view == "picture":
        return sample.image
    if view == "detection":
        return _draw_boxes(sample, labels)
    colors = labels.colorize(sample.mask)
    if view == "semantic":
        return colors
    if view == "instance":
        return _shade(sample, colors * (sample.instances > 0)[..., None])
    if view == "panoptic":
        return _shade(sample, colors)
    raise ValueError(f"view: found {view!r}, expected picture, detection, semantic, instance or panoptic")


def find_boxes(sample: Sample) -> list[tuple[int, tuple[int, int, int, int]]]:
    """Class id and box (left, top, right, bottom) of each thing; right and bottom are the first place outside."""
    found = []
    for number in np.unique(sample.instances[sample.instances > 0]):
        rows, columns = np.nonzero(sample.instances == number)
        box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
        found.append((int(sample.mask[rows[0], columns[0]]), box))
    return found


def _draw_boxes(sample: Sample, labels: LabelSet) -> np.ndarray:
    height, width = sample.mask.shape
    large = Image.fromarray(sample.image).resize((ZOOM * width, ZOOM * height), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(large)
    for index, (left, top, right, bottom) in find_boxes(sample):
        corners = (ZOOM * left, ZOOM * top, ZOOM * right - 1, ZOOM * bottom - 1)
        pen.rectangle(corners, outline=labels.colors[index], width=2)
    return np.asarray(large)


def _shade(sample: Sample, colors: np.ndarray) -> np.ndarray:
    shaded = colors.astype(np.float64)
    for index in np.unique(sample.mask[sample.instances > 0]):
        numbers = np.unique(sample.instances[(sample.mask == index) & (sample.instances > 0)])
        for turn, number in enumerate(numbers):
            factor, added = SHADES[turn % len(SHADES)]
            thing = sample.instances == number
            shaded[thing] = factor * shaded[thing] + added
    return shaded.astype(np.uint8)
