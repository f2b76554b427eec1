"""From a photograph to a label map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from segedu.data import normalize
from segedu.data.files import read_image
from segedu.nets.blocks import SMALLEST, resize_to
from segedu.nets.modes import evaluating

PictureLike = str | Path | Image.Image | np.ndarray


def predict_probabilities(net: nn.Module, image: PictureLike, *, rows: int | None = None) -> torch.Tensor:
    """Class probabilities of every pixel of one picture.

    Parameters
    ----------
    net : nn.Module
        Normalised pictures to logits; used in evaluation mode, on its own device.
    image : path, PIL image, or (H, W, 3) array
        An array holds bytes, or floats in 0..1. At least 32 x 32 pixels.
    rows : int, optional
        Show the network the picture at this many rows (columns in proportion). A network knows things at the size
        it saw in training. The answer comes at the picture's own size in any case.

    Returns
    -------
    (C, H, W) float32 tensor
        Sums to 1 over the classes.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file is missing or damaged, or the picture has another shape, is too small, or holds NaN.
    """
    return _logits(net, image, rows).softmax(dim=0)


def predict(net: nn.Module, image: PictureLike, *, rows: int | None = None) -> np.ndarray:
    """Class ids of every pixel of one picture: the most probable class each.

    Parameters, errors: see `predict_probabilities`.

    Returns
    -------
    (H, W) uint8 array
    """
    return _logits(net, image, rows).max(dim=0).indices.to(torch.uint8).cpu().numpy()


def _logits(net: nn.Module, image: PictureLike, rows: int | None) -> torch.Tensor:
    """Scores ``(C, H, W)`` at the size of the picture."""
    pixels = _as_bytes(image)
    device = next(net.parameters()).device
    x = normalize(torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].to(device))
    size = x.shape[-2:]
    if rows is not None and rows != size[0]:
        columns = max(SMALLEST, round(size[1] * rows / size[0]))
        # Antialiasing: shrinking must average pixels, not skip them.
        x = nn.functional.interpolate(x, size=(rows, columns), mode="bilinear", antialias=True, align_corners=False)
    with evaluating(net):
        return resize_to(net(x), size)[0].float()


def _as_bytes(image: PictureLike) -> np.ndarray:
    """Any accepted picture as ``(H, W, 3)`` uint8."""
    name = str(image) if isinstance(image, (str, Path)) else "image"
    if isinstance(image, (str, Path)):
        pixels = read_image(image)
    elif isinstance(image, Image.Image):
        pixels = np.asarray(image.convert("RGB"))
    else:
        pixels = np.asarray(image)
    if pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(
            f"{name}: found shape {pixels.shape}, expected (H, W, 3). A grey picture: np.stack([grey] * 3, -1)."
        )
    if min(pixels.shape[:2]) < SMALLEST:
        raise ValueError(
            f"{name}: found {pixels.shape[0]} x {pixels.shape[1]} pixels, expected at least {SMALLEST} x {SMALLEST}."
        )
    if np.issubdtype(pixels.dtype, np.floating):
        if not np.isfinite(pixels).all():
            raise ValueError(
                f"{name}: found {int((~np.isfinite(pixels)).sum())} values that are NaN or infinite, expected 0..1."
            )
        if pixels.min() < 0 or pixels.max() > 1:
            raise ValueError(
                f"{name}: found floats in {pixels.min():.3g}..{pixels.max():.3g}, expected 0..1, or bytes 0..255."
            )
        pixels = (pixels * 255 + 0.5).astype(np.uint8)
    if pixels.dtype != np.uint8:
        raise ValueError(f"{name}: found {pixels.dtype}, expected uint8 0..255 or float 0..1.")
    return pixels
