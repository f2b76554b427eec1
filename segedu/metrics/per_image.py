"""Scores of single pictures, beside the one of the whole set."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from segedu.metrics.confusion import ConfusionMatrix
from segedu.metrics.ids import id_pair


def per_image_miou(
    prediction: torch.Tensor | np.ndarray,
    target: torch.Tensor | np.ndarray,
    num_classes: int,
    ignore_index: int = 255,
) -> torch.Tensor:
    """Mean IoU of every picture by itself.

    Good for finding the worst pictures, and for a spread beside the mean. The mean of these numbers is **not** the
    mIoU of the set: a class of few pixels in a picture weighs there as much as one that fills it.
    Csurka, Larlus and Perronnin, *What is a good evaluation measure for semantic segmentation?*, BMVC 2013,
    compare the two.

    Parameters
    ----------
    prediction : Tensor or array
        Class ids ``(N, H, W)``, or floating point logits ``(N, C, H, W)``.
    target : Tensor or array
        True class ids ``(N, H, W)``, any integer type.
    num_classes : int
        Number of classes C.
    ignore_index : int
        Id of void pixels in the truth.

    Returns
    -------
    Tensor
        ``(N,)`` float64 in 0..1 on the CPU. A class in neither truth nor prediction of a picture is left out of
        that picture's mean; a picture without a labelled pixel has nan.

    Raises
    ------
    ValueError, TypeError
        As in `ConfusionMatrix.update`, or if the target has no axis for the pictures.

    Examples
    --------
    >>> truth = torch.tensor([[[0, 0, 0, 0]], [[0, 0, 0, 1]]])
    >>> predicted = torch.tensor([[[0, 0, 0, 0]], [[0, 0, 0, 0]]])
    >>> per_image_miou(predicted, truth, num_classes=2)
    tensor([1.0000, 0.3750], dtype=torch.float64)
    """
    predicted, truth = id_pair(prediction, target, num_classes)
    if truth.ndim != 3:
        raise ValueError(f"target: expected pictures (N, H, W), found shape {tuple(truth.shape)}")
    scores = [confusion.miou for confusion in _matrices(predicted, truth, num_classes, ignore_index)]
    return torch.tensor(scores, dtype=torch.float64)


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
        that is only predicted there costs the classes whose pixels it took, and nothing else (`per_image_miou` counts
        it as 0).

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
        counted = _matrices(predicted.view(-1, *size), truth.view(-1, *size), self.num_classes, self.ignore_index)
        rows = [confusion.iou.where(confusion.matrix.sum(dim=1) > 0, torch.nan) for confusion in counted]
        self.table = torch.cat([self.table, torch.stack(rows)])

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


def _matrices(
    predicted: torch.Tensor, truth: torch.Tensor, num_classes: int, ignore_index: int
) -> Iterator[ConfusionMatrix]:
    """Of every picture by itself."""
    for ids, true in zip(predicted, truth, strict=True):
        confusion = ConfusionMatrix(num_classes, ignore_index)
        confusion.update(ids, true)
        yield confusion
