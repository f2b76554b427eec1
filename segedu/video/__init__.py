"""Labels for frames that nobody labelled: motion, warping along it, and what it cannot reach."""

from segedu.video.estimate import dis, ilk, tvl1
from segedu.video.flicker import Flicker
from segedu.video.occlusion import seen_in_both
from segedu.video.propagate import Flow, Propagated, chained, estimated, propagate
from segedu.video.warp import compose, warp_image, warp_labels

__all__ = [
    "Flicker", "Flow", "Propagated", "chained", "compose", "dis", "estimated", "ilk", "propagate", "seen_in_both",
    "tvl1", "warp_image", "warp_labels",
]  # fmt: skip
