"""U-Net layer for layer as published: convolutions without padding, crop and concatenate, mirrored tiles.

Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015, figures 1
and 2. Against `segedu.nets.unet`: no padding, hence crops; no batch normalisation; dropout.
"""

from __future__ import annotations

import torch
from torch import nn

from segedu.nets.parts.blocks import check_input, reflect

LEVELS = 5
LOST = 184
"""Rows (and columns) that the convolutions without padding eat: 572 go in, 388 come out."""
STEP = 2 ** (LEVELS - 1)
"""The pools halve four times, so the sizes that fit lie 16 apart."""


class UNetValid(nn.Module):
    """The paper's network: 23 convolutions, 31.0 million parameters for two classes.

    `forward` keeps the promise of every network here, any size in and the same size out: it mirrors the picture beyond
    its rim, as the paper does, before `valid` shrinks it again.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    width : int
        Channels of the first level, 64 in the paper; each level has twice as many as the one above.
    dropout : float
        Share of the features dropped in training at the end of the contracting path (levels 4 and 5). The paper has
        dropout there and does not print its rate.

    Examples
    --------
    >>> net = UNetValid(num_classes=2, width=2).eval()
    >>> net.valid(torch.zeros(1, 3, 572, 572)).shape  # figure 1
    torch.Size([1, 2, 388, 388])
    >>> net(torch.zeros(1, 3, 60, 90)).shape
    torch.Size([1, 2, 60, 90])
    """

    def __init__(self, num_classes: int, in_channels: int = 3, width: int = 64, dropout: float = 0.5) -> None:
        super().__init__()
        self.in_channels = in_channels
        channels = [width * 2**level for level in range(LEVELS)]
        self.down = nn.ModuleList(map(two_convs, [in_channels, *channels[:-1]], channels))
        self.pool = nn.MaxPool2d(2)
        for level in self.down[-2:]:
            level.append(nn.Dropout(dropout))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * c, c, 2, stride=2) for c in reversed(channels[:-1]))
        self.merge = nn.ModuleList(two_convs(2 * c, c) for c in reversed(channels[:-1]))
        self.score = nn.Conv2d(width, num_classes, 1)
        self.apply(_draw_weights)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` of any size to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        rows, columns = x.shape[-2:]
        x = with_context(x, size_in(rows), size_in(columns))
        return self.valid(x)[..., :rows, :columns]

    def valid(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H - 184, W - 184)``, nothing padded.

        Raises
        ------
        ValueError
            If the four poolings would meet an odd size: `size_in` gives the sizes that fit.
        """
        if any((size - 60) % STEP or size <= LOST for size in x.shape[-2:]):
            raise ValueError(
                f"input: {x.shape[-2]} x {x.shape[-1]} pixels do not halve evenly four times between convolutions "
                f"without padding. Sizes that fit are 188, 204, 220 ... 572 ..., {STEP} apart."
            )
        kept = []
        for convs in self.down:
            x = convs(self.pool(x) if kept else x)
            kept.append(x)
        for up, convs, fine in zip(self.up, self.merge, reversed(kept[:-1]), strict=True):
            x = up(x)
            x = convs(torch.cat([centre_crop(fine, x.shape[-2:]), x], dim=1))
        return self.score(x)

    def by_tiles(self, x: torch.Tensor, tile: int = 388) -> torch.Tensor:
        """The logits of `forward`, computed tile by tile (the paper's figure 2): memory for one tile is enough.

        Parameters
        ----------
        x : (N, in_channels, H, W) tensor
        tile : int
            Rows and columns of logits a tile, rounded up to a size that fits.

        Returns
        -------
        (N, num_classes, H, W) tensor
            In evaluation mode equal to `forward` but for rounding: tiles begin at multiples of 16, where the poolings
            of the whole picture begin theirs.
        """
        check_input(x, self.in_channels)
        rows, columns = x.shape[-2:]
        into = size_in(tile)
        step = (into - LOST) // STEP * STEP
        starts = [range(0, size, step) for size in (rows, columns)]
        # Mirrored far enough for the last tile of each row and column to be a whole one.
        x = with_context(x, starts[0][-1] + into, starts[1][-1] + into)
        bands = []
        for top in starts[0]:
            tiles = [self.valid(x[..., top : top + into, left : left + into])[..., :step, :step] for left in starts[1]]
            bands.append(torch.cat(tiles, dim=-1))
        return torch.cat(bands, dim=-2)[..., :rows, :columns]


def size_in(size_out: int) -> int:
    """Least input size whose logits have at least ``size_out`` rows; it fits the four poolings.

    Examples
    --------
    >>> size_in(388), size_in(389), size_in(1)
    (572, 588, 188)
    """
    # The lowest level sees n rows: 16 n + 60 rows go in, 16 n - 124 come out.
    lowest = -(-(size_out + 124) // STEP)
    return STEP * lowest + 60


def with_context(x: torch.Tensor, rows: int, columns: int) -> torch.Tensor:
    """Mirror pictures beyond their rim, to a size: 92 pixels of context before the picture, the rest behind it."""
    before = LOST // 2
    return reflect(reflect(x, -2, -before, rows - before), -1, -before, columns - before)


def centre_crop(x: torch.Tensor, size: torch.Size) -> torch.Tensor:
    """The middle ``size`` (rows, columns) of ``x``, ``(N, C, H, W)``."""
    top, left = ((have - want) // 2 for have, want in zip(x.shape[-2:], size, strict=True))
    return x[..., top : top + size[0], left : left + size[1]]


def two_convs(in_channels: int, out_channels: int) -> nn.Sequential:
    """Two 3 x 3 convolutions without padding, each with ReLU: four rows and columns are lost."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3),
        nn.ReLU(inplace=True),
        nn.Conv2d(out_channels, out_channels, 3),
        nn.ReLU(inplace=True),
    )


def _draw_weights(layer: nn.Module) -> None:
    """Gaussian with standard deviation sqrt(2 / N), where N numbers meet in one output (section 3)."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        taps = layer.kernel_size[0] ** 2 if isinstance(layer, nn.Conv2d) else 1  # 2 x 2, stride 2: no two overlap
        nn.init.normal_(layer.weight, std=(2 / (layer.in_channels * taps)) ** 0.5)
        nn.init.zeros_(layer.bias)
