"""Elastic deformation: bend picture and mask like a sheet of rubber, smoothly and at random."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from segedu.data.augment import Augment


@dataclass(frozen=True)
class Elastic:
    """Random smooth deformation of a batch, then an `Augment`.

    A coarse grid of random vectors is laid over each picture, its corners on the corners of the picture. Bicubic
    interpolation makes a displacement of every pixel out of it. The picture is read bilinearly at the displaced
    places, the mask at the nearest pixel; beyond its rim the picture goes on as in a mirror, so that nothing is void.
    (Ronneberger, Fischer, Brox, "U-Net", MICCAI 2015, section 3.1: grid 3, 10 pixels, for slices of 512 x 512.)

    It takes the place of an `Augment` in `segedu.train.fit`.

    Parameters
    ----------
    std : float
        Standard deviation of each grid vector's two coordinates, in pixels of the picture it is given.
    grid : int
        Vectors along each side, at least 2.
    then : Augment
        What happens after the deformation: crop, flip, light. The default flips left and right.

    Examples
    --------
    >>> images = torch.zeros(2, 3, 40, 60, dtype=torch.uint8)
    >>> masks = torch.zeros(2, 40, 60, dtype=torch.uint8)
    >>> x, y = Elastic(std=3, then=Augment(crop=(32, 48)))(images, masks, torch.Generator().manual_seed(0))
    >>> x.shape, y.dtype
    (torch.Size([2, 3, 32, 48]), torch.int64)
    """

    std: float = 10.0
    grid: int = 3
    then: Augment = field(default_factory=Augment)

    def __post_init__(self) -> None:
        if not self.std >= 0:
            raise ValueError(f"std: found {self.std}, expected 0 pixels or more")
        if self.grid < 2:
            raise ValueError(f"grid: found {self.grid}, expected at least 2 vectors a side")

    def __call__(
        self, images: torch.Tensor, masks: torch.Tensor, generator: torch.Generator | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Bytes ``(N, 3, H, W)`` and ids ``(N, H, W)`` to normalised float32 and int64, bent and augmented.

        The random numbers are drawn on the CPU, so that one seed gives one deformation on every device.
        """
        field_ = self.displacements(len(images), masks.shape[-2:], generator).to(images.device)
        return self.then(*deform(images, masks, field_), generator)

    def displacements(
        self, n: int, size: tuple[int, int] | torch.Size, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        """Random displacements ``(n, 2, H, W)`` in pixels, rows before columns, on the CPU."""
        coarse = self.std * torch.randn(n, 2, self.grid, self.grid, generator=generator)
        # align_corners: the outer vectors sit on the outer pixels.
        return F.interpolate(coarse, size=tuple(size), mode="bicubic", align_corners=True)


def deform(images: torch.Tensor, masks: torch.Tensor, displacements: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Show at each pixel what lies ``displacements`` away from it.

    Parameters
    ----------
    images : (N, C, H, W) tensor
    masks : (N, H, W) integer tensor
        Keeps its type; every id it gives was in it.
    displacements : (N, 2, H, W) float tensor
        In pixels, rows before columns, on the same device. Places beyond the rim are mirrored back.

    Returns
    -------
    images : (N, C, H, W) float32, masks : (N, H, W)

    Raises
    ------
    ValueError
        If the shapes do not belong together.

    Examples
    --------
    >>> picture = torch.arange(4.0).view(1, 1, 1, 4)
    >>> one_to_the_right = torch.tensor([0.0, 1.0]).view(1, 2, 1, 1).expand(1, 2, 1, 4)
    >>> deform(picture, picture[:, 0].long(), one_to_the_right)[1]
    tensor([[[1, 2, 3, 3]]])
    """
    n, (h, w) = len(images), images.shape[-2:]
    if masks.shape != (n, h, w) or displacements.shape != (n, 2, h, w):
        raise ValueError(
            f"expected masks {(n, h, w)} and displacements {(n, 2, h, w)} for images {tuple(images.shape)}, "
            f"found {tuple(masks.shape)} and {tuple(displacements.shape)}"
        )
    down, across = displacements.unbind(dim=1)
    rows = torch.arange(h, device=images.device).view(-1, 1) + down
    columns = torch.arange(w, device=images.device) + across
    # grid_sample counts from -1 to 1 between the outer edges of the outer pixels, x before y.
    grid = torch.stack([(2 * columns + 1) / w - 1, (2 * rows + 1) / h - 1], dim=-1)
    options = {"padding_mode": "reflection", "align_corners": False}
    bent = F.grid_sample(images.float(), grid, mode="bilinear", **options)
    ids = F.grid_sample(masks.unsqueeze(1).float(), grid, mode="nearest", **options)
    return bent, ids.squeeze(1).to(masks.dtype)
