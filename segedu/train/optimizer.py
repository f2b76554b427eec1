"""How weights are changed: the optimizer, and its learning rate from step to step."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import nn

from segedu.nets.calling import plain_parameters

Schedule = Callable[[int, int, int], float]
"""``schedule(step, steps, warmup)``: the factor of the learning rate at a step, 0 .. steps - 1."""


def poly(step: int, steps: int, warmup: int = 0, power: float = 0.9) -> float:
    """Factor of the learning rate at ``step`` (0 .. steps - 1): a linear rise, then ``(1 - t) ** power``.

    The "poly" schedule of DeepLab (Chen et al., TPAMI 2018, section 4.1.1) with an optional warm-up.

    Examples
    --------
    >>> [round(poly(s, 4, power=1), 2) for s in range(4)]
    [1.0, 0.75, 0.5, 0.25]
    """
    return constant(step, steps, warmup) * (1 - step / steps) ** power


def constant(step: int, steps: int, warmup: int = 0) -> float:
    """Factor of the learning rate at ``step``: a linear rise, then 1 to the end."""
    return min(1.0, (step + 1) / (warmup + 1))


def make_optimizer(
    net: nn.Module, name: str, lr: float, weight_decay: float, head_lr: float = 1.0
) -> torch.optim.Optimizer:
    """AdamW, or SGD with momentum 0.9, over what is not frozen; each group's learning rate has its ``"factor"``."""
    if not (math.isfinite(head_lr) and head_lr > 0):
        raise ValueError(f"head_lr: found {head_lr}, expected a factor above 0, such as 10")
    trained = [(key, p) for key, p in plain_parameters(net) if p.requires_grad]
    if not trained:
        raise ValueError("net: nothing to train, it has no parameter with requires_grad=True. Is all of it frozen?")
    parameters = [{"params": [p for _, p in trained], "factor": 1.0}]
    if head_lr != 1:
        # What stands around a backbone within a backbone is new as well, also where the inner one is frozen.
        nested = any(key.startswith("backbone.backbone.") for key, _ in plain_parameters(net))
        prefix = "backbone.backbone." if nested else "backbone."
        body = [p for key, p in trained if key.startswith(prefix)]
        head = [p for key, p in trained if not key.startswith(prefix)]
        if len(body) in (0, len(trained)):
            raise ValueError(
                f"head_lr: found {head_lr}, but {len(body)} of {len(trained)} tensors to train are in a part called "
                "'backbone'. Call the part so that shall learn more slowly, or leave head_lr at 1."
            )
        parameters = [{"params": body, "factor": 1.0}, {"params": head, "factor": head_lr}]
    if name == "adamw":
        return torch.optim.AdamW(parameters, lr=lr, weight_decay=weight_decay)
    if name == "sgd":
        return torch.optim.SGD(parameters, lr=lr, momentum=0.9, weight_decay=weight_decay)
    raise ValueError(f"optimizer: found {name!r}, expected 'adamw' or 'sgd'")
