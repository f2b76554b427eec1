"""DeepLab v3+: DeepLab v3, and a small decoder for the boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from segedu.nets.backbones import Backbone, Features, dense, make_backbone
from segedu.nets.parts.aspp import ASPP, rates_at
from segedu.nets.parts.blocks import ConvBnReLU
from segedu.nets.parts.separable import SeparableConv
from segedu.nets.segmenter import Resize, Segmenter


class Decoder(nn.Module):
    """Stack fine features on the upsampled ones of the pyramid, convolve (Chen et al., ECCV 2018, figure 2).

    Parameters
    ----------
    in_channels : int
        Of the pyramid.
    fine_channels : int
        Of the fine features; a 1 x 1 convolution brings them to ``reduced``, so that they do not outvote the pyramid.
    reduced : int
        48 in the paper (table 1).
    convs : int
        How many 3 x 3 convolutions mix both; 2 in the paper (table 2).
    separable, activation_between : bool
        See `SeparableConv`.
    """

    def __init__(
        self,
        in_channels: int,
        fine_channels: int,
        reduced: int = 48,
        convs: int = 2,
        separable: bool = False,
        activation_between: bool = True,
    ):
        super().__init__()
        self.reduce = ConvBnReLU(fine_channels, reduced, 1)
        channels = [in_channels + reduced, *[in_channels] * convs]
        self.convs = nn.Sequential(*(
            SeparableConv(before, after, activation_between=activation_between)
            if separable
            else ConvBnReLU(before, after)
            for before, after in pairwise(channels)
        ))  # fmt: skip

    def forward(self, upsampled: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, h, w)`` and ``(N, fine_channels, h, w)`` to ``(N, in_channels, h, w)``."""
        return self.convs(torch.cat([upsampled, self.reduce(fine)], dim=1))


class DeepLabV3Plus(Segmenter):
    """DeepLab v3's pyramid, and a decoder at stride 4 (Chen et al., ECCV 2018).

    ``DeepLabV3Plus`` of segmentation_models_pytorch is another network: rates 12, 24, 36 at stride 16, separable
    convolutions without activation between their two steps, one more of these after the pyramid, one instead of two
    in the decoder. The first, second and last are options here, and with the third put in by hand the two are equal.

    Parameters
    ----------
    num_classes, in_channels, backbone, rates, image_pooling, dropout, channels, resize, **of_backbone
        As in `segedu.nets.deeplabv3.DeepLabV3`.
    reduced : int, optional
        Of the `Decoder`; by default 48, and 12 on the tiny backbones.
    convs : int
        Of the `Decoder`.
    separable, activation_between : bool
        `SeparableConv` in pyramid and decoder, as the paper has them with its Xception.
    """

    smallest_batch = 2

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "shallow",
        rates: Sequence[int] | None = None,
        image_pooling: bool = True,
        dropout: float = 0.0,
        channels: int | None = None,
        reduced: int | None = None,
        convs: int = 2,
        separable: bool = False,
        activation_between: bool = True,
        resize: Resize = "grid",
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, *dense(output_stride=16), **of_backbone)
        super().__init__(body, in_channels, 4, resize)
        coarse, fine = body.channels[body.last], body.channels[4]
        channels, rates = channels or min(coarse, 256), rates or rates_at(body.output_stride, body.small)
        atrous = {"separable": separable, "activation_between": activation_between}
        self.aspp = ASPP(coarse, channels, rates, image_pooling, dropout=dropout, **atrous)
        self.score = nn.Conv2d(channels, num_classes, 1)
        self.decoder = Decoder(channels, fine, reduced or (12 if body.small else 48), convs, **atrous)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at stride 4."""
        fine, coarse = features[4], features[self.backbone.last]
        factor = self.backbone.stride_of(self.backbone.last) // 4
        context = self.upsample(self.aspp(coarse), factor, fine.shape[-2:])  # (N, C, H/4, W/4)
        return self.score(self.decoder(context, fine))
