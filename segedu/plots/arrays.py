"""Label maps and errors drawn into the picture itself; pictures as PNG."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from segedu.labels import VOID, LabelSet

ERROR_COLOR = (213, 0, 150)
"""Magenta: told from grey by every kind of colour vision, and no class of the made world has it."""


def overlay(image: np.ndarray, mask: np.ndarray, labels: LabelSet, alpha: float = 0.5) -> np.ndarray:
    """Put the picture under a coat of its classes' colours.

    Parameters
    ----------
    image : (H, W, 3) uint8
        The picture.
    mask : (H, W) integers
        Class ids; where it is 255 the picture stays as it is.
    labels : LabelSet
        The colours.
    alpha : float
        Share of the class colour, 0 (picture only) to 1 (colours only).

    Returns
    -------
    (H, W, 3) uint8
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha: expected 0..1, found {alpha}")
    check_shapes(image, mask)
    share = np.where(mask == VOID, 0.0, alpha)[..., None]
    return ((1 - share) * image + share * labels.colorize(mask)).round().astype(np.uint8)


def error_map(image: np.ndarray, prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Draw the picture in pale grey, wrong pixels in magenta, void striped.

    Parameters
    ----------
    image : (H, W, 3) uint8
        The picture.
    prediction, target : (H, W) integers
        Class ids; 255 in the target is void, where nothing can be wrong.

    Returns
    -------
    (H, W, 3) uint8
    """
    check_shapes(image, prediction)
    check_shapes(image, target)
    grey = image.astype(np.float64).mean(axis=2, keepdims=True)
    result = (150 + 0.4 * grey).clip(0, 255).astype(np.uint8).repeat(3, axis=2)
    rows, columns = np.indices(target.shape)
    stripe = (rows + columns) // 2 % 2 == 0
    result[target == VOID] = 235
    result[(target == VOID) & stripe] = 120
    result[(target != VOID) & (target != prediction)] = ERROR_COLOR
    return result


def png(image: np.ndarray, enlarge: int = 1) -> bytes:
    """Write a picture ``(H, W, 3)`` uint8 as PNG, each pixel a square of ``enlarge`` pixels a side."""
    picture = Image.fromarray(image)
    colors = picture.getcolors(256)
    if colors is not None:  # a label map: with a palette the file is several times smaller
        picture = picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=len(colors))
    if enlarge > 1:
        picture = picture.resize((picture.width * enlarge, picture.height * enlarge), Image.Resampling.NEAREST)
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=True)
    return file.getvalue()


def check_shapes(image: np.ndarray, mask: np.ndarray) -> None:
    """Raise `ValueError` unless the picture is ``(H, W, 3)`` bytes and the mask ``(H, W)``."""
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
        raise ValueError(f"image: expected (H, W, 3) uint8, found {image.shape} {image.dtype}")
    if mask.shape != image.shape[:2]:
        raise ValueError(f"mask: expected {image.shape[:2]} like its image, found {mask.shape}")
