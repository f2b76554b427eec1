"""How far a network looks: the pixels that can change an output, and those that do.

`by_recurrence` computes the theoretical field of a chain of layers, `receptive_field` finds that of any network by
a probe, and `effective_field` measures how much each pixel in it counts.
"""

from segedu.receptive.effective import effective_field, side
from segedu.receptive.probe import Field, receptive_field
from segedu.receptive.recurrence import ChainField, Layer, by_recurrence

__all__ = ["ChainField", "Field", "Layer", "by_recurrence", "effective_field", "receptive_field", "side"]
