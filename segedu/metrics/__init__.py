"""How good is a label map? Region scores from one confusion matrix or picture by picture, boundaries, calibration."""

from segedu.metrics.boundary import BoundaryF, boundary_f
from segedu.metrics.boundary_iou import BoundaryIoU, band_width
from segedu.metrics.calibration import Calibration, best_temperature
from segedu.metrics.confusion import ConfusionMatrix
from segedu.metrics.per_image import IoUByPicture, per_image_miou
from segedu.metrics.rand import RandScore, connected_components, expand_labels, rand_score
from segedu.metrics.trimap import boundary_band, trimap_confusion

__all__ = [
    "BoundaryF", "BoundaryIoU", "Calibration", "ConfusionMatrix", "IoUByPicture", "RandScore", "band_width",
    "best_temperature", "boundary_band", "boundary_f", "connected_components", "expand_labels", "per_image_miou",
    "rand_score", "trimap_confusion",
]  # fmt: skip
