"""What every loss asks of its target."""

from __future__ import annotations

import torch

from segedu.labels import check_ids


def checked(logits: torch.Tensor, target: torch.Tensor, ignore_index: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the logits in float32 or more, and the target as int64.

    A sum over the pixels of a batch passes 65504, float16's largest number; and bytes would wrap around at a negative
    ``ignore_index``.
    """
    expected = (logits.shape[0], *logits.shape[2:])
    if logits.ndim != 4 or tuple(target.shape) != expected:
        raise ValueError(
            "expected logits (N, C, H, W) and a target (N, H, W), "
            f"found {tuple(logits.shape)} and {tuple(target.shape)}"
        )
    target = target.long()
    if target.device.type == "cpu":  # elsewhere it would make the device wait at every step
        check_ids("target", target, logits.shape[1], ignore_index)
    return logits.to(torch.promote_types(logits.dtype, torch.float32)), target


def pixel_weights(
    target: torch.Tensor, weight: torch.Tensor | None, ignore_index: int, dtype: torch.dtype
) -> torch.Tensor:
    """What each pixel counts in a mean, shaped as ``target``: its class's weight, else 1; void counts nothing."""
    labelled = target != ignore_index
    if weight is None:
        return labelled.to(dtype)
    return weight.to(dtype)[target.where(labelled, 0)].where(labelled, 0)
