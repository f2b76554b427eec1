"""The effective field: how much each pixel counts for an output.

Luo, Li, Urtasun, Zemel, "Understanding the effective receptive field in deep convolutional neural networks",
NeurIPS 2016.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from segedu.nets.modes import evaluating
from segedu.receptive.probe import Pick, place_in


def effective_field(
    net: nn.Module,
    images: torch.Tensor,
    *,
    at: tuple[int, int] | None = None,
    pick: Pick | None = None,
    batch_size: int = 8,
) -> np.ndarray:
    """Measure how strongly each input pixel moves one output, on average over pictures.

    For each picture, the largest channel of the output at ``at`` (the class that wins there) is differentiated with
    respect to the picture. The absolute values are summed over the colours and averaged over the pictures (section 2
    of the paper, which differentiates its one output channel).

    Parameters
    ----------
    net : nn.Module
        Pictures ``(N, C, H, W)`` to maps; evaluated in evaluation mode and not changed.
    images : Tensor
        ``(N, C, H, W)`` floats as the network takes them: real pictures, or noise.
    at : (row, column), optional
        Of the output map; by default the middle.
    pick : callable, optional
        For a network that returns several maps.
    batch_size : int

    Returns
    -------
    (H, W) float64 array
        0 or more, with sum 1.

    Raises
    ------
    ValueError
        If the images are not ``(N, C, H, W)`` floats, ``at`` lies outside of the map, or every gradient is zero.
    """
    if images.ndim != 4 or not images.is_floating_point():
        raise ValueError(f"images: found {tuple(images.shape)} {images.dtype}, expected floats (N, C, H, W)")
    total = torch.zeros(images.shape[-2:], dtype=torch.float64)
    for batch in images.split(batch_size):
        with evaluating(net), torch.enable_grad():
            leaf = batch.detach().clone().requires_grad_()
            output = net(leaf * 1)
            maps = pick(output) if pick else output
            row, column = place_in(maps, at)
            answers = maps[:, :, row, column].amax(dim=1)  # in evaluation mode each depends on its own picture only
            (gradient,) = torch.autograd.grad(answers.sum(), leaf)
        total += gradient.abs().sum(dim=(0, 1)).double().cpu()
    if total.sum() == 0:
        raise ValueError("net: the output does not change with any pixel; every gradient is zero")
    return (total / total.sum()).numpy()


def side(field: np.ndarray, share: float = 0.95) -> int:
    """Side of the smallest square around the centre of mass that holds ``share`` of an effective field.

    Parameters
    ----------
    field : (H, W) array
        0 or more.
    share : float
        More than 0, at most 1.

    Returns
    -------
    int
        Pixels, an odd number; comparable with the side of the theoretical field.

    Raises
    ------
    ValueError
        If ``share`` is out of range or the field is empty.

    Examples
    --------
    >>> field = np.zeros((7, 7))
    >>> field[3, 3], field[3, 4] = 0.9, 0.1
    >>> side(field, 0.5), side(field)
    (1, 3)
    """
    mass = np.asarray(field, dtype=np.float64)
    if not 0 < share <= 1:
        raise ValueError(f"share: found {share}, expected more than 0 and at most 1")
    if mass.ndim != 2 or mass.sum() <= 0:
        raise ValueError(f"field: found shape {mass.shape} with sum {mass.sum()}, expected (H, W) with a positive sum")
    rows, columns = np.indices(mass.shape)
    row, column = (round(float((places * mass).sum() / mass.sum())) for places in (rows, columns))
    distance = np.maximum(abs(rows - row), abs(columns - column))
    held = np.cumsum(np.bincount(distance.ravel(), weights=mass.ravel()))
    return 2 * int(np.searchsorted(held, share * held[-1] * (1 - 1e-12))) + 1
