"""Cross-entropy, by softmax over the classes or by a sigmoid each."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from segedu.losses.target import checked, pixel_weights


def cross_entropy(
    logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None = None, ignore_index: int = 255
) -> torch.Tensor:
    """Softmax cross-entropy, averaged over the labelled pixels.

    It is `torch.nn.functional.cross_entropy` with two differences: targets may be uint8, and a batch in which
    every pixel is void gives 0 with zero gradients instead of NaN.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` floating point, any real values.
    target : Tensor
        ``(N, H, W)`` class ids, any integer type.
    weight : Tensor, optional
        ``(C,)`` weight of each true class. The mean is then a weighted mean: the sum of ``weight[y]`` times
        the loss, over the sum of ``weight[y]``.
    ignore_index : int
        Id of the pixels that do not count.

    Returns
    -------
    Tensor
        Scalar, 0 or more.

    Raises
    ------
    ValueError
        If the shapes disagree, or (on a CPU) a target is no class.

    Examples
    --------
    >>> logits = torch.zeros(1, 4, 1, 2)
    >>> cross_entropy(logits, torch.tensor([[[3, 255]]]))  # log 4
    tensor(1.3863)
    >>> cross_entropy(logits, torch.tensor([[[255, 255]]]))
    tensor(0.)
    """
    logits, target = checked(logits, target, ignore_index)
    total = F.cross_entropy(
        logits,
        target,
        weight=None if weight is None else weight.to(logits.dtype),
        ignore_index=ignore_index,
        reduction="sum",
    )
    mass = pixel_weights(target, weight, ignore_index, total.dtype).sum()
    return total / mass.where(mass > 0, 1)


def one_hot_bce(
    logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None = None, ignore_index: int = 255
) -> torch.Tensor:
    """Binary cross-entropy of every channel against the one-hot target, averaged over pixels and channels.

    Each channel answers its own yes-or-no question through a sigmoid; the channels do not compete as in a
    softmax.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` floating point.
    target : Tensor
        ``(N, H, W)`` class ids, any integer type.
    weight : Tensor, optional
        ``(C,)`` weight of each channel in the mean.
    ignore_index : int
        Id of the pixels that do not count. With all pixels void the loss is 0.

    Returns
    -------
    Tensor
        Scalar, 0 or more.

    Examples
    --------
    >>> one_hot_bce(torch.zeros(1, 4, 1, 1), torch.tensor([[[3]]]))  # log 2
    tensor(0.6931)
    """
    logits, target = checked(logits, target, ignore_index)
    classes = torch.arange(logits.shape[1], device=logits.device).view(1, -1, 1, 1)
    one_hot = (target.unsqueeze(1) == classes).to(logits.dtype)
    labelled = (target != ignore_index).unsqueeze(1)
    loss = F.binary_cross_entropy_with_logits(logits, one_hot, reduction="none")
    share = torch.ones_like(classes, dtype=loss.dtype) if weight is None else weight.view(1, -1, 1, 1)
    mass = labelled.sum() * share.sum()
    return (loss * share).where(labelled, 0).sum() / mass.where(mass > 0, 1)
