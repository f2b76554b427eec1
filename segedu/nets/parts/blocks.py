"""The small parts that every network here is made of."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import nn

Resize = Literal["grid", "stretch", "corners"]
"""How a map comes to the size of another: see `bring_to`."""

SMALLEST = 32
"""Fewest rows and columns that a network takes: at stride 32 that leaves one pixel."""


class ConvBn(nn.Sequential):
    """Convolution without bias, then batch normalisation; the size is kept at stride 1."""

    activates = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int = 3,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
    ):
        padding = dilation * (kernel_size - 1) // 2
        super().__init__(
            nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        if self.activates:
            self.append(nn.ReLU(inplace=True))


class ConvBnReLU(ConvBn):
    """`ConvBn`, then ReLU."""

    activates = True


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut (He et al., "Deep residual learning", CVPR 2016, figure 2).

    The shortcut is a 1 x 1 convolution where size or channels change, else nothing at all. ``first_dilation`` is
    that of the first convolution; by default it is ``dilation`` as well.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        stride: int = 1,
        dilation: int = 1,
        first_dilation: int | None = None,
    ):
        super().__init__()
        self.conv1 = ConvBnReLU(in_channels, out_channels, 3, stride, first_dilation or dilation)
        self.conv2 = ConvBn(out_channels, out_channels, 3, 1, dilation)
        changes = stride != 1 or in_channels != out_channels
        self.shortcut = ConvBn(in_channels, out_channels, 1, stride) if changes else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to ``(N, out_channels, H / stride, W / stride)``, rounded up."""
        return F.relu(self.conv2(self.conv1(x)) + self.shortcut(x))


def resize_to(x: torch.Tensor, size: torch.Size | tuple[int, int]) -> torch.Tensor:
    """Bilinear resize of ``(N, C, h, w)`` to ``(N, C, *size)``; pixels are areas (``align_corners=False``)."""
    return F.interpolate(x, size=tuple(size), mode="bilinear", align_corners=False)


def upsample(x: torch.Tensor, factor: int, size: torch.Size | tuple[int, int]) -> torch.Tensor:
    """Bilinear upsampling of ``(N, C, h, w)`` by a whole factor; what is beyond ``size`` (rows, columns) is cut off.

    A map of stride ``s`` stands on a grid of ``s`` pixels that starts at the top left. Resized to a size that is no
    multiple of ``s``, it would be squeezed, and its values would move away from the pixels that they speak of.

    Examples
    --------
    >>> upsample(torch.zeros(1, 1, 3, 4), 2, (5, 7)).shape
    torch.Size([1, 1, 5, 7])
    """
    rows, columns = size
    return resize_to(x, (factor * x.shape[-2], factor * x.shape[-1]))[..., :rows, :columns]


def bring_to(x: torch.Tensor, factor: int, size: torch.Size, resize: Resize) -> torch.Tensor:
    """Bring ``(N, C, h, w)`` to ``size`` (rows, columns), ``factor`` times its own.

    ``"grid"``: upsampled by the factor and cut, so that each value stays on the pixels that it speaks of.
    ``"stretch"``: to the size, as torchvision does. ``"corners"``: so that corner pixels lie on corner pixels. At sizes
    that are multiples of the factor the first two are one.
    """
    if resize == "grid":
        return upsample(x, factor, size)
    return F.interpolate(x, tuple(size), mode="bilinear", align_corners=resize == "corners")


def reflect(x: torch.Tensor, dim: int, start: int, stop: int) -> torch.Tensor:
    """The places ``start`` to ``stop - 1`` of one dimension, mirrored where they lie outside of it.

    The outermost value is the mirror and is not repeated (OpenCV's ``BORDER_REFLECT_101``). What is further away than
    ``x`` is long is mirrored to and fro.

    Examples
    --------
    >>> reflect(torch.arange(3), 0, -3, 7).tolist()
    [1, 2, 1, 0, 1, 2, 1, 0, 1, 2]
    """
    last = x.shape[dim] - 1
    place = torch.arange(start, stop, device=x.device) % (2 * last)
    return x.index_select(dim, torch.minimum(place, 2 * last - place))


def bilinear_kernel(size: int) -> torch.Tensor:
    """Weights ``(size, size)`` with which a transposed convolution interpolates bilinearly.

    A tent: 1 at the centre, falling linearly to 0 (Long, Shelhamer, Darrell, CVPR 2015, section 3.3).

    Examples
    --------
    >>> bilinear_kernel(4)[0] * 16
    tensor([1., 3., 3., 1.])
    """
    half = (size + 1) // 2
    centre = (size - 1) / 2 if size % 2 == 0 else half - 1
    tent = 1 - (torch.arange(size) - centre).abs() / half
    return tent[:, None] * tent[None, :]


class BilinearDeconv(nn.ConvTranspose2d):
    """Transposed convolution that starts as bilinear upsampling by ``factor``.

    Parameters
    ----------
    channels : int
        Maps in and out. The weight is the full ``channels x channels`` of the reference FCN, zero off the
        diagonal, so that after training a class may borrow from another.
    factor : int
        2, 8, 16 or 32 in FCN; the kernel has ``2 * factor`` pixels on a side.
    padding : int
        Rows and columns cut from each side; ``factor // 2`` upsamples exactly by ``factor``, 0 leaves the rim on.
    learned : bool
        Whether training may change the weights.
    """

    def __init__(self, channels: int, factor: int, padding: int = 0, learned: bool = True):
        super().__init__(channels, channels, 2 * factor, stride=factor, padding=padding, bias=False)
        with torch.no_grad():
            self.weight.zero_()
            self.weight[range(channels), range(channels)] = bilinear_kernel(2 * factor)
        self.weight.requires_grad_(learned)


def check_input(x: torch.Tensor, in_channels: int, batch_norm_stride: int | None = None) -> None:
    """Raise `ValueError` unless ``x`` is ``(N, in_channels, H, W)`` with H and W of at least 32.

    ``batch_norm_stride`` is the stride at which a network in training normalises: a single value has no variance.
    """
    if x.ndim != 4 or x.shape[1] != in_channels:
        raise ValueError(f"input: found shape {tuple(x.shape)}, expected (N, {in_channels}, H, W)")
    n, _, h, w = x.shape
    if min(h, w) < SMALLEST:
        raise ValueError(
            f"input: found {h} x {w} pixels, expected at least {SMALLEST} x {SMALLEST}. Enlarge the picture, or pad it."
        )
    if batch_norm_stride is not None and n == 1 and max(h, w) <= batch_norm_stride:
        raise ValueError(
            f"input: one picture of {h} x {w} leaves one value a channel at stride {batch_norm_stride}, and batch "
            "normalisation needs two in training. Train on larger pictures or several at once, or call net.eval()."
        )
