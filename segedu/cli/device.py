"""The device that the command line asks for."""

from __future__ import annotations

import torch


def check_device(text: str) -> str:
    """Raise `ValueError` unless torch can compute on a device, before any work is done."""
    try:
        device = torch.device(text)
    except RuntimeError as error:
        raise ValueError(f"--device: found {text!r}, expected cpu or cuda") from error
    try:
        torch.zeros(1, device=device).cpu()  # which "meta" cannot give back either
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"--device: found {text}, but torch sees no such device here; use --device cpu") from error
    return text
