"""The confusion matrix, and the scores that are read off it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch

from segedu.labels import check_ids
from segedu.metrics.ids import id_pair


class ConfusionMatrix:
    """Counts of (true class, predicted class) over all labelled pixels of a data set.

    Update it batch by batch and read the scores at the end: a score of the *data set* comes from summed
    counts. The mean of scores of single pictures is another number.

    Parameters
    ----------
    num_classes : int
        Number of classes C.
    ignore_index : int
        Id of void pixels in the truth. They are not counted, whatever is predicted there.

    Attributes
    ----------
    matrix : Tensor
        ``(C, C)`` int64 on the CPU. Row = truth, column = prediction.

    Notes
    -----
    Classes that do not occur need a decision, and papers' codes differ. Here:

    * in neither truth nor prediction: the IoU is 0/0, so `iou` gives nan, and `mean_iou` says what to do with it;
    * in the prediction only: the IoU is 0 and it counts, for every such pixel is an error;
    * in the truth only: the IoU is 0 and it counts.

    Examples
    --------
    >>> truth = torch.tensor([[0, 0, 1, 1, 255]])
    >>> predicted = torch.tensor([[0, 1, 1, 1, 0]])
    >>> confusion = ConfusionMatrix(num_classes=3)
    >>> confusion.update(predicted, truth)
    >>> confusion.matrix
    tensor([[1, 1, 0],
            [0, 2, 0],
            [0, 0, 0]])
    >>> confusion.iou
    tensor([0.5000, 0.6667,    nan], dtype=torch.float64)
    >>> round(confusion.miou, 4), round(confusion.mean_iou(absent="zero"), 4)
    (0.5833, 0.3889)
    """

    def __init__(self, num_classes: int, ignore_index: int = 255) -> None:
        if num_classes < 1:
            raise ValueError(f"num_classes: expected 1 or more, found {num_classes}")
        if 0 <= ignore_index < num_classes:
            raise ValueError(f"ignore_index {ignore_index} is the id of a class: there are {num_classes} classes")
        self.num_classes = num_classes
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget all counts."""
        self.matrix = torch.zeros((self.num_classes, self.num_classes), dtype=torch.int64)

    def update(self, prediction: torch.Tensor | np.ndarray, target: torch.Tensor | np.ndarray) -> None:
        """Count the pixels of one picture or batch.

        Parameters
        ----------
        prediction : Tensor or array
            Floating point: logits ``(N, C, H, W)`` or ``(C, H, W)``, of which the largest channel is the
            predicted class (the first of equals). Integer: class ids in the shape of ``target``.
        target : Tensor or array
            True class ids ``(N, H, W)`` or ``(H, W)``, any integer type, on any device.

        Raises
        ------
        ValueError
            If the shapes disagree, an id is no class, or a logit is NaN. Nothing is counted then.
        TypeError
            If the target is floating point.
        """
        predicted, truth = id_pair(prediction, target, self.num_classes)
        classes, void = self.num_classes, self.ignore_index
        if not 0 <= void <= 255:
            check_ids("target", truth, classes, void)
            truth, void = truth.masked_fill(truth == void, classes), classes
        low, high = truth.aminmax()
        if low < 0 or high > void:
            check_ids("target", truth, classes, void)
        # One row for every id up to void: one histogram counts, sets void apart and finds wrong ids.
        joint = (truth * classes).add_(predicted).flatten()
        table = torch.bincount(joint, minlength=(void + 1) * classes).view(void + 1, classes).cpu()
        if table[classes:void].any():
            check_ids("target", truth, classes, void)
        self.matrix += table[:classes]

    def __add__(self, other: ConfusionMatrix) -> ConfusionMatrix:
        """Return the matrix of both sets of pixels together."""
        if not isinstance(other, ConfusionMatrix):
            return NotImplemented
        if (self.num_classes, self.ignore_index) != (other.num_classes, other.ignore_index):
            raise ValueError(f"cannot add {self!r} and {other!r}: they count different classes")
        total = ConfusionMatrix(self.num_classes, self.ignore_index)
        total.matrix = self.matrix + other.matrix
        return total

    def __repr__(self) -> str:
        pixels = int(self.matrix.sum())
        score = f", miou={self.miou:.4f}, pixel_accuracy={self.pixel_accuracy:.4f}" if pixels else ""
        return f"ConfusionMatrix({self.num_classes} classes, {pixels} pixels{score})"

    def _counts(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Right pixels, true pixels and predicted pixels of each class, ``(C,)`` float64 each."""
        matrix = self.matrix.double()
        return matrix.diagonal(), matrix.sum(dim=1), matrix.sum(dim=0)

    @property
    def pixel_accuracy(self) -> float:
        """Share of labelled pixels that got the right class; nan without a pixel."""
        right, truth, _ = self._counts()
        return float(right.sum() / truth.sum())

    @property
    def class_accuracy(self) -> torch.Tensor:
        """Share of each class's pixels that were found (recall), ``(C,)``; nan where the truth has none."""
        right, truth, _ = self._counts()
        return right / truth

    @property
    def mean_accuracy(self) -> float:
        """Mean of `class_accuracy` over the classes that occur in the truth."""
        return float(self.class_accuracy.nanmean())

    @property
    def iou(self) -> torch.Tensor:
        """Intersection over union of each class, ``(C,)`` float64; nan where the union is empty."""
        right, truth, predicted = self._counts()
        return right / (truth + predicted - right)

    @property
    def miou(self) -> float:
        """Mean IoU over the classes that occur in truth or prediction."""
        return self.mean_iou()

    def mean_iou(self, absent: Literal["skip", "zero", "one"] = "skip") -> float:
        """Mean IoU over the classes, by one of three conventions.

        Parameters
        ----------
        absent : {"skip", "zero", "one"}
            A class in neither truth nor prediction is left out (the default, and the usual practice), counts
            as 0, or counts as 1. A class that is only predicted has IoU 0 and always counts.
        """
        if absent not in ("skip", "zero", "one"):
            raise ValueError(f"absent: expected 'skip', 'zero' or 'one', found {absent!r}")
        iou = self.iou
        return float(iou.nanmean() if absent == "skip" else iou.nan_to_num({"zero": 0.0, "one": 1.0}[absent]).mean())

    @property
    def fwiou(self) -> float:
        """IoU averaged with each class's share of the true pixels as its weight (frequency-weighted IoU)."""
        _, truth, _ = self._counts()
        return float((truth * self.iou.nan_to_num(0.0)).sum() / truth.sum())

    @property
    def dice(self) -> torch.Tensor:
        """Dice score of each class, ``2 IoU / (1 + IoU)``: ``(C,)`` float64; nan where `iou` is nan."""
        right, truth, predicted = self._counts()
        return 2 * right / (truth + predicted)

    def pairwise_accuracy(self, one: int, other: int) -> float:
        """Share of right answers where two classes could be mixed up: pixels of either that were taken for either.

        0.5 is what guessing gives where both are equally common; nan if no pixel qualifies.

        Examples
        --------
        >>> confusion = ConfusionMatrix(num_classes=3)
        >>> confusion.update(torch.tensor([[0, 1, 1, 0, 2]]), torch.tensor([[0, 1, 1, 1, 1]]))
        >>> confusion.pairwise_accuracy(0, 1)
        0.75
        """
        pair = self.matrix[[one, other]][:, [one, other]].double()
        return float(pair.trace() / pair.sum())
