"""PSPNet: a pyramid of pooled maps gives every place a summary of the whole picture (Zhao et al., CVPR 2017).

Against `segedu.nets.fcn` without skips: four coarse looks at the whole picture are stacked on the map, and an auxiliary
head on the stage before can help in training (`segedu.train.fit`, ``auxiliary_weight``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from segedu.nets.backbones import Backbone, Features, dense, make_backbone
from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.parts.pooled import BINS, Pooling, PyramidPooling
from segedu.nets.segmenter import Resize, Segmenter


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
