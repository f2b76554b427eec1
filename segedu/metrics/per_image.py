"""One score for each picture, beside the one of the whole set."""

from __future__ import annotations

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
    scores = []
    for ids, true in zip(predicted, truth, strict=True):
        confusion = ConfusionMatrix(num_classes, ignore_index)
        confusion.update(ids, true)
        scores.append(confusion.miou)
    return torch.tensor(scores, dtype=torch.float64)
