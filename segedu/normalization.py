"""From bytes to what networks take, and back: one convention for every network of this package."""

from __future__ import annotations

import torch

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
"""Of ImageNet's red, green and blue, in 0..1."""


def normalize(images: torch.Tensor) -> torch.Tensor:
    """Bytes to what networks take: ``(x / 255 - mean) / std`` with ImageNet's channel statistics.

    One convention for every network here, so that official ImageNet weights fit.

    Parameters
    ----------
    images : (..., 3, H, W) uint8 tensor, or float tensor in 0..255

    Returns
    -------
    (..., 3, H, W) float32 tensor, about -2.1..2.6
    """
    mean = torch.tensor(MEAN, device=images.device).view(3, 1, 1) * 255
    std = torch.tensor(STD, device=images.device).view(3, 1, 1) * 255
    return (images.float() - mean) / std
