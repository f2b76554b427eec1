"""Evaluation mode for a while, and training mode for what is trained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


def train_mode(net: nn.Module) -> None:
    """Put a network into training mode, but for what is frozen.

    Frozen is a part whose parameters all have ``requires_grad=False``: its batch normalisation keeps its statistics,
    too, or the part would answer differently after the training of the others. So is a part that was put into
    evaluation mode while the whole was not.

    Examples
    --------
    >>> net = nn.Sequential(nn.BatchNorm2d(3).requires_grad_(False), nn.Conv2d(3, 2, 1)).eval()
    >>> train_mode(net)
    >>> net[0].training, net[1].training
    (False, True)
    """
    kept = [module for module in net.modules() if not module.training] if net.training else []
    for module in net.modules():
        own = list(module.parameters())
        if own and not any(parameter.requires_grad for parameter in own):
            kept.append(module)
    net.train()
    for module in kept:
        module.eval()


@contextmanager
def evaluating(net: nn.Module) -> Iterator[None]:
    """Put a network into evaluation mode, without gradients; afterwards every part is in the mode it was in.

    Part by part, since a user may have frozen some of them on purpose; and also if the block raises.

    Examples
    --------
    >>> net = nn.Sequential(nn.Dropout().eval(), nn.Linear(1, 1))
    >>> with evaluating(net):
    ...     print(net.training)
    False
    >>> net.training, net[0].training
    (True, False)
    """
    modes = {module: module.training for module in net.modules()}
    net.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in modes.items():
            module.training = training
