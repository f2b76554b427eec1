"""Networks, one idea a file.

Every one takes normalised pictures ``(N, 3, H, W)`` of any size from 32 x 32 and returns logits
``(N, num_classes, H, W)``.
"""

from segedu.nets.catalogue import NAMES, NetSpec, build, load_torchvision
from segedu.nets.weights import Saved, load, save

__all__ = ["NAMES", "NetSpec", "Saved", "build", "load", "load_torchvision", "save"]
