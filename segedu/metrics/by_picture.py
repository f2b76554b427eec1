"""Means over pictures, beside the one matrix of the whole set."""

from __future__ import annotations

import numpy as np
import torch

from segedu.metrics.confusion import ConfusionMatrix
from segedu.metrics.ids import id_pair


class IoUByPicture:
    """IoU of every class in every picture, and the means that can be taken of such a table.

    The mIoU of a set adds up the pixels of all pictures before it divides, so a class of a few large objects, or a few
    easy pictures, can hide the rest. Here every picture and every class in it has a voice of its own. Wang and others,
    *Revisiting evaluation metrics for semantic segmentation: optimization and evaluation of fine-grained intersection
    over union*, NeurIPS 2023 (datasets and benchmarks), whose names are mIoU^I, mIoU^C and mIoU^q.

    Parameters
    ----------
    num_classes : int
        Number of classes C.
    ignore_index : int
        Id of void pixels in the truth.

    Attributes
    ----------
    table : Tensor
        ``(N, C)`` float64 in 0..1 on the CPU; nan where the truth of a picture does not have the class. So a class
        that is only predicted there costs the classes whose pixels it took, and nothing else.

    Examples
    --------
    >>> scores = IoUByPicture(num_classes=2)
    >>> scores.update(torch.tensor([[[0, 0, 0, 0]], [[0, 0, 0, 0]]]), torch.tensor([[[0, 0, 0, 0]], [[0, 0, 0, 1]]]))
    >>> scores.table
    tensor([[1.0000,    nan],
            [0.7500, 0.0000]], dtype=torch.float64)
    >>> scores.by_picture, scores.by_class, scores.worst(0.5)
    (0.6875, 0.4375, 0.375)
    """

    def __init__(self, num_classes: int, ignore_index: int = 255) -> None:
        self.num_classes, self.ignore_index = num_classes, ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget all pictures."""
        self.table = torch.empty(0, self.num_classes, dtype=torch.float64)

    def update(self, prediction: torch.Tensor | np.ndarray, target: torch.Tensor | np.ndarray) -> None:
        """Add a picture or a batch; arguments and errors as in `ConfusionMatrix.update`."""
        predicted, truth = id_pair(prediction, target, self.num_classes)
        size = truth.shape[-2:]
        rows = [self._of_one(*pair) for pair in zip(predicted.view(-1, *size), truth.view(-1, *size), strict=True)]
        self.table = torch.cat([self.table, torch.stack(rows)])

    def _of_one(self, predicted: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        confusion = ConfusionMatrix(self.num_classes, self.ignore_index)
        confusion.update(predicted, truth)
        present = confusion.matrix.sum(dim=1) > 0
        return confusion.iou.where(present, torch.nan)

    @property
    def of_pictures(self) -> torch.Tensor:
        """Mean over the classes of each picture, ``(N,)``; nan where nothing is labelled."""
        return self.table.nanmean(dim=1)

    @property
    def by_picture(self) -> float:
        """mIoU^I: the mean over the classes of a picture, then over the pictures."""
        return float(self.of_pictures.nanmean())

    @property
    def by_class(self) -> float:
        """mIoU^C: the mean over the pictures that have a class, then over the classes."""
        return float(self.table.nanmean(dim=0).nanmean())

    def worst(self, share: float = 0.1) -> float:
        """mIoU^q: the mean of the worst pictures, a ``share`` in 0..1 of all, one at least."""
        if not 0 < share <= 1:
            raise ValueError(f"share: found {share}, expected more than 0 and at most 1")
        known = self.of_pictures[~self.of_pictures.isnan()].sort().values
        return float(known[: max(1, round(share * len(known)))].mean())

    def __repr__(self) -> str:
        return f"IoUByPicture({self.num_classes} classes, {len(self.table)} pictures)"
