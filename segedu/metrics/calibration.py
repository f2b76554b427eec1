"""Whether a network is as sure as it is right."""

from __future__ import annotations

import torch
import torch.nn.functional as F


class Calibration:
    """Reliability curve: the share of right pixels among those with so much confidence.

    The *confidence* of a pixel is the probability of its most probable class. A calibrated network is right in 70 % of
    the pixels where it says 0.7. Guo, Pleiss, Sun, Weinberger, *On calibration of modern neural networks*, ICML 2017,
    section 2.

    Parameters
    ----------
    bins : int
        Number of bins of equal width between 0 and 1.
    ignore_index : int
        Id of void pixels in the truth.

    Examples
    --------
    >>> probabilities = torch.tensor([0.9, 0.1]).view(1, 2, 1, 1).expand(1, 2, 1, 4)
    >>> calibration = Calibration(bins=5)
    >>> calibration.update(probabilities, torch.tensor([[[0, 0, 1, 255]]]))
    >>> round(calibration.error, 4)  # sure by 0.9, right in 2 of 3
    0.2333
    """

    def __init__(self, bins: int = 15, ignore_index: int = 255) -> None:
        if bins < 1:
            raise ValueError(f"bins: found {bins}, expected 1 or more")
        self.bins, self.ignore_index = bins, ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget all pictures."""
        self.counts, self._right, self._sure = torch.zeros(3, self.bins, dtype=torch.float64)

    def update(self, probabilities: torch.Tensor, target: torch.Tensor) -> None:
        """Add pictures: probabilities ``(N, C, H, W)`` in 0..1 that sum to 1 over the classes, ids ``(N, H, W)``.

        Raises
        ------
        ValueError
            If the probabilities are none, or the shapes disagree.
        """
        n, _, h, w = probabilities.shape
        if target.shape != (n, h, w):
            raise ValueError(f"target: expected shape {(n, h, w)}, found {tuple(target.shape)}")
        total = probabilities.sum(dim=1)
        if probabilities.min() < 0 or (total - 1).abs().max() > 1e-3:
            raise ValueError("probabilities: expected 0 or more, with sum 1 over the classes; logits want a softmax")
        sure, ids = probabilities.max(dim=1)
        known = (target != self.ignore_index).to(sure.device)
        right = (ids == target.to(ids.device))[known].double().cpu()
        sure = sure[known].double().cpu()
        place = (sure * self.bins).long().clamp(max=self.bins - 1)
        for total, values in ((self.counts, torch.ones_like(sure)), (self._right, right), (self._sure, sure)):
            total.index_add_(0, place, values)

    @property
    def confidence(self) -> torch.Tensor:
        """Mean confidence in each bin, ``(bins,)`` float64; nan where it is empty."""
        return self._sure / self.counts

    @property
    def accuracy(self) -> torch.Tensor:
        """Share of right pixels in each bin, ``(bins,)`` float64; nan where it is empty."""
        return self._right / self.counts

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance of the two, weighted with the pixels; 0 is best."""
        return float((self._sure - self._right).abs().sum() / self.counts.sum())

    def __repr__(self) -> str:
        return f"Calibration({self.bins} bins, {int(self.counts.sum())} pixels)"


def best_temperature(logits: torch.Tensor, target: torch.Tensor, ignore_index: int = 255) -> float:
    """The number by which to divide all logits so that their cross-entropy is lowest (section 4.2 of the paper).

    It changes no answer, only how sure they are. Find it on validation pictures.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)``, any real values. A part of the pixels is enough.
    target : Tensor
        ``(N, H, W)`` class ids.
    ignore_index : int
        Id of void pixels.

    Returns
    -------
    float
        In 0.05..20; above 1 the network was too sure.
    """
    from scipy.optimize import minimize_scalar  # half a second, spent only here

    target = target.long()

    def loss(power: float) -> float:
        return float(F.cross_entropy(logits * 2.0**-power, target, ignore_index=ignore_index))

    return float(2.0 ** minimize_scalar(loss, bounds=(-4.32, 4.32), method="bounded").x)
