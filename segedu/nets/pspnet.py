"""PSPNet: a pyramid of pooled maps gives every place a summary of the whole picture (Zhao et al., CVPR 2017).

Against `segedu.nets.fcn` without skips: four coarse looks at the whole picture are stacked on the map, and an auxiliary
head on the stage before can help in training (`segedu.train.fit`, ``auxiliary_weight``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch
from torch import nn

from segedu.nets.backbones import Backbone, Features, dense, make_backbone
from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.parts.pooled import PooledBranch
from segedu.nets.segmenter import Resize, Segmenter

BINS = (1, 2, 3, 6)
"""Rows and columns of the pooled maps in the paper (section 3.2)."""

Pooling = Literal["average", "max"]


class PyramidPooling(nn.Module):
    """The pyramid pooling module (figure 3 of the paper): the map that comes in, and pooled maps of it, stacked.

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


class PyramidHead(nn.Sequential):
    """The pyramid, a 3 x 3 convolution that mixes map and context, dropout of whole channels."""

    def __init__(
        self, in_channels: int, out_channels: int, bins: Sequence[int], pooling: Pooling, reduce: bool, dropout: float
    ):
        pyramid = PyramidPooling(in_channels, bins, pooling, reduce)
        super().__init__(pyramid, ConvBnReLU(pyramid.out_channels, out_channels), nn.Dropout2d(dropout))
        self.out_channels = out_channels


class PSPNet(Segmenter):
    """The pyramid at stride 8.

    On ``"resnet50"``, with 21 classes, it has 49,081,578 parameters, 46,716,373 without the auxiliary head: those of
    the authors' PyTorch code, where ResNets have a deep stem and each dilated stage starts with its own dilation. That
    code resizes with the corner pixels pinned (``resize="corners"``) and wants pictures of 8 n + 1 pixels; here pixels
    are areas, and any size will do.

    Parameters
    ----------
    num_classes, in_channels, backbone, resize, **of_backbone
        As in `Segmenter`. ImageNet ``weights`` of a ResNet want ``stem="plain"``.
    bins, pooling, reduce
        Of `PyramidPooling`.
    channels : int, optional
        Of the convolution behind the pyramid; by default as many as the backbone's last features, 512 at most.
    dropout : float
        Share of the channels that are silenced in training.

    Examples
    --------
    >>> net = PSPNet(num_classes=9).eval()
    >>> net(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 9, 33, 47])
    """

    smallest_batch = 2

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "shallow",
        bins: Sequence[int] = BINS,
        pooling: Pooling = "average",
        reduce: bool = True,
        channels: int | None = None,
        dropout: float = 0.1,
        resize: Resize = "grid",
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, *dense(first_block="uniform", stem="deep"), **of_backbone)
        super().__init__(body, in_channels, body.stride_of(body.last), resize)
        coarse = body.channels[body.last]
        channels = channels or min(coarse, 512)
        head = PyramidHead(coarse, channels, bins, pooling, reduce, dropout)
        self.classifier = nn.Sequential(head, nn.Conv2d(channels, num_classes, 1))
        self.add_auxiliary(num_classes, nn.Dropout2d(dropout))

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at their stride."""
        return self.classifier(features[self.backbone.last])
