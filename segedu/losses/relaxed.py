"""Cross-entropy that leaves open, near a boundary, on which side of it a pixel lies."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from segedu.losses.target import checked, pixel_weights


def relaxed_cross_entropy(
    logits: torch.Tensor,
    target: torch.Tensor,
    radius: int = 1,
    weight: torch.Tensor | None = None,
    ignore_index: int = 255,
) -> torch.Tensor:
    """Minus the log of the probability that the pixel has any of the classes in the window around it.

    Zhu, Sapra, Reda, Shih, Newsam, Tao, Catanzaro, *Improving semantic segmentation via video propagation and label
    relaxation*, CVPR 2019, section 3.3, equation 3. Where the window holds one class this is cross-entropy; along a
    boundary it is less, since a probability may be split between the classes of both sides at no cost.

    The window is cut off at the rim of the picture. Void pixels do not count, and lend their neighbours no class; in
    the authors' code a void pixel beside a labelled one counts, with the neighbour's class.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` floating point, any real values.
    target : Tensor
        ``(N, H, W)`` class ids, any integer type.
    radius : int
        The window has ``2 * radius + 1`` pixels along a side; 1 in the paper. 0 gives `cross_entropy`.
    weight : Tensor, optional
        ``(C,)`` weight of each pixel's own class, in a weighted mean.
    ignore_index : int
        Id of the pixels that do not count. With all pixels void the loss is 0.

    Returns
    -------
    Tensor
        Scalar, 0 or more, at most `cross_entropy`.

    Raises
    ------
    ValueError
        If ``radius`` is negative, the shapes disagree, or (on a CPU) a target is no class.

    Examples
    --------
    >>> logits, target = torch.zeros(1, 4, 1, 2), torch.tensor([[[3, 1]]])
    >>> relaxed_cross_entropy(logits, target)  # two of four classes are right: log 4 - log 2
    tensor(0.6931)
    """
    if radius < 0:
        raise ValueError(f"radius: found {radius}, expected 0 or more (1 is a window of 3 x 3)")
    logits, target = checked(logits, target, ignore_index)
    labelled = target != ignore_index
    own = F.one_hot(target.where(labelled, 0), logits.shape[1]).permute(0, 3, 1, 2) * labelled[:, None]
    near = F.max_pool2d(own.to(logits.dtype), 2 * radius + 1, stride=1, padding=radius) > 0
    near |= ~labelled[:, None]  # any class for a void pixel: its loss, which does not count, is finite
    allowed = logits.masked_fill(~near, -torch.inf).logsumexp(dim=1)
    loss = (logits.logsumexp(dim=1) - allowed).clamp_min(0)  # rounding
    mass = pixel_weights(target, weight, ignore_index, loss.dtype)
    total = mass.sum()
    return (loss * mass).sum() / total.where(total > 0, 1)
