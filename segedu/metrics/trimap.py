"""Scores in a narrow band along the true boundaries."""

from __future__ import annotations

import numpy as np
import torch

from segedu.labels import check_ids
from segedu.metrics.confusion import ConfusionMatrix
from segedu.metrics.ids import id_pair
from segedu.metrics.morphology import boundary_pixels, dilate


def boundary_band(
    target: torch.Tensor | np.ndarray, radius: int, ignore_index: int = 255, void_is_boundary: bool = False
) -> torch.Tensor:
    """The band of ``radius`` pixels on each side of every true boundary, called *trimap* in the literature.

    Kohli, Ladicky and Torr, *Robust higher order potentials for enforcing label consistency*, IJCV 2009, score in
    such a band. The DeepLab papers do so to show what the CRF and the decoder mend.

    Parameters
    ----------
    target : Tensor or array
        True class ids ``(..., H, W)``, any integer type.
    radius : int
        1 or more. The band of radius 1 are the pixels with another class above, below, left or right of them;
        each step more takes in what is one pixel further away (Euclidean distance).
    ignore_index : int
        Id of void pixels. They are never in the band.
    void_is_boundary : bool
        Whether the line between a class and void is a boundary. True for sets like VOC, where void marks the
        boundaries themselves, and two classes hardly ever touch.

    Returns
    -------
    Tensor
        ``(..., H, W)`` bool, on the device of ``target``.

    Raises
    ------
    ValueError
        If ``radius`` is below 1.

    Examples
    --------
    >>> row = torch.tensor([[0, 0, 0, 1, 1, 1, 1]])
    >>> boundary_band(row, radius=2).int()
    tensor([[0, 1, 1, 1, 1, 0, 0]], dtype=torch.int32)
    """
    if radius < 1:
        raise ValueError(f"radius: expected 1 pixel or more, found {radius}")
    ids = target if isinstance(target, torch.Tensor) else torch.from_numpy(np.array(target))
    labelled = ids != ignore_index
    known = torch.ones_like(labelled) if void_is_boundary else labelled
    return dilate(boundary_pixels(ids, known), radius - 1) & labelled


def trimap_confusion(
    prediction: torch.Tensor | np.ndarray,
    target: torch.Tensor | np.ndarray,
    num_classes: int,
    radius: int,
    ignore_index: int = 255,
    void_is_boundary: bool = False,
) -> ConfusionMatrix:
    """Confusion matrix of the pixels in `boundary_band` alone.

    Its accuracy and IoU say how good a label map is near boundaries, where a large class hides nothing. Add the
    matrices of several batches with ``+``.

    Parameters
    ----------
    prediction, target, num_classes, ignore_index
        As in `ConfusionMatrix` and its ``update``, with the same errors.
    radius, void_is_boundary
        As in `boundary_band`.

    Returns
    -------
    ConfusionMatrix

    Examples
    --------
    >>> truth = torch.tensor([[0, 0, 0, 0, 1, 1, 1, 1]])
    >>> shifted = torch.tensor([[0, 0, 0, 1, 1, 1, 1, 1]])
    >>> [round(trimap_confusion(shifted, truth, 2, radius).pixel_accuracy, 3) for radius in (1, 2, 4)]
    [0.5, 0.75, 0.875]
    """
    confusion = ConfusionMatrix(num_classes, ignore_index)
    predicted, truth = id_pair(prediction, target, num_classes)
    check_ids("target", truth, num_classes, ignore_index)
    band = boundary_band(truth, radius, ignore_index, void_is_boundary)
    confusion.update(predicted, truth.masked_fill(~band, ignore_index))
    return confusion
