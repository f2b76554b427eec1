"""Cross-entropy of the hardest pixels alone."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from segedu.losses.target import checked, pixel_weights


def hard_cross_entropy(
    logits: torch.Tensor,
    target: torch.Tensor,
    share: float = 0.25,
    weight: torch.Tensor | None = None,
    ignore_index: int = 255,
) -> torch.Tensor:
    """Softmax cross-entropy, averaged over the share of the labelled pixels where it is largest.

    Known as online hard example mining, or bootstrapping: easy pixels, most of every street, give no gradient. Wu,
    Shen, van den Hengel, *Bridging category-level and instance-level semantic image segmentation*, arXiv 1605.06885.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` floating point, any real values.
    target : Tensor
        ``(N, H, W)`` class ids, any integer type.
    share : float
        Of the labelled pixels of the batch, above 0, at most 1 (all: `cross_entropy`); one pixel at least is kept.
    weight : Tensor, optional
        ``(C,)`` weight of each true class, in the choice of the pixels and in their weighted mean.
    ignore_index : int
        Id of the pixels that do not count. With all pixels void the loss is 0.

    Returns
    -------
    Tensor
        Scalar, 0 or more.

    Raises
    ------
    ValueError
        If ``share`` is out of range, the shapes disagree, or (on a CPU) a target is no class.

    Examples
    --------
    >>> logits = torch.tensor([[4.0, 0.0], [0.0, 4.0]]).view(1, 2, 1, 2)  # says class 0, then class 1
    >>> wrong_once = torch.tensor([[[0, 0]]])
    >>> hard_cross_entropy(logits, wrong_once, share=0.5), hard_cross_entropy(logits, wrong_once, share=1.0)
    (tensor(4.0181), tensor(2.0181))
    """
    if not 0 < share <= 1:
        raise ValueError(f"share: found {share}, expected more than 0 and at most 1")
    logits, target = checked(logits, target, ignore_index)
    weight = None if weight is None else weight.to(logits.dtype)
    loss = F.cross_entropy(logits, target, weight=weight, ignore_index=ignore_index, reduction="none").flatten()
    labelled = (target != ignore_index).flatten()
    mass = pixel_weights(target, weight, ignore_index, loss.dtype).flatten()
    kept = max(1, round(share * int(labelled.sum())))
    hardest = loss.where(labelled, -1.0).topk(kept).indices  # void is never among them while a labelled pixel is left
    total = mass[hardest].sum()
    return loss[hardest].sum() / total.where(total > 0, 1)
