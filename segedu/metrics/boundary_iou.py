"""IoU of the bands along the boundaries of masks."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F

from segedu.labels import check_ids
from segedu.metrics.ids import id_pair


class BoundaryIoU:
    """Boundary IoU of each class, over a whole set.

    The *band* of a mask are those of its pixels from which a pixel of another class, or the outside of the picture, is
    at most ``width`` pixels away, counted along rows, columns and diagonals. The score is the IoU of the true and the
    predicted band. Inside large things it asks nothing; so it stays strict where IoU becomes mild. Cheng, Girshick,
    Dollár, Berg, Kirillov, *Boundary IoU: improving object-centric image segmentation evaluation*, CVPR 2021
    (`band_width` gives the widths in use).

    Void pixels of the truth are in no mask, and in no band.

    Parameters
    ----------
    num_classes : int
        Number of classes C.
    width : int
        Of the band in pixels, 1 or more.
    ignore_index : int
        Id of void pixels in the truth.

    Examples
    --------
    >>> truth = torch.zeros(7, 7, dtype=torch.int64)
    >>> truth[1:6, 1:6] = 1
    >>> shifted = truth.roll(1, dims=1)
    >>> score = BoundaryIoU(num_classes=2, width=1)
    >>> score.update(shifted, truth)
    >>> score.iou  # class 1: two rings of 16 pixels have 8 in common
    tensor([0.6552, 0.3333], dtype=torch.float64)
    """

    def __init__(self, num_classes: int, width: int = 2, ignore_index: int = 255) -> None:
        if width < 1:
            raise ValueError(f"width: expected 1 pixel or more, found {width}")
        self.num_classes, self.width, self.ignore_index = num_classes, width, ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget all pictures."""
        self._both = torch.zeros(self.num_classes, dtype=torch.int64)
        self._either = torch.zeros(self.num_classes, dtype=torch.int64)

    def update(self, prediction: torch.Tensor | np.ndarray, target: torch.Tensor | np.ndarray) -> None:
        """Add a picture or a batch; arguments and errors as in `ConfusionMatrix.update`."""
        predicted, truth = id_pair(prediction, target, self.num_classes)
        check_ids("target", truth, self.num_classes, self.ignore_index)
        size = truth.shape[-2:]
        void = truth == self.ignore_index
        mine, true = (self._bands(ids.masked_fill(void, -1).view(-1, *size)) for ids in (predicted, truth))
        self._both += (mine & true).sum(dim=(0, 2, 3)).cpu()
        self._either += (mine | true).sum(dim=(0, 2, 3)).cpu()

    def _bands(self, ids: torch.Tensor) -> torch.Tensor:
        """``(N, C, H, W)`` bool: the band of each class."""
        masks = ids.unsqueeze(1) == torch.arange(self.num_classes, device=ids.device).view(-1, 1, 1)
        # Outside of the picture is outside of the mask. The window is square, so rows and columns go one by one.
        outside = F.pad((~masks).float(), (self.width,) * 4, value=1.0)
        near = F.max_pool2d(F.max_pool2d(outside, (2 * self.width + 1, 1), 1), (1, 2 * self.width + 1), 1)
        return masks & near.bool()

    @property
    def iou(self) -> torch.Tensor:
        """Of each class, ``(C,)`` float64 in 0..1; nan for a class in neither truth nor prediction."""
        return self._both / self._either.double()

    @property
    def mean(self) -> float:
        """Mean of `iou` over the classes that occur."""
        return float(self.iou.nanmean())

    def __repr__(self) -> str:
        return f"BoundaryIoU({self.num_classes} classes, width={self.width} px)"


def band_width(size: tuple[int, int], share: float = 0.02) -> int:
    """The width for pictures of a size (rows, columns): a share of the diagonal, 1 pixel at least.

    2 % for the objects of COCO and LVIS, 0.5 % for the large pictures of Cityscapes.

    Examples
    --------
    >>> band_width((360, 480)), band_width((360, 480), 0.005)
    (12, 3)
    """
    return max(1, round(share * math.hypot(*size)))
