"""Training: one loop for every network of the course."""

from segedu.history import History
from segedu.train.loop import fit
from segedu.train.optimizer import Schedule, constant, poly

__all__ = ["History", "Schedule", "constant", "fit", "poly"]
