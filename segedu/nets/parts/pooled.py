"""Coarse looks at the whole picture: pool, mix the channels, spread the answer out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import nn

from segedu.nets.parts.blocks import resize_to

BINS = (1, 2, 3, 6)
"""Rows and columns of the pooled maps in the paper (Zhao et al., section 3.2)."""

Pooling = Literal["average", "max"]


class PooledBranch(nn.Sequential):
    """Pool to a few bins, 1 x 1 convolution, batch normalisation, ReLU; then resize to the size that came in.

    With one bin, the image pooling of DeepLab v3 (Chen et al., arXiv:1706.05587, section 3.3); with 1, 2, 3 and 6,
    the four levels of PSPNet's pyramid (Zhao et al., CVPR 2017, figure 3).

    Parameters
    ----------
    in_channels, out_channels : int
    bins : int
        Rows and columns of the pooled map.
    pooling : {"average", "max"}
    """

    def __init__(self, in_channels: int, out_channels: int, bins: int = 1, pooling: Pooling = "average"):
        if pooling not in ("average", "max"):
            raise ValueError(f"pooling: found {pooling!r}, expected 'average' or 'max'")
        super().__init__(
            nn.AdaptiveAvgPool2d(bins) if pooling == "average" else nn.AdaptiveMaxPool2d(bins),
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )
        self.bins = bins

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, h, w)`` to ``(N, out_channels, h, w)``.

        Raises
        ------
        ValueError
            In training, for one picture pooled to one bin: a single value has no variance.
        """
        if self.training and self.bins == 1 and len(x) == 1:
            raise ValueError(
                "input: a batch of one picture, pooled to one bin, leaves one value a channel, and batch normalisation "
                "needs two in training. Train on two pictures or more at once (drop an incomplete last batch), or "
                "call net.eval()."
            )
        return resize_to(super().forward(x), x.shape[-2:])


class PyramidPooling(nn.Module):
    """The pyramid pooling module of PSPNet (figure 3): the map that comes in, and pooled maps of it, stacked.

    Parameters
    ----------
    in_channels : int
    bins : sequence of int
        Rows and columns of each pooled map.
    pooling : {"average", "max"}
    reduce : bool
        Whether the branches share ``in_channels`` between them (the paper's "dimension reduction"), so that context
        and map have equally many channels. If not, each branch has ``in_channels``.

    Attributes
    ----------
    out_channels : int
        First those of the map, then those of the branches in the order of ``bins``.

    Raises
    ------
    ValueError
        If ``bins`` is empty or holds a number below 1, or there are more branches than channels to share.

    Examples
    --------
    >>> pyramid = PyramidPooling(64).eval()
    >>> pyramid(torch.zeros(1, 64, 12, 16)).shape
    torch.Size([1, 128, 12, 16])
    """

    def __init__(self, in_channels: int, bins: Sequence[int] = BINS, pooling: Pooling = "average", reduce: bool = True):
        super().__init__()
        bins = tuple(bins)
        if not bins or min(bins) < 1:
            raise ValueError(f"bins: found {bins}, expected one or more numbers of 1 or more, such as {BINS}")
        if len(bins) > in_channels:
            raise ValueError(f"bins: found {len(bins)} of them for {in_channels} channels; each branch needs one")
        channels = in_channels // len(bins) if reduce else in_channels
        self.branches = nn.ModuleList(PooledBranch(in_channels, channels, n, pooling) for n in bins)
        self.out_channels = in_channels + channels * len(bins)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, h, w)`` to ``(N, out_channels, h, w)``."""
        return torch.cat([x, *(branch(x) for branch in self.branches)], dim=1)
