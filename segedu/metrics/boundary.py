"""How well the boundaries of each class fit, up to a distance of a few pixels."""

from __future__ import annotations

import numpy as np
import torch

from segedu.labels import check_ids
from segedu.metrics.ids import id_pair
from segedu.metrics.morphology import boundary_pixels, dilate


class BoundaryF:
    """Boundary F score of a data set: the mean of the scores of its pictures, class by class.

    A *boundary pixel* of a class is a pixel of that class with a pixel of another class above, below, left or
    right of it. Precision is the share of predicted boundary pixels with a true boundary pixel of the same
    class at most ``tolerance`` pixels away (Euclidean distance); recall is the same with the roles exchanged;
    the score is their harmonic mean. Csurka, Larlus and Perronnin, *What is a good evaluation measure for
    semantic segmentation?*, BMVC 2013.

    Void pixels of the truth count nowhere: they are no boundary, and neither is the line between a class and
    void. The boundary of the picture is no boundary.

    Parameters
    ----------
    num_classes : int
        Number of classes C.
    tolerance : float
        Largest distance in pixels that still counts as found, 0 or more.
    ignore_index : int
        Id of void pixels in the truth.

    Notes
    -----
    A picture enters the mean of a class if the class has a boundary in its truth or in its prediction. With a
    boundary in only one of them, it enters with 0.

    Examples
    --------
    >>> truth = torch.tensor([[0, 0, 0, 1, 1, 1]])
    >>> shifted = torch.tensor([[0, 1, 1, 1, 1, 1]])
    >>> score = BoundaryF(num_classes=3, tolerance=2)
    >>> score.update(shifted, truth)
    >>> score.f()
    tensor([1., 1., nan], dtype=torch.float64)
    >>> boundary_f(shifted, truth, num_classes=3, tolerance=1)
    tensor([0., 0., nan], dtype=torch.float64)
    """

    def __init__(self, num_classes: int, tolerance: float = 2, ignore_index: int = 255) -> None:
        if tolerance < 0:
            raise ValueError(f"tolerance: expected 0 pixels or more, found {tolerance}")
        self.num_classes = num_classes
        self.tolerance = tolerance
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget all pictures."""
        self._sum = torch.zeros(self.num_classes, dtype=torch.float64)
        self._pictures = torch.zeros(self.num_classes, dtype=torch.int64)

    def update(self, prediction: torch.Tensor | np.ndarray, target: torch.Tensor | np.ndarray) -> None:
        """Add a picture or a batch; arguments and errors as in `ConfusionMatrix.update`."""
        predicted, truth = id_pair(prediction, target, self.num_classes)
        check_ids("target", truth, self.num_classes, self.ignore_index)
        height, width = truth.shape[-2:]
        scores = self._per_picture(predicted.reshape(-1, height, width), truth.reshape(-1, height, width))
        self._sum += scores.nansum(dim=0)
        self._pictures += (~scores.isnan()).sum(dim=0)

    def f(self) -> torch.Tensor:
        """Score of each class, ``(C,)`` float64 in 0..1; nan where no picture has a boundary of the class."""
        return self._sum / self._pictures

    def mean(self) -> float:
        """Mean of `f` over the classes that have one."""
        return float(self.f().nanmean())

    def __add__(self, other: BoundaryF) -> BoundaryF:
        """Return the score of both sets of pictures together."""
        if not isinstance(other, BoundaryF):
            return NotImplemented
        mine, theirs = ((s.num_classes, s.tolerance, s.ignore_index) for s in (self, other))
        if mine != theirs:
            raise ValueError(f"cannot add {self!r} and {other!r}: they measure different things")
        total = BoundaryF(*mine)
        total._sum = self._sum + other._sum
        total._pictures = self._pictures + other._pictures
        return total

    def __repr__(self) -> str:
        score = f", mean={self.mean():.4f}" if self._pictures.any() else ""
        return f"BoundaryF({self.num_classes} classes, tolerance={self.tolerance} px{score})"

    def _per_picture(self, predicted: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        """``(N, C)`` scores of ``(N, H, W)`` ids, on the CPU."""
        void = truth == self.ignore_index
        mine = _boundaries(predicted.masked_fill(void, -1), self.num_classes)
        true = _boundaries(truth.masked_fill(void, -1), self.num_classes)
        precision = _share(mine, near=dilate(true, self.tolerance))
        recall = _share(true, near=dilate(mine, self.tolerance))
        score = 2 * precision * recall / (precision + recall).clamp(min=1e-12)
        only_one = precision.isnan() != recall.isnan()  # the class has a boundary here but not there
        return score.masked_fill(only_one, 0.0).cpu()


def boundary_f(
    prediction: torch.Tensor | np.ndarray,
    target: torch.Tensor | np.ndarray,
    num_classes: int,
    tolerance: float = 2,
    ignore_index: int = 255,
) -> torch.Tensor:
    """Boundary F score of each class in one picture, as defined in `BoundaryF`.

    Parameters
    ----------
    prediction : Tensor or array
        Class ids ``(H, W)``, or logits ``(C, H, W)``. A batch gives the mean of its pictures' scores.
    target : Tensor or array
        True class ids ``(H, W)``.
    num_classes, tolerance, ignore_index
        As in `BoundaryF`.

    Returns
    -------
    Tensor
        ``(C,)`` float64 in 0..1; nan where the class has a boundary in neither truth nor prediction.
    """
    score = BoundaryF(num_classes, tolerance, ignore_index)
    score.update(prediction, target)
    return score.f()


def _boundaries(ids: torch.Tensor, num_classes: int) -> torch.Tensor:
    """``(N, C, H, W)`` bool: the boundary pixels of each class; negative ids are void."""
    edge = boundary_pixels(ids, known=ids >= 0)
    classes = torch.arange(num_classes, device=ids.device).view(-1, 1, 1)
    return edge.unsqueeze(1) & (ids.unsqueeze(1) == classes)


def _share(boundary: torch.Tensor, near: torch.Tensor) -> torch.Tensor:
    """Share of the boundary pixels that lie in ``near``, ``(N, C)`` float64; 0/0 is nan."""
    total = boundary.sum(dim=(-2, -1))
    return (boundary & near).sum(dim=(-2, -1)).double() / total
