"""How good a network is on a whole data set."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from segedu.callable_room import make_callable
from segedu.data import Dataset, LabelledImages, normalize, stack
from segedu.labels import LabelSet
from segedu.metrics import BoundaryF, ConfusionMatrix
from segedu.nets.calling import device_of, logits_of
from segedu.nets.modes import evaluating


@dataclass(frozen=True)
class Score:
    """The scores of one network on one data set; all in 0..1, ``nan`` for what does not occur.

    Attributes
    ----------
    labels : LabelSet
    confusion : ConfusionMatrix
        The matrix over all pixels of all pictures that every score but ``boundary_f`` is read from.
    boundary : BoundaryF, optional
        Counts along the class boundaries; absent if `evaluate` was told ``tolerance=None``.
    """

    labels: LabelSet
    confusion: ConfusionMatrix
    boundary: BoundaryF | None = None

    @property
    def miou(self) -> float:
        """Mean IoU over the classes that occur in truth or prediction."""
        return float(self.confusion.miou)

    @property
    def iou(self) -> dict[str, float]:
        """IoU by class name."""
        return dict(zip(self.labels.names, self.confusion.iou.tolist(), strict=True))

    @property
    def pixel_accuracy(self) -> float:
        """Share of the labelled pixels that are right."""
        return float(self.confusion.pixel_accuracy)

    def pairwise_accuracy(self, one: str, other: str) -> float:
        """Share of right answers among the pixels of two classes that were taken for either, by class name."""
        return self.confusion.pairwise_accuracy(self.labels.id(one), self.labels.id(other))

    @property
    def boundary_f(self) -> float:
        """Mean boundary F over the classes; ``nan`` if it was not measured."""
        return float(self.boundary.mean()) if self.boundary else float("nan")

    @property
    def boundary_f_by_class(self) -> dict[str, float]:
        """Boundary F by class name; empty if it was not measured."""
        return dict(zip(self.labels.names, self.boundary.f().tolist(), strict=True)) if self.boundary else {}

    def table(self) -> str:
        """The scores as lines of text, one class a line."""
        width = max(map(len, self.labels.names))
        lines = [f"{name:<{width}}  IoU {iou:.3f}" for name, iou in self.iou.items()]
        total = f"mIoU {self.miou:.3f}   pixel accuracy {self.pixel_accuracy:.3f}"
        return "\n".join([*lines, total + (f"   boundary F {self.boundary_f:.3f}" if self.boundary else "")])


def evaluate(
    net: nn.Module,
    data: Dataset | LabelledImages,
    *,
    batch_size: int = 16,
    device: torch.device | str | None = None,
    tolerance: int | None = 2,
) -> Score:
    """Run a network over a data set and count.

    Parameters
    ----------
    net : nn.Module
        Normalised pictures to logits, or a dictionary with logits as ``"out"``; put in evaluation mode for the run
        and back after it. It may have any precision, and no weights at all.
    data : sequence of Sample with ``.labels``, or LabelledImages
    batch_size : int
    device : optional
        Where to run; default: where the network is. The network moves there.
    tolerance : int or None
        Distance in pixels within which a boundary counts as found (`segedu.metrics.BoundaryF`); ``None`` leaves
        boundaries out, which is faster.

    Raises
    ------
    ValueError
        If the network's classes are not as many as the label set's, or its logits hold NaN.
    TypeError
        If the network gives no logits.
    """
    device = torch.device(device) if device else device_of(net)
    data = stack(data)
    confusion = ConfusionMatrix(len(data.labels))
    boundary = None if tolerance is None else BoundaryF(len(data.labels), tolerance)
    net.to(device)
    for i in range(0, len(data), batch_size):
        batch = data[i : i + batch_size].to(device)
        with evaluating(net):
            logits = logits_of(net, normalize(batch.images))
        if logits.shape[1] != len(data.labels):
            raise ValueError(f"net: gives {logits.shape[1]} classes, but the data have {len(data.labels)}")
        confusion.update(logits, batch.masks)
        if boundary:
            boundary.update(logits.max(dim=1).indices, batch.masks)  # several times faster than argmax on a CPU
    return Score(data.labels, confusion, boundary)


make_callable(__name__)
