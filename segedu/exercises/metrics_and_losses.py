"""Self-checks of chapter 03, metrics and losses."""

from __future__ import annotations

import torch

from segedu.exercises.check import FunctionCheck

VOID = 255


def _iou(matrix: torch.Tensor) -> torch.Tensor:
    right = matrix.diagonal()
    return right / (matrix.sum(dim=0) + matrix.sum(dim=1) - right)


check_class_iou = FunctionCheck(
    solution=_iou,
    cases=[
        (torch.tensor([[3, 0], [0, 2]]),),
        (torch.tensor([[6, 2, 0], [1, 3, 0], [4, 0, 5]]),),
        (torch.tensor([[4, 1, 0], [0, 2, 0], [0, 0, 0]]),),
        (torch.tensor([[4, 0, 1], [0, 2, 0], [0, 0, 0]]),),
    ],
    why="Row and column together hold the union, with the diagonal counted twice.",
    mistakes=[
        (lambda matrix: matrix.diagonal() / matrix.sum(dim=1),
         "that is the share found of each class (its recall): what was wrongly given to the class is missing"),
        (lambda matrix: matrix.diagonal() / matrix.sum(dim=0),
         "that is the share of right ones among the predicted (precision): what was missed is missing"),
        (lambda matrix: matrix.diagonal() / (matrix.sum(dim=0) + matrix.sum(dim=1)),
         "the diagonal is in the row and in the column; take it off once"),
        (lambda matrix: 2 * matrix.diagonal() / (matrix.sum(dim=0) + matrix.sum(dim=1)),
         "that is the Dice score"),
        (lambda matrix: _iou(matrix).nan_to_num(0),
         "a class in neither truth nor prediction has no IoU: give nan, and let the mean decide"),
        (lambda matrix: _iou(matrix).where(matrix.sum(dim=1) > 0, torch.nan),
         "you left out every class absent from the truth; one that was predicted all the same has IoU 0"),
        (lambda matrix: _iou(matrix).nanmean(), "give one number for each class, and no mean"),
    ],
)  # fmt: skip
"""Exercise 1: IoU of each class from a confusion matrix."""


def _count(guess: torch.Tensor, truth: torch.Tensor, classes: int) -> torch.Tensor:
    labelled = truth != VOID
    joint = truth[labelled].long() * classes + guess[labelled].long()
    return torch.bincount(joint, minlength=classes**2).view(classes, classes)


def _matrices(guesses: list, truths: list, classes: int) -> list[torch.Tensor]:
    return [_count(guess, truth, classes) for guess, truth in zip(guesses, truths, strict=True)]


def _set_miou(guesses: list, truths: list, classes: int) -> torch.Tensor:
    return _iou(sum(_matrices(guesses, truths, classes))).nanmean()


def _mean_of_pictures(guesses: list, truths: list, classes: int) -> torch.Tensor:
    return torch.stack([_iou(matrix).nanmean() for matrix in _matrices(guesses, truths, classes)]).mean()


def _per_class_mean_of_pictures(guesses: list, truths: list, classes: int) -> torch.Tensor:
    return torch.stack([_iou(matrix) for matrix in _matrices(guesses, truths, classes)]).nanmean(dim=0).nanmean()


def _void_as_class_zero(guesses: list, truths: list, classes: int) -> torch.Tensor:
    return _set_miou(guesses, [truth.where(truth != VOID, 0) for truth in truths], classes)


def _void_as_a_class(guesses: list, truths: list, classes: int) -> torch.Tensor:
    return _set_miou(guesses, [truth.where(truth != VOID, classes) for truth in truths], classes + 1)


def _absent_as_zero(guesses: list, truths: list, classes: int) -> torch.Tensor:
    return _iou(sum(_matrices(guesses, truths, classes))).nan_to_num(0).mean()


def _micro(guesses: list, truths: list, classes: int) -> torch.Tensor:
    total = sum(_matrices(guesses, truths, classes))
    right = total.diagonal().sum()
    return right / (2 * total.sum() - right)


def _accuracy(guesses: list, truths: list, classes: int) -> torch.Tensor:
    total = sum(_matrices(guesses, truths, classes))
    return total.diagonal().sum() / total.sum()


def _maps(*rows: list[int]) -> list[torch.Tensor]:
    return [torch.tensor([row]) for row in rows]


check_set_miou = FunctionCheck(
    solution=_set_miou,
    cases=[
        (_maps([0, 0, 1, 1]), _maps([0, 0, 0, 1]), 2),
        (_maps([0, 0, 0, 0, 0], [1, 0, 1]), _maps([0, 0, 0, 0, 1], [1, 1, 1]), 2),
        (_maps([0, 1, 2, 2, 1, 1], [0, 0, 2]), _maps([0, 0, 2, 2, 1, 255], [0, 255, 2]), 4),
    ],
    why="Counts of all pictures are added first, and divided once at the end.",
    mistakes=[
        (_mean_of_pictures, "you averaged the mIoU of single pictures; add up the counts of all pictures first"),
        (_per_class_mean_of_pictures,
         "you averaged each class over the pictures; add up the counts of all pictures first"),
        (_void_as_class_zero, "you counted void as class 0"),
        (_void_as_a_class, "you counted void as a class of its own"),
        (_absent_as_zero, "you counted a class that occurs nowhere as 0; leave it out of the mean"),
        (_micro, "you added up the classes before dividing: that is micro IoU, a function of accuracy"),
        (_accuracy, "that is the pixel accuracy"),
    ],
)  # fmt: skip
"""Exercise 2: mIoU of a set of label maps of any sizes, with void."""


def _error(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Probability less truth, ``(C, H, W)``; void not yet taken out."""
    classes = torch.arange(len(logits)).view(-1, 1, 1)
    return logits.softmax(dim=0) - (target == classes).to(logits.dtype)


def _pull(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    labelled = target != VOID
    return _error(logits, target) * labelled / labelled.sum()


def _sigmoid_pull(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    labelled = target != VOID
    return (_error(logits, target) - logits.softmax(dim=0) + logits.sigmoid()) * labelled / labelled.sum()


check_pull = FunctionCheck(
    solution=_pull,
    cases=[
        (torch.zeros(2, 1, 1), torch.tensor([[1]])),
        (torch.randn(3, 2, 2, generator=torch.Generator().manual_seed(0)), torch.tensor([[0, 2], [1, 1]])),
        (torch.randn(3, 2, 3, generator=torch.Generator().manual_seed(1)), torch.tensor([[0, 255, 2], [1, 1, 255]])),
    ],
    why="Every labelled pixel pulls by what it lacks, whatever its class; no class pulls harder because it is rare.",
    mistakes=[
        (lambda logits, target: -_pull(logits, target),
         "that is the way the logits will go; the gradient points uphill"),
        (lambda logits, target: _error(logits, target) * (target != VOID),
         "the loss is a mean: divide by the number of labelled pixels"),
        (lambda logits, target: _error(logits, target) * (target != VOID) / target.numel(),
         "you divided by all pixels; void does not count"),
        (lambda logits, target: _error(logits, target) / (target != VOID).sum(), "void pixels have no gradient"),
        (lambda logits, target: _error(logits, target) / target.numel(),
         "void pixels have no gradient, and do not count in the mean"),
        (_sigmoid_pull, "that is binary cross-entropy; here the classes share a softmax"),
    ],
)  # fmt: skip
"""Exercise 3: the gradient of cross-entropy, written down."""
