"""How weights are changed: the optimizer, and its learning rate from step to step."""

from __future__ import annotations

import torch
from torch import nn


def poly(step: int, steps: int, warmup: int = 0, power: float = 0.9) -> float:
    """Factor of the learning rate at ``step`` (0 .. steps - 1): a linear rise, then ``(1 - t) ** power``.

    The "poly" schedule of DeepLab (Chen et al., TPAMI 2018, section 4.1.1) with an optional warm-up.

    Examples
    --------
    >>> [round(poly(s, 4, power=1), 2) for s in range(4)]
    [1.0, 0.75, 0.5, 0.25]
    """
    rise = min(1.0, (step + 1) / (warmup + 1))
    return rise * (1 - step / steps) ** power


def make_optimizer(net: nn.Module, name: str, lr: float, weight_decay: float) -> torch.optim.Optimizer:
    """AdamW, or SGD with momentum 0.9, over what is not frozen."""
    parameters = [p for p in net.parameters() if p.requires_grad]
    if not parameters:
        raise ValueError("net: nothing to train, it has no parameter with requires_grad=True. Is all of it frozen?")
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=lr, weight_decay=weight_decay)
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=lr, momentum=0.9, weight_decay=weight_decay)
    raise ValueError(f"optimizer: found {name!r}, expected 'adamw' or 'sgd'")
