"""Move a mask and watch the scores fall, each at its own pace."""

from __future__ import annotations

import ipywidgets as widgets
import numpy as np
import torch

from segedu.labels import VOID, LabelSet
from segedu.metrics import ConfusionMatrix, boundary_f
from segedu.metrics.morphology import dilate
from segedu.widgets.parts import image, png, row

PAPER, BOTH, MISSED, FALSE, UNLABELLED = (245, 245, 245), (70, 70, 70), (230, 159, 0), (0, 114, 178), (200, 200, 200)


class ShiftExplorer(widgets.VBox):
    """The mask of one class as the truth, and the same mask moved, grown or shrunk as the prediction.

    Attributes
    ----------
    thing : Dropdown
        The class, one of those in the label map.
    right, down : IntSlider
        Pixels by which the mask is moved; what leaves the picture is lost.
    grow : IntSlider
        Pixels by which it is grown on every side, below 0 shrunk.
    tolerance : IntSlider
        Pixels within which boundary F forgives.
    picture : Image
        Grey: both, orange: only true, blue: only predicted.
    scores : HTML
        Pixel accuracy, IoU and Dice of the class, and its boundary F.
    """

    def __init__(self, mask: np.ndarray, labels: LabelSet) -> None:
        labels.check(mask, binary=True)
        self._mask, self._labels = mask, labels
        present = [labels.names[i] for i in np.unique(mask).tolist() if i != VOID]
        if not present:
            raise ValueError("mask: every pixel is void, so there is no class to move")
        self.thing = widgets.Dropdown(description="class", options=present)
        self.right = widgets.IntSlider(description="right", min=-8, max=8)
        self.down = widgets.IntSlider(description="down", min=-8, max=8)
        self.grow = widgets.IntSlider(description="grow", min=-3, max=3)
        self.tolerance = widgets.IntSlider(description="tolerance", value=2, min=0, max=6)
        self.picture, self.scores = image(), widgets.HTML()
        controls = [self.thing, self.right, self.down, self.grow, self.tolerance]
        for control in controls:
            control.observe(self._draw, names="value")
        self._draw()
        colours = "grey: both &ensp; orange: missed &ensp; blue: false"
        super().__init__([*controls, row([self.picture, self.scores]), widgets.HTML(colours)])

    def _draw(self, _change: object = None) -> None:
        truth = self._mask == self._labels.id(self.thing.value)
        predicted = moved(truth, self.right.value, self.down.value, self.grow.value)
        labelled = self._mask != VOID
        self.picture.value = png(_agreement(truth, predicted, labelled))
        found = _scores(predicted, np.where(labelled, truth, VOID).astype(np.uint8), self.tolerance.value)
        rows = "".join(f"<tr><td>{name}&ensp;</td><td>{value:.3f}</td></tr>" for name, value in found.items())
        self.scores.value = f"<table>{rows}</table>"


def explore_shift(mask: np.ndarray, labels: LabelSet) -> ShiftExplorer:
    """Move the mask of a class and watch pixel accuracy, IoU, Dice and boundary F.

    Parameters
    ----------
    mask : (H, W) integers
        True ids; 255 is void and counts nowhere.
    labels : LabelSet
        Names of the classes.

    Raises
    ------
    ValueError
        If an id is no class, or every pixel is void.
    """
    return ShiftExplorer(mask, labels)


def moved(mask: np.ndarray, right: int, down: int, grow: int = 0) -> np.ndarray:
    """A mask ``(H, W)`` bool, moved by whole pixels and grown (or, below 0, shrunk) by a disk.

    Examples
    --------
    >>> row = np.array([[True, True, False, False]])
    >>> moved(row, right=1, down=0).astype(int)
    array([[0, 1, 1, 0]])
    >>> moved(row, right=0, down=0, grow=1).astype(int)
    array([[1, 1, 1, 0]])
    """
    result = np.zeros_like(mask)
    ys, xs = np.nonzero(mask)
    ys, xs = ys + down, xs + right
    inside = (ys >= 0) & (ys < mask.shape[0]) & (xs >= 0) & (xs < mask.shape[1])
    result[ys[inside], xs[inside]] = True
    bits = torch.from_numpy(result)
    # To shrink a mask is to grow what is not mask.
    return (dilate(bits, grow) if grow >= 0 else ~dilate(~bits, -grow)).numpy()


def _agreement(truth: np.ndarray, predicted: np.ndarray, labelled: np.ndarray) -> np.ndarray:
    shown = np.full((*truth.shape, 3), PAPER, dtype=np.uint8)
    shown[truth & predicted] = BOTH
    shown[truth & ~predicted] = MISSED
    shown[~truth & predicted] = FALSE
    shown[~labelled] = UNLABELLED
    return shown


def _scores(predicted: np.ndarray, truth: np.ndarray, tolerance: float) -> dict[str, float]:
    ids = predicted.astype(np.uint8)
    confusion = ConfusionMatrix(2)
    confusion.update(ids, truth)
    return {
        "pixel accuracy": confusion.pixel_accuracy,
        "IoU": float(confusion.iou[1]),
        "Dice": float(confusion.dice[1]),
        "boundary F": float(boundary_f(ids, truth, 2, tolerance)[1]),
    }
