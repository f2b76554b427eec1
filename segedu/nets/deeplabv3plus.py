"""DeepLab v3+: DeepLab v3, and a small decoder for the borders."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import torch
import torch.nn.functional as F
from torch import nn
from torchvision import models

from segedu.nets.aspp import ASPP, FITTING
from segedu.nets.backbones import ResNet
from segedu.nets.blocks import ConvBnReLU, check_input, enlarge
from segedu.nets.deeplab import rates_at, use_multi_grid
from segedu.nets.separable import SeparableConv
from segedu.nets.shallow import ShallowNet


class Decoder(nn.Module):
    """Enlarge the pyramid's features, stack fine features on them, convolve (Chen et al., ECCV 2018, figure 2).

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

    def forward(self, enlarged: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, h, w)`` and ``(N, fine_channels, h, w)`` to ``(N, in_channels, h, w)``."""
        return self.convs(torch.cat([enlarged, self.reduce(fine)], dim=1))


class ShallowDeepLabV3Plus(ShallowNet):
    """`ShallowNet` with DeepLab v3's pyramid at stride 8 and a decoder at stride 4.

    Parameters
    ----------
    num_classes, in_channels, width, depth
        As in `ShallowNet`.
    rates : sequence of int
    image_pooling : bool
        Without it, a batch of one picture can train.
    reduced : int
        Channels that the fine features are reduced to.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        width: int = 32,
        depth: int = 1,
        rates: Sequence[int] = FITTING,
        image_pooling: bool = True,
        reduced: int = 12,
    ):
        def pyramid(channels: int) -> ASPP:
            return ASPP(channels, channels, rates, image_pooling, dropout=0)

        super().__init__(num_classes, in_channels, width, depth, context=pyramid)
        channels = self.backbone.channels
        self.decoder = Decoder(channels[8], channels[4], reduced)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        features = self.backbone(x)
        fine = features[4]
        context = enlarge(self.context(features[8]), 2, fine.shape[-2:])  # (N, C, H/4, W/4)
        return enlarge(self.score(self.decoder(context, fine)), 4, x.shape[-2:])


class DeepLabV3Plus(nn.Module):
    """DeepLab v3+ on a ResNet (Chen et al., ECCV 2018): pyramid at stride 16, decoder at stride 4.

    ``DeepLabV3Plus`` of segmentation_models_pytorch is another network: rates 12, 24, 36 at stride 16, separable
    convolutions without activation between their two steps, one more of these after the pyramid, one instead of two
    in the decoder. The first, second and last are options here, and with the third put in by hand the two are equal.

    Parameters
    ----------
    num_classes, in_channels, backbone, output_stride, rates, multi_grid, first_block, align_corners, weights
        As in `segedu.nets.deeplab.DeepLabV3`. Scores are enlarged by whole factors and cut, unless ``align_corners``.
    reduced, convs : int
        Of the `Decoder`.
    separable, activation_between : bool
        `SeparableConv` in pyramid and decoder, as the paper has them with its Xception.
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str = "resnet50",
        output_stride: int = 16,
        rates: Sequence[int] | None = None,
        multi_grid: Sequence[int] = (1, 1, 1),
        reduced: int = 48,
        convs: int = 2,
        separable: bool = False,
        activation_between: bool = True,
        first_block: Literal["contracted", "uniform"] = "contracted",
        align_corners: bool = False,
        weights: models.WeightsEnum | None = None,
    ):
        super().__init__()
        self.in_channels, self.output_stride, self.align_corners = in_channels, output_stride, align_corners
        self.backbone = ResNet(backbone, in_channels, output_stride, first_block, weights)
        use_multi_grid(self.backbone, output_stride, multi_grid)
        fine, *_, coarse = self.backbone.channels
        atrous = {"separable": separable, "activation_between": activation_between}
        self.aspp = ASPP(coarse, 256, rates or rates_at(output_stride), **atrous)
        self.decoder = Decoder(256, fine, reduced, convs, **atrous)
        self.score = nn.Conv2d(256, num_classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        fine, *_, coarse = self.backbone(x)
        context = self._enlarge(self.aspp(coarse), self.output_stride // 4, fine.shape[-2:])  # (N, 256, H/4, W/4)
        return self._enlarge(self.score(self.decoder(context, fine)), 4, x.shape[-2:])

    def _enlarge(self, x: torch.Tensor, factor: int, size: torch.Size) -> torch.Tensor:
        if self.align_corners:
            return F.interpolate(x, size, mode="bilinear", align_corners=True)
        return enlarge(x, factor, size)
