"""From a photograph to a label map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from segedu.callable_room import make_callable
from segedu.data import normalize
from segedu.data.decode import pixels_of
from segedu.data.files import read_image, resize_picture
from segedu.data.fit import fill_picture, fitting
from segedu.labels import VOID
from segedu.nets.calling import device_of, logits_of
from segedu.nets.modes import evaluating
from segedu.nets.parts.blocks import SMALLEST, resize_to

PictureLike = str | Path | Image.Image | np.ndarray

STRIP = 1 << 24
"""Scores (classes times pixels) that are enlarged at a time: 64 MB, whatever the size of the photograph."""


def predict_probabilities(net: nn.Module, image: PictureLike, *, rows: int | None = None) -> torch.Tensor:
    """Class probabilities of every pixel of one picture.

    Parameters
    ----------
    net : nn.Module
        Normalised pictures to logits; used in evaluation mode, on its own device.
    image : path, PIL image, or (H, W, 3) array
        An array holds bytes, or floats in 0..1. At least 32 x 32 pixels. A file and the opened file are read alike, see
        `segedu.data.files.read_image`.
    rows : int, optional
        Show the network the picture at this many rows (columns in proportion). A network knows things at the size
        it saw in training. Default: as in training, that is, fitted into the size of the training pictures
        (`segedu.data.fit.fit_to`) where the network knows it, from `segedu.train.fit` or `segedu.nets.load`; else
        as the picture is. The answer comes at the picture's own size in any case.

    Returns
    -------
    (C, H, W) float32 tensor
        Sums to 1 over the classes. It takes 4 bytes times classes times pixels; `predict` needs far less.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file is missing or damaged, or the picture has another shape, is too small, or holds NaN.
    TypeError
        If the network gives no logits.
    FloatingPointError
        If its logits hold NaN.
    """
    logits, size = _logits(net, image, rows)
    return resize_to(logits[None], size)[0].softmax(dim=0)


def predict(net: nn.Module, image: PictureLike, *, rows: int | None = None) -> np.ndarray:
    """Class ids of every pixel of one picture: the most probable class each.

    Parameters, errors: see `predict_probabilities`.

    Returns
    -------
    (H, W) uint8 array
        int32 if there are more than 255 classes.
    """
    logits, (height, width) = _logits(net, image, rows)
    ids = np.empty((height, width), np.uint8 if len(logits) <= VOID else np.int32)
    many = max(1, STRIP // (len(logits) * width))
    for first in range(0, height, many):
        strip = enlarged_rows(logits, (height, width), first, min(first + many, height))
        ids[first : first + many] = strip.max(dim=0).indices.cpu().numpy()  # several times faster than argmax on a CPU
    return ids


def enlarged_rows(x: torch.Tensor, size: tuple[int, int], first: int, last: int) -> torch.Tensor:
    """Rows ``first`` to ``last - 1`` of what `resize_to` makes of ``x``, without the others.

    Parameters
    ----------
    x : (C, h, w) tensor
    size : (int, int)
        Rows and columns of the whole result.

    Returns
    -------
    (C, last - first, columns) tensor
    """
    height, (rows, columns) = x.shape[1], size
    if (height, x.shape[2]) == (rows, columns):
        return x[:, first:last]
    place = ((torch.arange(first, last, device=x.device) + 0.5) * height / rows - 0.5).clamp(0, height - 1)
    above = place.floor().long()
    below = (above + 1).clamp(max=height - 1)
    part = x[:, above[0] : below[-1] + 1]
    wide = resize_to(part[None], (part.shape[1], columns))[0]  # columns first: rows and columns do not depend
    weight = (place - above).to(x.dtype)[:, None]
    return torch.lerp(wide[:, above - above[0]], wide[:, below - above[0]], weight)


def _logits(net: nn.Module, image: PictureLike, rows: int | None) -> tuple[torch.Tensor, tuple[int, int]]:
    """Scores ``(C, h, w)`` of what the network was shown, and the size of the picture."""
    pixels = _as_bytes(image)
    shape = pixels.shape[:2]
    shown, (height, width) = _shown(pixels, rows, getattr(net, "trained_size", None))
    x = normalize(torch.from_numpy(shown.copy()).permute(2, 0, 1)[None].to(device_of(net)))
    with evaluating(net):
        logits = logits_of(net, x)[0].float()
    if not logits.isfinite().all():
        raise FloatingPointError(
            f"net: {int((~logits.isfinite()).sum())} of {logits.numel()} scores are NaN or infinite. Did its training "
            "diverge? Train again with a lower learning rate."
        )
    # A network may answer at a smaller size than it was shown; what was only filled up is cut off.
    down, across = (answer / side for answer, side in zip(logits.shape[1:], shown.shape, strict=False))
    return logits[:, : max(1, round(height * down)), : max(1, round(width * across))], shape


def _shown(
    pixels: np.ndarray, rows: int | None, trained_size: tuple[int, int] | None
) -> tuple[np.ndarray, tuple[int, int]]:
    """What the network is shown, and rows and columns of the picture in it; the rest is filled up."""
    height, width = pixels.shape[:2]
    if rows is not None:
        if rows < 1:
            raise ValueError(f"rows: found {rows}, expected 1 or more")
        inner = rows, max(1, round(width * rows / height))
        size = max(inner[0], SMALLEST), max(inner[1], SMALLEST)
    elif trained_size is not None:
        inner, size = fitting((height, width), trained_size), trained_size
    else:
        return pixels, (height, width)
    return fill_picture(resize_picture(pixels, inner), size), inner


def _as_bytes(image: PictureLike) -> np.ndarray:
    """Any accepted picture as ``(H, W, 3)`` uint8."""
    name = str(image) if isinstance(image, (str, Path)) else "image"
    if isinstance(image, (str, Path)):
        pixels = read_image(image)
    elif isinstance(image, Image.Image):
        pixels = pixels_of(image, name)
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


make_callable(__name__)
