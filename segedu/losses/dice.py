"""Dice loss: the score of a class, with probabilities in the place of yes and no."""

from __future__ import annotations

import torch

from segedu.losses.target import checked


def dice_loss(logits: torch.Tensor, target: torch.Tensor, ignore_index: int = 255) -> torch.Tensor:
    """One less the soft Dice score, averaged over the classes of the batch.

    With softmax probabilities ``p`` and the one-hot truth ``g``, the score of a class is ``2 sum(p g) / (sum(p)
    + sum(g))``, summed over all labelled pixels of the batch. So a class counts as a whole, however few its
    pixels. After Milletari, Navab and Ahmadi, *V-Net*, 3DV 2016, section 3, who square ``p`` and ``g`` in the
    denominator; for certain answers (0 and 1) that is the same.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` floating point, any real values.
    target : Tensor
        ``(N, H, W)`` class ids, any integer type.
    ignore_index : int
        Id of the pixels that do not count, whatever is predicted there.

    Returns
    -------
    Tensor
        Scalar in 0..1. With all pixels void it is 0.

    Raises
    ------
    ValueError
        If the shapes disagree, or (on a CPU) a target is no class.

    Notes
    -----
    A class without a true pixel in the batch is left out of the mean. Its score would be 0 for any prediction,
    and its gradient too; what is wrongly given to it, the other classes miss. Other codes add a small number
    to numerator and denominator instead.

    Examples
    --------
    >>> logits = torch.tensor([[[[9.0, -9.0]], [[-9.0, 9.0]], [[-9.0, -9.0]]]])  # surely class 0, surely class 1
    >>> round(float(dice_loss(logits, torch.tensor([[[0, 1]]]))), 4)
    0.0
    >>> round(float(dice_loss(logits, torch.tensor([[[0, 0]]]))), 4)  # class 0: 2 * 1 / (1 + 2)
    0.3333
    """
    logits, target = checked(logits, target, ignore_index)
    classes = torch.arange(logits.shape[1], device=logits.device).view(1, -1, 1, 1)
    labelled = (target != ignore_index).unsqueeze(1)
    p = logits.softmax(dim=1).where(labelled, 0)  # (N, C, H, W)
    g = (target.unsqueeze(1) == classes).to(p.dtype)  # all zeros at void
    pixels = (0, 2, 3)
    true = g.sum(pixels)  # (C,)
    score = 2 * (p * g).sum(pixels) / (p.sum(pixels) + true).clamp(min=1)
    present = true > 0
    return (1 - score).where(present, 0).sum() / present.sum().clamp(min=1)
