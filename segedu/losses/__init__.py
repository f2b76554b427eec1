"""Losses for label maps in which some pixels are void."""

from segedu.losses.entropy import cross_entropy, one_hot_bce
from segedu.losses.weights import class_weights

__all__ = ["class_weights", "cross_entropy", "one_hot_bce"]
