"""Training: one loop for every network of the course."""

from segedu.history import History
from segedu.train.loop import fit
from segedu.train.optimizer import poly

__all__ = ["History", "fit", "poly"]
