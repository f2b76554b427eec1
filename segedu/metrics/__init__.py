"""How good is a label map? Region scores from one confusion matrix, and the F score of boundaries."""

from segedu.metrics.boundary import BoundaryF, boundary_f
from segedu.metrics.confusion import ConfusionMatrix

__all__ = ["BoundaryF", "ConfusionMatrix", "boundary_f"]
