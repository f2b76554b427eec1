"""One look at the whole picture: pool, mix the channels, spread the answer out again."""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn

from segedu.nets.parts.blocks import resize_to


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

    def __init__(
        self, in_channels: int, out_channels: int, bins: int = 1, pooling: Literal["average", "max"] = "average"
    ):
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
