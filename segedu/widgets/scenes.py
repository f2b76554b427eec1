"""Look around in the made world."""

from __future__ import annotations

import ipywidgets as widgets

from segedu.data.scenes import LABELS, Scenes
from segedu.widgets.parts import image, png, row, swatch


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
        self.picture, self.label_map = image(), image()
        for control in (self.seed, self.index, self.domain):
            control.observe(self._draw, names="value")
        self._draw()
        names = widgets.HTML("&ensp;".join(swatch(LABELS, i) for i in range(len(LABELS))))
        super().__init__([self.seed, self.index, self.domain, row([self.picture, self.label_map]), names])

    def _draw(self, _change: object = None) -> None:
        scenes = Scenes(self.index.max + 1, self._size, seed=self.seed.value, domain=self.domain.value)
        sample = scenes[self.index.value]
        self.picture.value = png(sample.image)
        self.label_map.value = png(LABELS.colorize(sample.mask))


def explore_scenes(size: tuple[int, int] = (96, 128)) -> SceneExplorer:
    """Look around in `segedu.data.Scenes`; ``size`` is (height, width) of the pictures."""
    return SceneExplorer(size)
