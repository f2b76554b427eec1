"""Losses for label maps in which some pixels are void."""

from segedu.losses.boundary import boundary_weights, pixel_weighted_cross_entropy
from segedu.losses.dice import dice_loss
from segedu.losses.entropy import cross_entropy, one_hot_bce
from segedu.losses.focal import focal_loss
from segedu.losses.hard import hard_cross_entropy
from segedu.losses.relaxed import relaxed_cross_entropy
from segedu.losses.weights import class_weights

__all__ = [
    "boundary_weights", "class_weights", "cross_entropy", "dice_loss", "focal_loss", "hard_cross_entropy",
    "one_hot_bce", "pixel_weighted_cross_entropy", "relaxed_cross_entropy",
]  # fmt: skip
