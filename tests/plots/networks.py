"""Networks that were not built here, for the tests of diagrams."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class Own(nn.Module):
    """What a reader may write: plain functions, a stack, two additions, a dilated residual block."""

    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 16, 3, 2, 1)
        self.b = nn.Conv2d(16, 32, 3, 2, 1)
        self.c = nn.Conv2d(32, 32, 3, padding=4, dilation=4)
        self.d = nn.Conv2d(48, 16, 1)
        self.e = nn.Conv2d(16, 5, 1)

    def forward(self, x):
        a = F.relu(self.a(x))
        b = F.relu(self.b(a))
        b = F.relu(self.c(b) + b)
        y = self.d(torch.cat([a, F.interpolate(b, scale_factor=2, mode="bilinear")], 1))
        return F.interpolate(self.e(y + a), x.shape[-2:])


class Exchanging(nn.Module):
    """Two strides side by side that exchange their maps, as HRNet's do."""

    def __init__(self):
        super().__init__()
        self.stem, self.down = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 16, 3, 2, 1)
        self.fine, self.coarse = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(16, 16, 3, padding=1)
        self.lower, self.higher = nn.Conv2d(8, 16, 3, 2, 1), nn.Conv2d(16, 8, 1)
        self.score = nn.Conv2d(24, 4, 1)

    def forward(self, x):
        x = self.stem(x)
        fine, coarse = self.fine(x), self.coarse(self.down(x))
        both = fine + F.interpolate(self.higher(coarse), scale_factor=2), coarse + self.lower(fine)
        return self.score(torch.cat([both[0], F.interpolate(both[1], scale_factor=2)], 1))


class Asks(nn.Module):
    """Goes one way or the other, by the numbers."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        y = self.conv(x)
        return y if y.mean() > 0 else self.conv(y)


class Gives(nn.Module):
    """Gives whatever it is told to make of a map."""

    def __init__(self, make):
        super().__init__()
        self.conv, self.make = nn.Conv2d(3, 4, 3, padding=1), make

    def forward(self, x):
        return self.make(self.conv(x))
