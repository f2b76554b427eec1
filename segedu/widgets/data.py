"""Draw labels with three tools, carefully or not, and see what that costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import ipywidgets as widgets
import numpy as np
from PIL import Image, ImageDraw

from segedu.data.annotation import Annotation, brush, polygon, scribbles
from segedu.data.scenes import LABELS, Scenes
from segedu.labels import VOID
from segedu.metrics import ConfusionMatrix
from segedu.plots.arrays import overlay
from segedu.widgets.parts import image, png, row, swatch

ZOOM = 4
LINE = (0, 0, 0)

Tool = Callable[[np.ndarray], Annotation]

CARE: dict[str, list[tuple[str, Tool]]] = {
    "polygon": [
        (f"within {t:g} pixels", partial(polygon, tolerance=t, layered=True)) for t in (8.0, 4.0, 2.0, 1.0, 0.5)
    ],
    "brush": [(f"smallest brush {2 * r + 1} pixels wide", partial(brush, radius=r)) for r in (8, 4, 2, 1, 0)],
    "scribbles": [
        (f"a stroke for each {n} pixels", partial(scribbles, every=n)) for n in (10**5, 3000, 1000, 300, 100)
    ],
}
"""For each tool five degrees of care, the most careless first: what it means, and the tool set to it."""


class AnnotationExplorer(widgets.VBox):
    """A picture of the made world, annotated with a tool and a degree of care.

    Attributes
    ----------
    tool : ToggleButtons
        "polygon", "brush" or "scribbles".
    care : IntSlider
        1, careless, to 5.
    index : IntSlider
        Which picture.
    annotation : Annotation
        What was drawn.
    picture : Image
        The picture under the labels as drawn, lines in black, as PNG.
    text : HTML
        The setting, its cost, the share of pixels that have a label, and the mIoU of these labels with the truth.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._scenes = Scenes(100, size)
        self.tool = widgets.ToggleButtons(description="tool", options=list(CARE))
        self.care = widgets.IntSlider(description="care", value=3, min=1, max=5)
        self.index = widgets.IntSlider(description="picture", value=7, min=0, max=len(self._scenes) - 1)
        self.picture, self.text = image(), widgets.HTML()
        for control in (self.tool, self.care, self.index):
            control.observe(self._draw, names="value")
        self._draw()
        legend = row([widgets.HTML(swatch(LABELS, i)) for i in range(len(LABELS))])
        super().__init__([self.tool, self.care, self.index, self.picture, self.text, legend])

    def _draw(self, _change: object = None) -> None:
        sample = self._scenes[self.index.value]
        setting, tool = CARE[self.tool.value][self.care.value - 1]
        self.annotation = tool(sample.mask)
        self.picture.value = png(draw_annotation(sample.image, self.annotation))
        unit = "clicks" if self.tool.value == "polygon" else "pixels of strokes"
        labelled, miou = compare(self.annotation.mask, sample.mask)
        self.text.value = (
            f"{setting}: {self.annotation.cost} {unit}; {labelled:.1%} of the pixels labelled; "
            f"mIoU of these with the truth {miou:.3f}"
        )


def explore_annotation(size: tuple[int, int] = (96, 128)) -> AnnotationExplorer:
    """Annotate pictures of `segedu.data.Scenes`; ``size`` is (height, width) of the pictures."""
    return AnnotationExplorer(size)


def draw_annotation(image: np.ndarray, annotation: Annotation, alpha: float = 0.55) -> np.ndarray:
    """Draw a picture under what was annotated, four times as large, with the polygons' sides in black.

    Parameters
    ----------
    image : (H, W, 3) uint8
    annotation : Annotation
        Of the same size, with the classes of the made world. Scribbles have no sides: their pixels show.
    alpha : float
        Share of the class colours.

    Returns
    -------
    (4 H, 4 W, 3) uint8
    """
    drawn = Image.fromarray(overlay(image, annotation.mask, LABELS, alpha))
    large = drawn.resize((ZOOM * drawn.width, ZOOM * drawn.height), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(large)
    for line in annotation.lines:
        if line.dtype.kind == "f":  # corners lie between pixels; the pixels of a scribble are integers
            points = [tuple(point) for point in ZOOM * (line[:, ::-1] + 0.5)]
            pen.line([*points, points[0]], fill=LINE)
    return np.asarray(large)


def compare(drawn: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Share of pixels that were labelled, and the mIoU of these labels with the truth; 0 and nan without any."""
    labelled = drawn != VOID
    confusion = ConfusionMatrix(len(LABELS))
    confusion.update(np.where(labelled, drawn, 0), np.where(labelled, truth, VOID))
    return float(labelled.mean()), float(confusion.miou)
