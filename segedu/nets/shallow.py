"""A network that sees fine but not far, with room for a module that adds context."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from segedu.nets.backbones import TinyResNet
from segedu.nets.blocks import check_input, enlarge


class ShallowNet(nn.Module):
    """The first two stages of `TinyResNet`, a context module at stride 8, a classifier.

    Without a context module one score sees 47 x 47 pixels. What a module adds to that is its own.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    width, depth : int
        Of the backbone.
    context : callable, optional
        From a number of channels to a module that keeps ``(h, w)``; its attribute ``out_channels`` says what it gives.

    Examples
    --------
    >>> ShallowNet(num_classes=9)(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 9, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        width: int = 32,
        depth: int = 1,
        context: Callable[[int], nn.Module] | None = None,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.backbone = TinyResNet(in_channels, width, depth, stages=2)
        channels = self.backbone.channels[8]
        self.context = context(channels) if context else nn.Identity()
        self.score = nn.Conv2d(self.context.out_channels if context else channels, num_classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        features = self.backbone(x)[8]
        return enlarge(self.score(self.context(features)), 8, x.shape[-2:])
