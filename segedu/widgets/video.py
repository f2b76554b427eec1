"""Carry the labels of one frame of a film to another, and see what goes wrong."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np

from segedu.data.clips import Clip, Clips
from segedu.labels import VOID
from segedu.plots import error_map
from segedu.video import Flow, chained, estimated, ilk, seen_in_both, warp_labels
from segedu.widgets.parts import image, png, row


class ClipExplorer(widgets.VBox):
    """Labels carried along a flow, beside the frame they should fit.

    Attributes
    ----------
    index : IntSlider
        Which clip.
    source, target : IntSlider
        The frame with labels, and the frame that gets them.
    method : ToggleButtons
        "exact" flow, "estimated" from the pictures, or "none": the labels are copied.
    hide : Checkbox
        Void where going there and back does not come home.
    frame, carried, errors : Image
        The target's picture, the carried labels, and where they are wrong (magenta), as PNG.
    text : HTML
        Shares of wrong and of void pixels.
    """

    def __init__(self, size: tuple[int, int] = (96, 128)) -> None:
        self._clips = Clips(100, size=size)
        self._flows: dict[tuple[int, str, int, int], tuple[np.ndarray, np.ndarray]] = {}
        last = self._clips.frames - 1
        self.index = widgets.IntSlider(description="clip", value=13, min=0, max=len(self._clips) - 1)
        self.source = widgets.IntSlider(description="labelled", value=5, min=0, max=last)
        self.target = widgets.IntSlider(description="to frame", value=8, min=0, max=last)
        self.method = widgets.ToggleButtons(description="flow", options=["exact", "estimated", "none"])
        self.hide = widgets.Checkbox(description="void what does not come home", value=False)
        self.frame, self.carried, self.errors, self.text = image(), image(), image(), widgets.HTML()
        controls = [self.index, self.source, self.target, self.method, self.hide]
        for control in controls:
            control.observe(self._draw, names="value")
        self._draw()
        super().__init__([*controls, row([self.frame, self.carried, self.errors]), self.text])

    def _draw(self, _change: object = None) -> None:
        clip, source, target = self._clips[self.index.value], self.source.value, self.target.value
        there, back = self._both_ways(self.index.value, self.method.value, source, target)
        carried, truth = warp_labels(clip[source].mask, there), clip[target]
        if self.hide.value:
            carried = np.where(seen_in_both(there, back), carried, np.uint8(VOID))
        self.frame.value = png(truth.image)
        self.carried.value = png(self._clips.labels.colorize(carried))
        self.errors.value = png(error_map(truth.image, carried, np.where(carried == VOID, VOID, truth.mask)))
        known = (carried != VOID) & (truth.mask != VOID)
        self.text.value = (
            f"{(carried != truth.mask)[known].mean():.1%} of the labelled pixels are wrong; "
            f"{(carried == VOID).mean():.1%} are void."
        )

    def _both_ways(self, index: int, method: str, source: int, target: int) -> tuple[np.ndarray, np.ndarray]:
        """The flows from the target to the source and back, remembered: estimating them takes a second."""
        key = index, method, source, target
        if key not in self._flows:
            flow = _flow(self._clips[index], method)
            self._flows[key] = flow(target, source), flow(source, target)
        return self._flows[key]


def explore_clip(size: tuple[int, int] = (96, 128)) -> ClipExplorer:
    """Carry labels from frame to frame; ``size`` is (height, width) of the frames."""
    return ClipExplorer(size)


def _flow(clip: Clip, method: str) -> Flow:
    if method == "exact":
        return clip.flow
    if method == "none":
        return lambda _target, _source: np.zeros((*clip.size, 2), np.float32)
    return chained(estimated([frame.image for frame in clip], ilk))
