"""Optical flow from two pictures, by well-kept libraries and without any learned weights.

Each function takes the target frame and the source frame, and gives the flow from the one to the other as `warp_labels`
wants it. They see brightness alone.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
from skimage.color import rgb2gray
from skimage.registration import optical_flow_ilk, optical_flow_tvl1


def ilk(target: np.ndarray, source: np.ndarray, **options: Any) -> np.ndarray:
    """Iterative Lucas-Kanade: the best shift of the window around each pixel (Le Besnerais and Champagnat, 2005).

    Parameters
    ----------
    target, source : (H, W, 3) uint8
    **options
        Of `skimage.registration.optical_flow_ilk`, such as ``radius=7``.

    Returns
    -------
    (H, W, 2) float32

    Raises
    ------
    ValueError
        If the frames are not of one size, or no RGB bytes.
    """
    return _columns_first(optical_flow_ilk(*_bright(target, source), **options))


def tvl1(target: np.ndarray, source: np.ndarray, **options: Any) -> np.ndarray:
    """TV-L1: a flow that is smooth but for sharp edges (Zach, Pock, Bischof, 2007). Slower than `ilk`.

    Parameters, returns and errors are those of `ilk`; options those of `skimage.registration.optical_flow_tvl1`.
    """
    return _columns_first(optical_flow_tvl1(*_bright(target, source), **options))


def dis(target: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Dense inverse search (Kroeger and others, 2016) of OpenCV, which must be installed: fast, for large motion.

    Parameters, returns and errors are those of `ilk`; and

    Raises
    ------
    ImportError
        Without OpenCV.
    """
    if not find_spec("cv2"):
        raise ImportError("dis needs OpenCV. Type: pip install opencv-python-headless")
    import cv2

    bright = [np.rint(255 * one).astype(np.uint8) for one in _bright(target, source)]
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return search.calc(*bright, None)


def _bright(target: np.ndarray, source: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    for name, frame in (("target", target), ("source", source)):
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
            raise ValueError(f"{name}: found {frame.dtype} {frame.shape}, expected uint8 (H, W, 3)")
    if target.shape != source.shape:
        raise ValueError(
            f"source: found {source.shape}, expected {target.shape}, the target's. Frames of one clip have one size."
        )
    return rgb2gray(target).astype(np.float32), rgb2gray(source).astype(np.float32)


def _columns_first(flow: np.ndarray) -> np.ndarray:
    return np.stack(flow[::-1], axis=-1).astype(np.float32)
