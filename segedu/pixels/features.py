"""What one pixel is told about its surroundings: the picture blurred, its edges, its curvature, at several scales."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from skimage.feature import multiscale_basic_features

CHANNELS = ("red", "green", "blue")


@dataclass(frozen=True)
class FilterBank:
    """A fixed list of filters, the same for every picture: nothing is learned here.

    At each scale sigma the picture is blurred with a Gaussian. From every blurred colour channel come up to four
    numbers a pixel: the blurred value itself (``intensity``), the length of its gradient by Sobel's filter
    (``edges``), and the two eigenvalues of its Hessian, the matrix of second derivatives (``texture``). On a dark
    line the larger one is high, on a bright line the smaller one is low, on a spot both agree.
    The filters are scikit-image's ``multiscale_basic_features``.

    Parameters
    ----------
    sigma_min, sigma_max : float
        Smallest and largest standard deviation of the Gaussian in pixels; the scales between them double. A
        Gaussian is cut at 4 sigma, so a feature at sigma 16 sees 64 pixels far, and up to 2 more for derivatives.
    intensity, edges, texture : bool
        Which of the filters to use.
    row : bool
        Add the height in the picture, 0 (top) to 1 (bottom), as a last feature: no filter, but where the pixel is.

    Raises
    ------
    ValueError
        If the scales are not ``0 < sigma_min <= sigma_max``, or nothing is left to compute.

    Examples
    --------
    >>> bank = FilterBank(sigma_min=1, sigma_max=2, texture=False, row=True)
    >>> bank.names[:4], bank.names[-1]
    (('red blur 1', 'red edge 1', 'red blur 2', 'red edge 2'), 'row')
    >>> bank(np.zeros((4, 5, 3), dtype=np.uint8)).shape
    (4, 5, 13)
    """

    sigma_min: float = 0.5
    sigma_max: float = 16.0
    intensity: bool = True
    edges: bool = True
    texture: bool = True
    row: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.sigma_min <= self.sigma_max < math.inf:
            raise ValueError(f"sigma_min, sigma_max: found {self.sigma_min}, {self.sigma_max}, expected 0 < min <= max")
        if not (self.intensity or self.edges or self.texture):
            raise ValueError("intensity, edges, texture: all are False, so there is no filter; switch one on")

    @property
    def sigmas(self) -> tuple[float, ...]:
        """The scales: ``sigma_min``, its double, and so on, up to ``sigma_max``."""
        octaves = int(math.log2(self.sigma_max / self.sigma_min) + 1e-9)
        return tuple(self.sigma_min * 2**i for i in range(octaves + 1))

    @property
    def names(self) -> tuple[str, ...]:
        """One name a feature, such as ``"red edge 4"``: channel, filter, sigma."""
        filters = ["blur"] * self.intensity + ["edge"] * self.edges + ["hessian high", "hessian low"] * self.texture
        names = [f"{channel} {name} {sigma:g}" for channel in CHANNELS for sigma in self.sigmas for name in filters]
        return (*names, "row") if self.row else tuple(names)

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Compute all features of one picture.

        Parameters
        ----------
        image : (H, W, 3) uint8
            At least 2 x 2 pixels.

        Returns
        -------
        (H, W, F) float32
            In the order of `names`; intensities in 0..1.

        Raises
        ------
        ValueError
            If the picture has another shape or dtype, or is too small for a derivative.
        """
        image = np.asarray(image)
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(
                f"image: found shape {image.shape} {image.dtype}, expected (H, W, 3) uint8. "
                "A grey picture: np.stack([grey] * 3, -1)."
            )
        if min(image.shape[:2]) < 2:
            raise ValueError(f"image: found {image.shape[0]} x {image.shape[1]} pixels, expected 2 x 2 or more")
        sigmas = self.sigmas
        features = multiscale_basic_features(
            image, self.intensity, self.edges, self.texture, sigmas[0], sigmas[-1], len(sigmas), channel_axis=-1
        )
        if not self.row:
            return features
        height, width = image.shape[:2]
        row = np.broadcast_to(np.linspace(0, 1, height, dtype=np.float32)[:, None, None], (height, width, 1))
        return np.concatenate([features, row], axis=-1)
