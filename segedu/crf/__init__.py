"""The fully connected CRF: boundaries that follow the edges of the picture, computed exactly.

`dense_crf` runs mean-field inference (Krähenbühl and Koltun, NeurIPS 2011) with the energy of the DeepLab papers.
Its two kernels stand alone as well: `AppearanceKernel`, an attention layer over the pixels, and `SmoothnessKernel`.
"""

from segedu.crf.kernels import AppearanceKernel, SmoothnessKernel
from segedu.crf.mean_field import dense_crf

__all__ = ["AppearanceKernel", "SmoothnessKernel", "dense_crf"]
