"""How good is a label map? Region scores from one confusion matrix, and the F score of boundaries."""

from segedu.metrics.boundary import BoundaryF, boundary_f
from segedu.metrics.confusion import ConfusionMatrix
from segedu.metrics.per_image import per_image_miou
from segedu.metrics.rand import RandScore, pieces, rand_score, thin
from segedu.metrics.trimap import border_band, trimap_confusion

__all__ = [
    "BoundaryF", "ConfusionMatrix", "RandScore", "border_band", "boundary_f", "per_image_miou", "pieces", "rand_score",
    "thin", "trimap_confusion",
]  # fmt: skip
