"""Mean-field inference in the fully connected CRF."""

from __future__ import annotations

import math

import torch

from segedu.crf.kernels import AppearanceKernel, SmoothnessKernel

TOLERANCE = 1e-3
"""How far the probabilities of a pixel may sum from 1; rounded to float16 they are off by up to half of this."""

SMALLEST = 1e-7
"""Probabilities below are raised to this before the logarithm: minus log of 0 would forbid a class for ever."""


def dense_crf(
    probs: torch.Tensor,
    image: torch.Tensor,
    *,
    iterations: int = 10,
    w1: float = 4.0,
    w2: float = 3.0,
    sigma_alpha: float = 67.0,
    sigma_beta: float = 3.0,
    sigma_gamma: float = 1.0,
) -> torch.Tensor:
    """Make probabilities agree with the edges of the picture: exact mean field in the fully connected CRF.

    The energy is that of DeepLab (Chen et al., TPAMI 2018, section 3.3): ``-log P`` of each pixel's class, and for each
    pair of pixels of *different* classes ``w1 exp(-|p_i - p_j|²/2σ_α² - |I_i - I_j|²/2σ_β²) +
    w2 exp(-|p_i - p_j|²/2σ_γ²)``. Each iteration sets ``Q <- softmax(log P + w1 K1 Q + w2 K2 Q)``, where ``K1`` and
    ``K2`` are normalised symmetrically and a pixel counts as its own neighbour, as in the authors' published code.
    It is inference, not a loss: nothing is learned in it, though gradients pass through.

    Parameters
    ----------
    probs : (N, C, H, W) floating-point tensor
        Class probabilities of a network, in 0..1, that sum to 1 over the classes (to within `TOLERANCE`).
    image : (N, 3, H, W) uint8 tensor
        The pictures, not normalised, on the same device.
    iterations : int
        Mean-field steps; 0 gives the probabilities back, those below `SMALLEST` raised to it.
    w1, w2 : float
        Weights of the appearance and of the smoothness kernel, 0 or more.
    sigma_alpha, sigma_gamma : float
        Reach of either kernel in pixels, positive. The defaults suit pictures 500 pixels wide; shrink them with it.
    sigma_beta : float
        Difference of colour that counts as like, in steps of 0..255, positive.

    Returns
    -------
    (N, C, H, W) tensor
        Probabilities, float64 if ``probs`` are, else float32; differentiable with respect to ``probs``.

    Raises
    ------
    TypeError
        If an argument is no tensor, or has the wrong dtype.
    ValueError
        If shapes or devices do not go together, or a number is out of its range.

    Notes
    -----
    Memory grows with the pixels, time with their square (see `AppearanceKernel`). For large pictures without a GPU the
    usual approximation, a permutohedral lattice (pydensecrf), is faster.

    Examples
    --------
    A dark and a bright half. The network is unsure of the third pixel, its picture is not.

    >>> image = torch.tensor([20, 20, 20, 200, 200, 200], dtype=torch.uint8).expand(1, 3, 1, 6)
    >>> probs = torch.tensor([0.9, 0.9, 0.4, 0.1, 0.1, 0.1]).view(1, 1, 1, 6)
    >>> sharper = dense_crf(torch.cat([probs, 1 - probs], dim=1), image)
    >>> sharper.argmax(dim=1)
    tensor([[[0, 0, 0, 1, 1, 1]]])
    """
    _check_tensors(probs, image)
    _check_numbers(
        iterations, weights={"w1": w1, "w2": w2},
        sigmas={"sigma_alpha": sigma_alpha, "sigma_beta": sigma_beta, "sigma_gamma": sigma_gamma},
    )  # fmt: skip
    probs = probs if probs.dtype == torch.float64 else probs.float()
    log_probs = probs.clamp(min=SMALLEST).log()
    q = log_probs.softmax(dim=1)
    if iterations == 0:
        return q
    appearance = AppearanceKernel(image, sigma_alpha, sigma_beta, probs.dtype)
    smoothness = SmoothnessKernel(image.shape[-2:], sigma_gamma, probs.dtype, image.device)
    for _ in range(iterations):
        q = (log_probs + w1 * appearance.smooth(q) + w2 * smoothness.smooth(q)).softmax(dim=1)
    return q


def _check_tensors(probs: torch.Tensor, image: torch.Tensor) -> None:
    for name, tensor in (("probs", probs), ("image", image)):
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(f"{name}: expected a tensor, found {type(tensor).__name__}; torch.as_tensor makes one")
    if not probs.is_floating_point():
        raise TypeError(f"probs: expected floating-point probabilities, found {probs.dtype}")
    if image.dtype != torch.uint8:
        raise TypeError(f"image: expected the bytes of the picture (uint8, not normalised), found {image.dtype}")
    if probs.ndim != 4 or 0 in probs.shape:
        raise ValueError(f"probs: expected shape (N, C, H, W), found {tuple(probs.shape)}")
    expected = (probs.shape[0], 3, *probs.shape[2:])
    if image.shape != expected:
        raise ValueError(f"image: expected {expected} to go with the probs, found {tuple(image.shape)}")
    if image.device != probs.device:
        raise ValueError(f"image: is on {image.device}, but probs are on {probs.device}; move one of them")
    if not probs.detach().isfinite().all():
        raise ValueError("probs: found NaN or infinity, expected 0..1")
    low, high = (value.item() for value in probs.detach().aminmax())
    if low < 0 or high > 1 + TOLERANCE:
        raise ValueError(f"probs: found {low:.3g}..{high:.3g}, expected 0..1. Logits: take softmax(dim=1) first")
    wrong = (probs.detach().float().sum(dim=1) - 1).abs().max().item()
    if wrong > TOLERANCE:
        raise ValueError(f"probs: the classes of a pixel sum to 1 ± {wrong:.3g}, expected 1 ± {TOLERANCE}")


def _check_numbers(iterations: int, weights: dict[str, float], sigmas: dict[str, float]) -> None:
    if isinstance(iterations, bool) or not isinstance(iterations, int) or iterations < 0:
        raise ValueError(f"iterations: expected an integer, 0 or more; found {iterations!r}")
    for name, value in weights.items():
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{name}: expected a weight, 0 or more; found {value!r}")
    for name, value in sigmas.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name}: expected a positive number; found {value!r}")
