"""What the networks of the papers' size share: a dilated ResNet, a head on its last stage, scores at input size."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.auxiliary import WithAuxiliary
from segedu.nets.backbones import ResNet
from segedu.nets.blocks import check_input


class ResNetSegmenter(nn.Module):
    """A backbone, and a classifier on its last stage; a subclass sets ``classifier``.

    Parameters
    ----------
    backbone : ResNet
    in_channels : int
    align_corners : bool
        How scores are resized to the picture: whether corner pixels are pinned to corner pixels.
    """

    classifier: nn.Module

    def __init__(self, backbone: ResNet, in_channels: int, align_corners: bool = False):
        super().__init__()
        self.in_channels, self.align_corners = in_channels, align_corners
        self.backbone = backbone

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        return self._resize(self.classifier(self.backbone(x)[3]), x)

    def _resize(self, scores: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return F.interpolate(scores, x.shape[-2:], mode="bilinear", align_corners=self.align_corners)


class ResNetSegmenterWithAuxiliary(ResNetSegmenter):
    """`ResNetSegmenter` with a second classifier, on stage 3, for training; a subclass sets ``aux_classifier``."""

    aux_classifier: nn.Module

    def forward_with_auxiliary(self, x: torch.Tensor) -> WithAuxiliary:
        """The logits, and those of the auxiliary head, for a loss on both."""
        check_input(x, self.in_channels)
        *_, c4, c5 = self.backbone(x)
        return WithAuxiliary(self._resize(self.classifier(c5), x), self._resize(self.aux_classifier(c4), x))
