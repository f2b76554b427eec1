"""What a network may ask of any backbone."""

from __future__ import annotations

import torch
from torch import nn

Features = dict[int, torch.Tensor]
"""Feature maps by stride: ``features[8]`` is ``(N, C, H / 8, W / 8)``, rounded up.

Stages that dilate instead of striding keep the name of the stride that they would have had.
"""


class Backbone(nn.Module):
    """Pictures ``(N, in_channels, H, W)`` to `Features`; a subclass sets ``channels``.

    Attributes
    ----------
    channels : dict of int to int
        Channels of each feature map, by the stride that it is called by, fine to coarse.
    output_stride : int
        No map has a greater stride, whatever it is called.
    small : bool
        Made for pictures of about a hundred pixels a side: heads are narrower on it, and look less far.
    normalises : bool
        Whether it has batch normalisation, which in training needs two values a channel.
    """

    channels: dict[int, int]
    output_stride: int = 32
    small: bool = False
    normalises: bool = True

    @property
    def last(self) -> int:
        """What the coarsest features are called by."""
        return max(self.channels)

    @property
    def middle(self) -> int:
        """What the features before the coarsest ones are called by."""
        return sorted(self.channels)[-2]

    @property
    def deepest(self) -> int:
        """The true stride of the coarsest map on the way."""
        return self.stride_of(self.last)

    def stride_of(self, name: int) -> int:
        """The true stride of the features that are called by ``name``."""
        return min(name, self.output_stride)

    def check_strided(self) -> None:
        """Raise `ValueError` unless all features have the strides that they are called by: for heads that add them."""
        if wrong := [name for name in self.channels if self.stride_of(name) != name]:
            raise ValueError(
                f"backbone: the features called {', '.join(map(str, wrong))} have stride {self.stride_of(wrong[0])}, "
                "and this network adds features of different strides. Give output_stride=32 and no jpu, or take a "
                "network without skips."
            )
