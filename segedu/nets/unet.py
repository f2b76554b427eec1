"""U-Net with padding and batch normalisation: picture and answer have the same size.

Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015. The paper's
own network, without padding, is in `segedu.nets.unet_valid`. Against `segedu.nets.fcn`: the decoder is given features
where FCN adds scores.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import nn

from segedu.nets.backbones import Backbone, Features, make_backbone
from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.segmenter import Segmenter


class UNetEncoder(Backbone):
    """The contracting half: two convolutions at every size, pooling in between.

    Parameters
    ----------
    in_channels : int
    width : int
        Channels at full size; each level further down halves the size and doubles the channels. With 5 levels, 8 give
        the whole network 0.49 million parameters, and 64 the paper's channels.
    levels : int
        Sizes from the full one down to ``2 ** (levels - 1)`` times smaller, 2..6.
    """

    small = True

    def __init__(self, in_channels: int = 3, width: int = 8, levels: int = 5):
        super().__init__()
        if not 2 <= levels <= 6:
            raise ValueError(f"levels: found {levels}, expected 2..6")
        self.channels = {2**level: width * 2**level for level in range(levels)}
        channels = list(self.channels.values())
        self.levels = nn.ModuleList(map(TwoConvs, [in_channels, *channels[:-1]], channels))
        self.pool = nn.MaxPool2d(2, ceil_mode=True)  # odd sizes are rounded up: no row is lost

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to features at strides 1, 2, 4 and so on."""
        features: Features = {}
        for stride, convs in zip(self.channels, self.levels, strict=True):
            features[stride] = x = convs(self.pool(x) if features else x)
        return features


class UNet(Segmenter):
    """A decoder that climbs from the coarsest features to the finest, and stacks the features of every size on its own.

    Parameters
    ----------
    num_classes, in_channels, backbone, **of_backbone
        As in `Segmenter`. ``"unet"`` is the paper's encoder, `UNetEncoder`, with its ``width`` and ``levels``; any
        other backbone must not dilate.
    skips : bool
        Whether the decoder sees the encoder's features. Without them the up-convolution fills their place: it keeps
        all its channels instead of half of them. Every other layer stays as it was, and there are more parameters,
        not fewer.

    Examples
    --------
    >>> UNet(num_classes=9)(torch.zeros(2, 3, 33, 47)).shape
    torch.Size([2, 9, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "unet",
        skips: bool = True,
        **of_backbone: Any,
    ):
        own = backbone == "unet"
        body = UNetEncoder(in_channels, **of_backbone) if own else make_backbone(backbone, in_channels, **of_backbone)
        body.check_strided()
        super().__init__(body, in_channels, min(body.channels))
        self.skips = skips
        self.up, self.decoder = nn.ModuleList(), nn.ModuleList()
        channels = [body.channels[stride] for stride in sorted(body.channels, reverse=True)]
        for coarse, fine in pairwise(channels):
            self.up.append(nn.ConvTranspose2d(coarse, fine if skips else 2 * fine, kernel_size=2, stride=2))
            self.decoder.append(TwoConvs(2 * fine, fine))
        self.score = nn.Conv2d(body.channels[self.stride], num_classes, kernel_size=1)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at the finest stride."""
        coarsest, *finer = (features[stride] for stride in sorted(features, reverse=True))
        x = coarsest
        for up, convs, fine in zip(self.up, self.decoder, finer, strict=True):
            x = up(x)[..., : fine.shape[-2], : fine.shape[-1]]  # twice a rounded size is one row too many
            x = convs(torch.cat([fine, x], dim=1) if self.skips else x)
        return self.score(x)


class TwoConvs(nn.Sequential):
    """Two 3 x 3 convolutions, each with batch normalisation and ReLU; the size is kept."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(ConvBnReLU(in_channels, out_channels), ConvBnReLU(out_channels, out_channels))
