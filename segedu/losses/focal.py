"""Focal loss: cross-entropy that loses interest in what is already known."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from segedu.losses.target import checked


def focal_loss(
    logits: torch.Tensor,
    target: torch.Tensor,
    gamma: float = 2.0,
    weight: torch.Tensor | None = None,
    ignore_index: int = 255,
) -> torch.Tensor:
    """Softmax focal loss ``(1 - p) ** gamma * -log p``, averaged over the labelled pixels.

    ``p`` is the probability of the true class. A pixel that is right with ``p = 0.9`` counts a hundredth of
    what it counts in cross-entropy, if ``gamma`` is 2. Lin, Goyal, Girshick, He and Dollar, *Focal loss for
    dense object detection*, ICCV 2017, equation 4; with ``weight`` equation 5, whose alpha it is. The paper
    has one sigmoid for each class; here the classes share a softmax.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` floating point, any real values.
    target : Tensor
        ``(N, H, W)`` class ids, any integer type.
    gamma : float
        0 or more; 0 is `cross_entropy`.
    weight : Tensor, optional
        ``(C,)`` weight of each true class. The mean is then a weighted mean, as in `cross_entropy`.
    ignore_index : int
        Id of the pixels that do not count. With all pixels void the loss is 0.

    Returns
    -------
    Tensor
        Scalar, 0 or more.

    Raises
    ------
    ValueError
        If ``gamma`` is negative, the shapes disagree, or (on a CPU) a target is no class.

    Examples
    --------
    >>> logits = torch.zeros(1, 2, 1, 1)  # p = 1/2
    >>> target = torch.tensor([[[1]]])
    >>> focal_loss(logits, target, gamma=0)  # log 2
    tensor(0.6931)
    >>> focal_loss(logits, target, gamma=2)  # a quarter of it
    tensor(0.1733)
    """
    if gamma < 0:
        raise ValueError(f"gamma: found {gamma}, expected 0 or more")
    logits, target = checked(logits, target, ignore_index)
    labelled = target != ignore_index
    surprise = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")  # -log p, (N, H, W)
    # 1 - p without rounding. Above 0, because a power below 1 has no slope at 0.
    doubt = -torch.expm1(-surprise).clamp(max=-torch.finfo(surprise.dtype).tiny)
    share = torch.ones_like(surprise) if weight is None else weight[target.where(labelled, 0)].to(surprise.dtype)
    share = share.where(labelled, 0)
    mass = share.sum()
    return (share * doubt**gamma * surprise).sum() / mass.where(mass > 0, 1)
