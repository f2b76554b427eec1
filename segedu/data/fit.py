"""Pictures of any shape in one shape: shrunk or enlarged in proportion, the rest filled up."""

from __future__ import annotations

import numpy as np
from PIL import Image

from segedu.data.files import resize
from segedu.data.sample import Sample
from segedu.labels import VOID
from segedu.normalization import MEAN


def fit_to(sample: Sample, size: tuple[int, int]) -> Sample:
    """Shrink or enlarge a sample, in proportion, until it just fits into ``size``; the rest is void.

    Pictures of any shapes then stack into one tensor. The picture keeps the top left corner. The rest gets ImageNet's
    mean colour, which `normalize` takes to about 0.

    Parameters
    ----------
    sample : Sample
    size : (int, int)
        Rows and columns of the result.

    Examples
    --------
    >>> wide = Sample(np.zeros((2, 4, 3), np.uint8), np.zeros((2, 4), np.uint8))
    >>> fit_to(wide, (4, 4)).mask
    array([[  0,   0,   0,   0],
           [  0,   0,   0,   0],
           [255, 255, 255, 255],
           [255, 255, 255, 255]], dtype=uint8)
    """
    inner = fitting(sample.mask.shape, size)
    small, ids = resize(sample.image, sample.mask, inner)
    instances = None
    if sample.instances is not None:
        objects = np.asarray(Image.fromarray(sample.instances).resize(inner[::-1], Image.Resampling.NEAREST))
        instances = filled_up(objects, size, 0)
    return Sample(fill_picture(small, size), filled_up(ids, size, VOID), instances, sample.name)


def fitting(shape: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns that a picture of ``shape`` has when it just fits into ``size``."""
    rows, columns = size
    if min(rows, columns) < 1:
        raise ValueError(f"size: found {tuple(size)}, expected rows and columns of at least 1")
    height, width = shape
    scale = min(rows / height, columns / width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def fill_picture(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture ``(h, w, 3)`` in the top left corner of one of ``size``, the rest in ImageNet's mean colour."""
    return filled_up(image, size, np.array([round(255 * mean) for mean in MEAN], np.uint8))


def filled_up(array: np.ndarray, size: tuple[int, int], value: int | np.ndarray) -> np.ndarray:
    """An array ``(h, w, ...)`` in the top left corner of a larger one that holds ``value`` elsewhere."""
    result = np.empty((*size, *array.shape[2:]), array.dtype)
    result[:] = value
    result[: array.shape[0], : array.shape[1]] = array
    return result
