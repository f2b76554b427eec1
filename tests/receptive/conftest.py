"""A network with everything in it that a receptive field must be followed through."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.parts.blocks import ResidualBlock


class Branches(nn.Module):
    """A shortcut, a dilated branch and a pooled one, which is enlarged again."""

    def __init__(self):
        super().__init__()
        self.block = ResidualBlock(3, 4, stride=2)
        self.near, self.far = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=3, dilation=3)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = self.block(x)
        pooled = F.interpolate(self.pool(x), size=x.shape[-2:], mode="nearest")
        return torch.sigmoid(self.near(x)) * self.far(x) + pooled


@pytest.fixture
def branches() -> nn.Module:
    """A `Branches` with random weights, the same in every test."""
    torch.manual_seed(0)
    return Branches()
