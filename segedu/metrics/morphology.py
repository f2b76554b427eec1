"""Where regions meet, and all that lies within a distance of it."""

from __future__ import annotations

import math

import torch


def boundary_pixels(ids: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Pixels with another id above, below, left or right of them, ``(..., H, W)`` bool.

    A pair of neighbours counts only if both are ``known``. The rim of the picture is no boundary.
    """
    edge = torch.zeros_like(known)
    for axis in (-2, -1):
        length = ids.shape[axis] - 1
        here, there = ids.narrow(axis, 0, length), ids.narrow(axis, 1, length)
        differ = (here != there) & known.narrow(axis, 0, length) & known.narrow(axis, 1, length)
        edge.narrow(axis, 0, length).logical_or_(differ)
        edge.narrow(axis, 1, length).logical_or_(differ)
    return edge


def dilate(masks: torch.Tensor, radius: float) -> torch.Tensor:
    """Pixels at most ``radius`` away from a pixel of the mask: dilation of ``(..., H, W)`` bool with a disk.

    A disk is a stack of horizontal bars, so the mask is widened step by step and shifted up and down by the
    rows that have that width: about ``4 radius`` passes, where trying every pixel of the disk would take ``3
    radius ** 2``.
    """
    height = masks.shape[-2]
    bar, result = masks.clone(), torch.zeros_like(masks)
    for half_width in range(int(radius) + 1):
        if half_width:
            bar = _widen(bar)
        for dy in range(min(int(radius), height - 1) + 1):
            if int(math.sqrt(radius**2 - dy**2)) == half_width:
                result[..., dy:, :] |= bar[..., : height - dy, :]
                result[..., : height - dy, :] |= bar[..., dy:, :]
    return result


def _widen(masks: torch.Tensor) -> torch.Tensor:
    """One pixel more to the left and to the right."""
    wide = masks.clone()
    wide[..., 1:] |= masks[..., :-1]
    wide[..., :-1] |= masks[..., 1:]
    return wide
