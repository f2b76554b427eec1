"""How good is a label map? Region scores from one confusion matrix, and the F score of boundaries."""

from segedu.metrics.boundary import BoundaryF, boundary_f
from segedu.metrics.confusion import ConfusionMatrix
from segedu.metrics.per_image import per_image_miou
from segedu.metrics.rand import RandScore, connected_components, expand_labels, rand_score
from segedu.metrics.trimap import boundary_band, trimap_confusion

__all__ = [
    "BoundaryF", "ConfusionMatrix", "RandScore", "boundary_band", "boundary_f", "connected_components",
    "expand_labels", "per_image_miou", "rand_score", "trimap_confusion",
]  # fmt: skip
