"""Random changes of a batch, picture and mask together, in tensor code on the device of the batch."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from segedu.labels import VOID
from segedu.normalization import normalize


@dataclass(frozen=True)
class Augment:
    """Joint random scale, crop, flip and brightness for a batch.

    Every picture gets its own random window, read out once by ``grid_sample``: bilinear for the picture,
    nearest for the mask. Where the window leaves the picture, the mask is void.

    Parameters
    ----------
    crop : (int, int), optional
        Rows and columns of the result; default: those of the input.
    scale : (float, float)
        Range of the enlargement; 2 shows objects twice as large. Drawn log-uniformly.
    flip : float
        Probability of a left-right flip, 0..1.
    brightness, contrast : float
        Largest relative change: 0.3 means a factor of 0.7..1.3.
    tint : float
        The same for each colour channel by itself: the colour of the light.

    Examples
    --------
    >>> images = torch.zeros(2, 3, 40, 60, dtype=torch.uint8)
    >>> masks = torch.zeros(2, 40, 60, dtype=torch.uint8)
    >>> x, y = Augment(crop=(32, 48), scale=(0.8, 1.6))(images, masks, torch.Generator().manual_seed(0))
    >>> x.shape, y.dtype
    (torch.Size([2, 3, 32, 48]), torch.int64)
    """

    crop: tuple[int, int] | None = None
    scale: tuple[float, float] = (1.0, 1.0)
    flip: float = 0.5
    brightness: float = 0.0
    contrast: float = 0.0
    tint: float = 0.0

    def __post_init__(self) -> None:
        low, high = self.scale
        if not 0 < low <= high:
            raise ValueError(f"scale: found {self.scale}, expected (low, high) with 0 < low <= high")
        if self.crop is not None:
            object.__setattr__(self, "crop", tuple(self.crop))  # a list would compare and print differently
            if len(self.crop) != 2 or min(self.crop) < 1:
                raise ValueError(f"crop: found {self.crop}, expected rows and columns of at least 1")
        object.__setattr__(self, "scale", (float(low), float(high)))
        for name, most in (("flip", 1), ("brightness", 1), ("contrast", 1), ("tint", 1)):
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name}: found {getattr(self, name)}, expected 0..{most}")

    def __call__(
        self, images: torch.Tensor, masks: torch.Tensor, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Bytes ``(N, 3, H, W)`` and ids ``(N, H, W)`` to normalised float32 and int64, randomly changed.

        The random numbers are drawn on the CPU, so that one seed gives one augmentation on every device.
        """
        images = images.float()
        if self._moves(masks.shape[-2:]):
            grid = self._windows(len(images), masks.shape[-2:], generator, images.device)
            images = F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=False)
            shifted = (masks.float() - VOID).unsqueeze(1)  # void becomes 0, which is what grid_sample pads with
            masks = F.grid_sample(shifted, grid, mode="nearest", padding_mode="zeros", align_corners=False)
            masks = masks.squeeze(1) + VOID
        return normalize(self._light(images, generator)), masks.long()

    def _moves(self, size: torch.Size) -> bool:
        return self.scale != (1.0, 1.0) or self.flip > 0 or (self.crop is not None and tuple(self.crop) != tuple(size))

    def _windows(
        self, n: int, size: torch.Size, generator: torch.Generator | None, device: torch.device
    ) -> torch.Tensor:
        """Sampling positions ``(n, crop_h, crop_w, 2)`` in grid_sample's -1..1 coordinates, x before y."""
        rows, columns = self.crop or size
        draw = torch.rand(n, 4, generator=generator).to(device)  # only these few numbers travel to a GPU
        low, high = map(math.log, self.scale)
        zoom = (low + (high - low) * draw[:, 0]).exp()
        # The window's share of the picture, (n, 2) as (rows, columns).
        extent = torch.stack([rows / size[0] / zoom, columns / size[1] / zoom], dim=1)
        centre = (1 - extent) * (2 * draw[:, 1:3] - 1)  # a window larger than the picture sticks out on both sides
        sign = torch.where(draw[:, 3] < self.flip, -1.0, 1.0)
        y, x = (torch.arange(c, device=device).add(0.5).mul(2 / c).sub(1) for c in (rows, columns))
        down = (centre[:, :1] + extent[:, :1] * y).unsqueeze(2).expand(-1, -1, columns)
        across = (centre[:, 1:] + (sign.unsqueeze(1) * extent[:, 1:]) * x).unsqueeze(1).expand(-1, rows, -1)
        return torch.stack([across, down], dim=-1)

    def _light(self, images: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
        """Brightness, contrast and tint, one draw a picture."""
        if not (self.brightness or self.contrast or self.tint):
            return images
        draw = (2 * torch.rand(len(images), 5, generator=generator) - 1).to(images.device)
        factor = (1 + self.brightness * draw[:, :1]) * (1 + self.tint * draw[:, 2:])
        images = images * factor[:, :, None, None]
        if self.contrast:
            mean = images.mean(dim=(1, 2, 3), keepdim=True)
            images = mean + (images - mean) * (1 + self.contrast * draw[:, 1, None, None, None])
        return images.clamp(0, 255)
