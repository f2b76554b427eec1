"""Backward warping: each pixel of the frame to come asks where in the known frame it comes from.

A flow is ``(H, W, 2)``: columns and rows to go from each pixel of the target frame to its place in the source frame,
in pixels. No pixel of the target is left without an answer, as it would be if the source's pixels were pushed forward.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates

from segedu.labels import VOID


def warp_labels(mask: np.ndarray, flow: np.ndarray, void: int = VOID) -> np.ndarray:
    """Fetch each pixel's label from the nearest pixel at the end of its flow: a mean of class ids is no class.

    Parameters
    ----------
    mask : (H, W) integers
        The source frame's; void is carried along like a class.
    flow : (H, W, 2) floating point
        From the target to the source.
    void : int
        The label of pixels that come from outside of the source.

    Returns
    -------
    (H, W), of the mask's type

    Raises
    ------
    ValueError
        If the flow has another size than the mask, or holds NaN or infinity.

    Examples
    --------
    >>> to_the_left = np.full((1, 3, 2), (-1.0, 0.0))
    >>> warp_labels(np.array([[4, 5, 6]]), to_the_left)
    array([[255,   4,   5]])
    """
    rows, columns, inside = nearest_ends(flow, mask.shape)
    return np.where(inside, mask[rows, columns], np.asarray(void, mask.dtype))


def warp_image(image: np.ndarray, flow: np.ndarray, outside: float = 0.0) -> np.ndarray:
    """Fetch each pixel's colour at the end of its flow, between four pixels of the source by their bilinear mean.

    Parameters
    ----------
    image : (H, W) or (H, W, C)
        The source frame. Bytes are rounded, floating point is not.
    flow : (H, W, 2) floating point
        From the target to the source.
    outside : float
        What lies beyond the rim; a place less than a pixel beyond it gets a mixture.

    Returns
    -------
    As ``image``, shape and type

    Raises
    ------
    ValueError
        If the flow has another size than the image, or holds NaN or infinity.
    """
    places = np.stack(_ends(flow, image.shape[:2]))
    channels = np.moveaxis(image.astype(np.float64).reshape(*image.shape[:2], -1), -1, 0)
    warped = [map_coordinates(one, places, order=1, mode="grid-constant", cval=outside) for one in channels]
    result = np.stack(warped, axis=-1).reshape(image.shape)
    return (np.rint(result) if np.issubdtype(image.dtype, np.integer) else result).astype(image.dtype)


def compose(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Go along one flow, then from where it ends along another.

    Parameters
    ----------
    first : (H, W, 2)
        From a frame to the next one.
    second : (H, W, 2)
        From that one to a third. Between its pixels it is bilinear; beyond the rim it goes on as at the rim.

    Returns
    -------
    (H, W, 2), from the first frame to the third

    Raises
    ------
    ValueError
        If sizes differ, or a flow holds NaN or infinity.
    """
    check_flow(second, first.shape[:2])
    places = np.stack(_ends(first, first.shape[:2]))
    then = [map_coordinates(second[..., k], places, order=1, mode="nearest") for k in (0, 1)]
    return first + np.stack(then, axis=-1).astype(first.dtype)


def check_flow(flow: np.ndarray, size: tuple[int, ...], name: str = "flow") -> None:
    """Raise `ValueError` unless a flow fits a picture of ``size`` and is finite."""
    if flow.shape != (*size, 2):
        raise ValueError(
            f"{name}: found shape {flow.shape}, expected {(*size, 2)}: columns and rows to go for each pixel of the "
            "target frame. Estimate it at the frame's own size; if you resize a flow, scale its numbers as well."
        )
    if not np.isfinite(flow).all():
        count = int((~np.isfinite(flow)).any(axis=-1).sum())
        raise ValueError(f"{name}: {count} of {flow[..., 0].size} pixels have NaN or infinity, expected finite numbers")


def nearest_ends(flow: np.ndarray, size: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the pixels nearest to where the flow ends, and whether it ends inside of the picture.

    Halves are rounded up. Where a flow ends outside, the pixel is the nearest one of the rim.
    """
    height, width = size
    rows, columns = (np.floor(at + 0.5).astype(np.int64) for at in _ends(flow, size))
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return rows.clip(0, height - 1), columns.clip(0, width - 1), inside


def _ends(flow: np.ndarray, size: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns where the flow ends."""
    check_flow(flow, size)
    rows, columns = np.indices(flow.shape[:2], dtype=flow.dtype)
    return rows + flow[..., 1], columns + flow[..., 0]
