"""The two Gaussian kernels of the dense CRF, without a table of all pairs of pixels.

Both are normalised symmetrically, ``D^-1/2 K D^-1/2`` with ``D = diag(d)`` and ``d_i = sum_j K_ij``, and each pixel is
its own neighbour, ``K_ii = 1``.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

ALIGNMENT = 8
"""Queries, keys and values are filled up with zeros to a multiple of this: the kernels that need no table ask for
sizes that are equal (CPU) and aligned (CUDA)."""


class AppearanceKernel:
    """Pixels that are near and of like colour: ``K_ij = exp(-|p_i - p_j|²/2σ_α² - |I_i - I_j|²/2σ_β²)``.

    With features ``f = (I, p σ_β/σ_α)``, queries ``(f_i, 1, -|f_i|²/2)`` and keys ``(f_j, -|f_j|²/2, 1)``, the product
    of a query and a key is ``-|f_i - f_j|²/2``, and the scale is ``1/σ_β²``. So softmax attention gives
    ``sum_j K_ij v_j / d_i``, exactly, and memory grows with the pixels, not with their pairs. For ``d`` itself one more
    key is added, whose product with every query is 0: its share of the attention is ``1 / (1 + d_i)``.

    Parameters
    ----------
    image : (N, 3, H, W) tensor
        Colours in 0..255.
    sigma_alpha : float
        Reach in pixels, positive.
    sigma_beta : float
        Difference of colour that counts as like, in steps of 0..255, positive.
    dtype : torch.dtype
        float32 or float64, of the computation and of the values.

    Examples
    --------
    Two black pixels share what they hold; the white one beside them keeps its own.

    >>> image = torch.tensor([0, 0, 255], dtype=torch.uint8).expand(1, 3, 1, 3)
    >>> kernel = AppearanceKernel(image, sigma_alpha=100, sigma_beta=3)
    >>> kernel.d.round(decimals=2)
    tensor([[2., 2., 1.]])
    >>> kernel.smooth(torch.tensor([[[[1.0, 0.0, 0.5]]]])).round(decimals=2)
    tensor([[[[0.5000, 0.5000, 0.5000]]]])
    """

    def __init__(
        self, image: torch.Tensor, sigma_alpha: float, sigma_beta: float, dtype: torch.dtype = torch.float32
    ) -> None:
        queries, keys = zip(_sides(_colours(image)), _sides(_places(image, sigma_beta / sigma_alpha)), strict=True)
        self._queries = torch.cat(queries, dim=-1).to(dtype)  # (N, HW, 3 + 2 + 2 + 2)
        self._keys = torch.cat(keys, dim=-1).to(dtype)
        self._scale = sigma_beta**-2
        self.d = self._sums()

    def smooth(self, values: torch.Tensor) -> torch.Tensor:
        """``D^-1/2 K D^-1/2`` times the values ``(N, C, H, W)``, differentiable with respect to them."""
        root = self.d.sqrt()[..., None]  # (N, HW, 1)
        message = root * attention(self._queries, self._keys, values.flatten(2).mT / root, self._scale)
        return message.mT.reshape(values.shape)

    def _sums(self) -> torch.Tensor:
        """``d``, ``(N, HW)``, from the attention that one key with product 0 receives."""
        sink = torch.zeros_like(self._keys[:, :1])
        keys = torch.cat([self._keys, sink], dim=1)
        is_sink = torch.zeros_like(keys[..., :1])
        is_sink[:, -1] = 1
        return 1 / attention(self._queries, keys, is_sink, self._scale).squeeze(-1) - 1


class SmoothnessKernel:
    """Pixels that are near, whatever their colour: ``K_ij = exp(-|p_i - p_j|²/2σ_γ²)``.

    A Gaussian over rows and columns is a product of two: ``K`` is applied as one matrix for the rows and one for the
    columns, exactly.

    Parameters
    ----------
    size : (height, width)
    sigma_gamma : float
        Reach in pixels, positive.
    dtype, device : optional
        Of the computation and of the values.

    Examples
    --------
    >>> kernel = SmoothnessKernel((1, 3), sigma_gamma=1)
    >>> kernel.smooth(torch.tensor([[[[0.0, 1.0, 0.0]]]])).round(decimals=3)
    tensor([[[[0.3090, 0.4520, 0.3090]]]])
    """

    def __init__(
        self,
        size: tuple[int, int],
        sigma_gamma: float,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> None:
        self._rows, self._columns = (_normalised_gaussian(n, sigma_gamma).to(device, dtype) for n in size)

    def smooth(self, values: torch.Tensor) -> torch.Tensor:
        """``D^-1/2 K D^-1/2`` times the values ``(N, C, H, W)``, differentiable with respect to them."""
        return self._rows @ values @ self._columns


def attention(queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, scale: float) -> torch.Tensor:
    """Softmax attention: ``(N, L, E)``, ``(N, S, E)`` and ``(N, S, C)`` give ``(N, L, C)``."""
    wanted = max(keys.shape[-1], values.shape[-1])
    wanted += -wanted % ALIGNMENT
    q, k, v = (F.pad(x, (0, wanted - x.shape[-1]))[:, None].contiguous() for x in (queries, keys, values))
    return F.scaled_dot_product_attention(q, k, v, scale=scale)[:, 0, :, : values.shape[-1]]


def _sides(features: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Queries and keys of features ``f``, whose product is ``-|f_i - f_j|²/2``."""
    one = torch.ones_like(features[..., :1])
    minus_half_square = -features.square().sum(-1, keepdim=True) / 2
    return torch.cat([features, one, minus_half_square], -1), torch.cat([features, minus_half_square, one], -1)


def _colours(image: torch.Tensor) -> torch.Tensor:
    """``(N, HW, 3)`` float64. Whole numbers, so that a difference of their large products is exact in float32 too."""
    return (image.double() - 128).flatten(2).mT


def _places(image: torch.Tensor, unit: float) -> torch.Tensor:
    """``(N, HW, 2)`` float64: row and column, seen from the middle, times ``unit``."""
    rows, columns = (torch.arange(s, dtype=torch.float64, device=image.device) - (s - 1) / 2 for s in image.shape[-2:])
    places = unit * torch.stack(torch.meshgrid(rows, columns, indexing="ij"), dim=-1)
    return places.flatten(0, 1).expand(len(image), -1, -1)


def _normalised_gaussian(n: int, sigma: float) -> torch.Tensor:
    places = torch.arange(n, dtype=torch.float64)
    kernel = torch.exp(-((places[:, None] - places) ** 2) / (2 * sigma**2))
    root = kernel.sum(dim=1).sqrt()
    return kernel / root / root[:, None]
