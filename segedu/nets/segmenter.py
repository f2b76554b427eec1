"""What every network here is: a backbone, a head on its features, and scores at the size of the picture."""

from __future__ import annotations

import torch
from torch import nn

from segedu.nets.backbones import Backbone, Features
from segedu.nets.parts.blocks import Resize, bring_to, check_input
from segedu.nets.parts.heads import FCNHead, WithAuxiliary


class Segmenter(nn.Module):
    """A head on a backbone. A subclass makes the layers of its head, and says in `decode` what they do.

    Subclasses take ``num_classes``, and for the backbone a name as well, with its options as further arguments: see
    `segedu.nets.backbones.make_backbone`.

    Parameters
    ----------
    backbone : Backbone
    in_channels : int
        Of the pictures.
    stride : int
        Of the scores that `decode` gives.
    resize : {"grid", "stretch", "corners"}
        How scores come to the size of the picture: see `segedu.nets.parts.blocks.bring_to`.
    """

    smallest_batch = 1
    """Fewest pictures in a batch that can train."""

    def __init__(self, backbone: Backbone, in_channels: int, stride: int, resize: Resize = "grid"):
        super().__init__()
        if resize not in ("grid", "stretch", "corners"):
            raise ValueError(f"resize: found {resize!r}, expected 'grid', 'stretch' or 'corners'")
        self.backbone, self.in_channels, self.stride, self.resize = backbone, in_channels, stride, resize
        self.aux_classifier: nn.Module | None = None

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores ``(N, num_classes, h, w)``."""
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        return self.upsample(self.decode(self._features(x)), self.stride, x.shape[-2:])

    def forward_with_auxiliary(self, x: torch.Tensor) -> WithAuxiliary:
        """The logits, and those of the auxiliary head, for a loss on both.

        Raises
        ------
        TypeError
            If the network has no such head.
        """
        if self.aux_classifier is None:
            raise TypeError(
                f"{type(self).__name__} has no auxiliary head here. Build it with auxiliary=True, if it has that "
                "option, or take a network that always has one, such as pspnet."
            )
        features, size = self._features(x), x.shape[-2:]
        second = self.aux_classifier(features[self.backbone.middle])
        stride = self.backbone.stride_of(self.backbone.middle)
        logits = self.upsample(self.decode(features), self.stride, size)
        return WithAuxiliary(logits, self.upsample(second, stride, size))

    def add_auxiliary(self, num_classes: int, dropout: nn.Module | None = None) -> None:
        """Give the network an `FCNHead` with at most 256 channels on the features before the coarsest ones."""
        channels = self.backbone.channels[self.backbone.middle]
        self.aux_classifier = FCNHead(channels, min(channels, 256), num_classes, dropout)

    def upsample(self, x: torch.Tensor, factor: int, size: torch.Size) -> torch.Tensor:
        """Bring a map to ``size``, ``factor`` times its own, in the way that ``resize`` says."""
        return bring_to(x, factor, size, self.resize)

    def _features(self, x: torch.Tensor) -> Features:
        normalises = self.training and self.backbone.normalises
        check_input(x, self.in_channels, self.backbone.deepest if normalises else None)
        return self.backbone(x)
