"""Evaluation mode for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


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
