"""U-Net's boundary weights: pixels between two close objects count more."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from segedu.losses.target import checked


def boundary_weights(
    instances: np.ndarray, balance: np.ndarray | float = 1.0, w0: float = 10.0, sigma: float = 5.0
) -> np.ndarray:
    """Weight of every pixel: ``balance + w0 * exp(-(d1 + d2) ** 2 / (2 * sigma ** 2))``.

    ``d1`` and ``d2`` are the distances to the boundaries of the nearest and of the second nearest object. Both are
    small only in the gap between two objects, and there the weight is large (Ronneberger, Fischer, Brox, "U-Net",
    MICCAI 2015, section 3, equation 2).

    Parameters
    ----------
    instances : (H, W) integer array
        An object id for every pixel, 0 where there is no object. The boundary of an object is those of its pixels that
        have a pixel of something else above, below, left or right; the rim of the picture is no boundary.
    balance : float or (H, W) array
        The paper's ``w_c``: weights that balance the classes, for instance ``class_weights(...)[mask]``.
    w0 : float
        What two objects that touch add, at most.
    sigma : float
        Width in pixels: at ``d1 + d2 = 2 sigma`` a seventh of ``w0`` is left.

    Returns
    -------
    (H, W) float32 array
        With fewer than two objects, nothing but ``balance``.

    Raises
    ------
    ValueError
        If ``instances`` is not ``(H, W)`` integers, ``w0`` is negative, or ``sigma`` is not positive.

    Examples
    --------
    >>> row = np.array([[1, 1, 0, 2, 2, 0, 0, 0]])  # the gap of one pixel has d1 = d2 = 1
    >>> boundary_weights(row, w0=10, sigma=1).round(2)
    array([[1.  , 2.35, 2.35, 2.35, 1.11, 1.  , 1.  , 1.  ]], dtype=float32)
    """
    instances = np.asarray(instances)
    if instances.ndim != 2 or not np.issubdtype(instances.dtype, np.integer):
        raise ValueError(f"instances: found {instances.shape} {instances.dtype}, expected (H, W) integers")
    if w0 < 0 or not sigma > 0:
        raise ValueError(f"w0, sigma: found {w0}, {sigma}, expected w0 of 0 or more and sigma above 0")
    nearest = np.full(instances.shape, np.inf)
    second = np.full(instances.shape, np.inf)
    for number in np.unique(instances[instances != 0]):
        distance = distance_to_boundary(instances == number)
        second = np.minimum(second, np.maximum(nearest, distance))
        nearest = np.minimum(nearest, distance)
    return (balance + w0 * np.exp(-((nearest + second) ** 2) / (2 * sigma**2))).astype(np.float32)


def distance_to_boundary(mask: np.ndarray) -> np.ndarray:
    """Euclidean distance in pixels of every pixel from the boundary of one object, ``(H, W)`` bool to float64.

    Infinite where there is no border: the object is empty, or fills the picture.
    """
    from scipy import ndimage  # here, so that importing the room stays cheap

    boundary = mask & ~ndimage.binary_erosion(mask, border_value=1)
    if not boundary.any():
        return np.full(mask.shape, np.inf)
    return ndimage.distance_transform_edt(~boundary)


def pixel_weighted_cross_entropy(
    logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor, ignore_index: int = 255
) -> torch.Tensor:
    """Softmax cross-entropy in which every pixel has its own weight.

    Parameters
    ----------
    logits : (N, C, H, W) floating point tensor
    target : (N, H, W) integer tensor
        Class ids; ``ignore_index`` does not count.
    weight : (N, H, W) tensor
        0 or more; for instance from `boundary_weights`.

    Returns
    -------
    Tensor
        Scalar: the sum of weight times loss over the sum of the weights. 0 where every pixel is void.

    Raises
    ------
    ValueError
        If the shapes disagree, or (on a CPU) a target is no class.

    Examples
    --------
    >>> logits = torch.tensor([[[[0.0, 0.0]], [[0.0, 9.0]]]])
    >>> target = torch.tensor([[[0, 1]]])
    >>> pixel_weighted_cross_entropy(logits, target, torch.tensor([[[1.0, 0.0]]]))  # log 2
    tensor(0.6931)
    """
    logits, target = checked(logits, target, ignore_index)
    if weight.shape != target.shape:
        raise ValueError(f"weight: found shape {tuple(weight.shape)}, expected {tuple(target.shape)} like the target")
    weight = weight.to(logits.dtype).where(target != ignore_index, 0)
    loss = F.cross_entropy(logits, target, ignore_index=ignore_index, reduction="none")
    mass = weight.sum()
    return (weight * loss).sum() / mass.where(mass > 0, 1)
