"""Look through a label map at its picture."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from segedu.labels import VOID, LabelSet
from segedu.plots.arrays import check_shapes, error_map, overlay
from segedu.widgets.parts import image as image_widget
from segedu.widgets.parts import png, row, swatch


class OverlayExplorer(widgets.VBox):
    """A picture under its classes' colours, each class to be switched on and off.

    Attributes
    ----------
    classes : dict of str to Checkbox
        One switch for each class that occurs.
    opacity : FloatSlider
        Share of the class colour, 0..1.
    view : ToggleButtons
        "truth", and with a prediction also "prediction" and "errors" (wrong pixels in magenta).
    picture : Image
        What is shown, as PNG.
    """

    def __init__(
        self, image: np.ndarray, mask: np.ndarray, labels: LabelSet, prediction: np.ndarray | None = None
    ) -> None:
        masks = {"truth": mask} if prediction is None else {"truth": mask, "prediction": prediction}
        for shown in masks.values():
            check_shapes(image, shown)
        self._image, self._masks, self._labels = image, masks, labels
        ids = [i for i in np.unique(list(masks.values())).tolist() if i != VOID]
        self.classes = {
            labels.names[i]: widgets.Checkbox(
                value=True, description=labels.names[i], indent=False, layout=widgets.Layout(width="auto")
            )
            for i in ids
        }
        self.opacity = widgets.FloatSlider(description="opacity", value=0.6, min=0, max=1, step=0.05)
        self.view = widgets.ToggleButtons(
            description="show", options=["truth"] if prediction is None else ["truth", "prediction", "errors"]
        )
        self.picture = image_widget()
        for control in (*self.classes.values(), self.opacity, self.view):
            control.observe(self._draw, names="value")
        self._draw()
        switches = [
            widgets.HBox([widgets.HTML(swatch(labels, i, name=False)), self.classes[labels.names[i]]]) for i in ids
        ]
        super().__init__([self.view, self.opacity, row(switches), self.picture])

    def _draw(self, _change: object = None) -> None:
        if self.view.value == "errors":
            shown = error_map(self._image, self._masks["truth"], self._masks["prediction"])
        else:
            off = [self._labels.id(name) for name, switch in self.classes.items() if not switch.value]
            mask = self._masks[self.view.value]
            visible = np.where(np.isin(mask, off), VOID, mask)
            shown = overlay(self._image, visible, self._labels, self.opacity.value)
        self.picture.value = png(shown)


def explore_overlay(
    image: np.ndarray, mask: np.ndarray, labels: LabelSet, prediction: np.ndarray | None = None
) -> OverlayExplorer:
    """Look through a label map at its picture.

    Parameters
    ----------
    image : (H, W, 3) uint8
        The picture.
    mask : (H, W) integers
        True ids; 255 is void.
    labels : LabelSet
        Names and colours.
    prediction : (H, W) integers, optional
        Predicted ids, to compare.
    """
    return OverlayExplorer(image, mask, labels, prediction)
