"""U-Net with padding and batch normalisation: picture and answer have the same size.

Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015. The paper's
own network, without padding, is in `segedu.nets.unet_valid`. Against `segedu.nets.fcn`: the decoder is given features
where FCN adds scores.
"""

from __future__ import annotations

import torch
from torch import nn

from segedu.nets.blocks import ConvBnReLU, check_input


class UNet(nn.Module):
    """Encoder and decoder of equal depth, joined by concatenation at every size.

    Level 0 works at full size with ``width`` channels. Each level further down halves the size and doubles the
    channels.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    width : int
        Channels at full size. With 5 levels, 8 give 0.49 million parameters, and 64 the paper's channels.
    levels : int
        Sizes from the full one down to ``2 ** (levels - 1)`` times smaller, 2..6.
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
        self, num_classes: int, in_channels: int = 3, width: int = 8, levels: int = 5, skips: bool = True
    ) -> None:
        super().__init__()
        if not 2 <= levels <= 6:
            raise ValueError(f"levels: found {levels}, expected 2..6")
        self.in_channels, self.skips = in_channels, skips
        channels = [width * 2**level for level in range(levels)]
        self.encoder = nn.ModuleList(map(TwoConvs, [in_channels, *channels[:-1]], channels))
        self.pool = nn.MaxPool2d(2, ceil_mode=True)  # odd sizes are rounded up: no row is lost
        self.up, self.decoder = nn.ModuleList(), nn.ModuleList()
        for c in reversed(channels[:-1]):
            self.up.append(nn.ConvTranspose2d(2 * c, c if skips else 2 * c, kernel_size=2, stride=2))
            self.decoder.append(TwoConvs(2 * c, c))
        self.score = nn.Conv2d(width, num_classes, kernel_size=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels, batch_norm_stride=2 ** len(self.up) if self.training else None)
        kept = []
        for convs in self.encoder:
            x = convs(self.pool(x) if kept else x)  # level i: (N, width * 2**i, H / 2**i, W / 2**i)
            kept.append(x)
        for up, convs, fine in zip(self.up, self.decoder, reversed(kept[:-1]), strict=True):
            x = up(x)[..., : fine.shape[-2], : fine.shape[-1]]  # twice a rounded size is one row too many
            x = convs(torch.cat([fine, x], dim=1) if self.skips else x)
        return self.score(x)


class TwoConvs(nn.Sequential):
    """Two 3 x 3 convolutions, each with batch normalisation and ReLU; the size is kept."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(ConvBnReLU(in_channels, out_channels), ConvBnReLU(out_channels, out_channels))
