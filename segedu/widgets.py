"""Live explorers for a running notebook (in the static page, a `segedu.plots.slider` takes their place).

Each is a box of ipywidgets whose controls are public: set ``explorer.index.value = 3`` and the pictures
follow.
"""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
import numpy as np

from segedu.data.scenes import LABELS, Scenes
from segedu.labels import VOID, LabelSet
from segedu.plots.arrays import check_shapes, error_map, overlay, png

WIDTH = 384
"""Pixels on the screen that a picture is enlarged to, about."""


class SceneExplorer(widgets.VBox):
    """The made world: a picture and its label map for every seed, index and light.

    Attributes
    ----------
    seed, index : IntSlider
        Which picture.
    domain : ToggleButtons
        "day", "night" or "fog".
    picture, label_map : Image
        What is shown, as PNG.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._size = size
        self.seed = widgets.IntSlider(description="seed", min=0, max=20)
        self.index = widgets.IntSlider(description="picture", min=0, max=99)
        self.domain = widgets.ToggleButtons(description="light", options=["day", "night", "fog"])
        self.picture, self.label_map = _image(), _image()
        for control in (self.seed, self.index, self.domain):
            control.observe(self._draw, names="value")
        self._draw()
        names = widgets.HTML("&ensp;".join(_swatch(LABELS, i) for i in range(len(LABELS))))
        super().__init__([self.seed, self.index, self.domain, _row([self.picture, self.label_map]), names])

    def _draw(self, _change: object = None) -> None:
        scenes = Scenes(self.index.max + 1, self._size, seed=self.seed.value, domain=self.domain.value)
        sample = scenes[self.index.value]
        self.picture.value = _png(sample.image)
        self.label_map.value = _png(LABELS.colorize(sample.mask))


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
        self.picture = _image()
        for control in (*self.classes.values(), self.opacity, self.view):
            control.observe(self._draw, names="value")
        self._draw()
        switches = [
            widgets.HBox([widgets.HTML(_swatch(labels, i, name=False)), self.classes[labels.names[i]]]) for i in ids
        ]
        super().__init__([self.view, self.opacity, _row(switches), self.picture])

    def _draw(self, _change: object = None) -> None:
        if self.view.value == "errors":
            shown = error_map(self._image, self._masks["truth"], self._masks["prediction"])
        else:
            off = [self._labels.id(name) for name, switch in self.classes.items() if not switch.value]
            mask = self._masks[self.view.value]
            visible = np.where(np.isin(mask, off), VOID, mask)
            shown = overlay(self._image, visible, self._labels, self.opacity.value)
        self.picture.value = _png(shown)


def explore_scenes(size: tuple[int, int] = (96, 128)) -> SceneExplorer:
    """Look around in `segedu.data.Scenes`; ``size`` is (height, width) of the pictures."""
    return SceneExplorer(size)


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


def _image() -> widgets.Image:
    """Make a place for a picture, shown at the picture's own size and never stretched."""
    return widgets.Image(format="png", layout=widgets.Layout(max_width="100%", align_self="flex-start"))


def _png(image: np.ndarray) -> bytes:
    return png(image, enlarge=max(round(WIDTH / image.shape[1]), 1))


def _row(children: list[widgets.Widget]) -> widgets.HBox:
    return widgets.HBox(children, layout=widgets.Layout(flex_flow="row wrap", grid_gap="8px"))


def _swatch(labels: LabelSet, index: int, name: bool = True) -> str:
    """Draw a small square in the class's colour, and its name."""
    square = (
        f'<span style="display:inline-block;width:1em;height:1em;border:1px solid #666;vertical-align:-0.1em;'
        f'background:rgb{labels.colors[index]}"></span>'
    )
    return f"{square} {escape(labels.names[index])}" if name else square
