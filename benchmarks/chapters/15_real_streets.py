"""Chapter 15 on CamVid: what ImageNet weights bring, with few and with many labelled pictures.

See `camvid_drives`: scored on a drive that was held out, on the way as well, so that ways to learn can be compared
after equal steps and after equal seconds.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.camvid_drives import HELD_OUT, LEARNED, SETTINGS, drives, pyramid, spread, trained
from benchmarks.study import run
from segedu import nets
from segedu.evaluate import evaluate

STEPS, COUNTS = 200, (5, 20, 100, 266)
"""The last count is all pictures of the two drives."""


class Line(nn.Module):
    """A 1 x 1 convolution on the last features: what a straight line can read from them."""

    def __init__(self, backbone: nn.Module, num_classes: int):
        super().__init__()
        self.backbone, self.score = backbone, nn.Conv2d(backbone.channels[32], num_classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalised pictures to logits at their size."""
        scores = self.score(self.backbone(x)[32])
        return nn.functional.interpolate(scores, x.shape[-2:], mode="bilinear")


def frozen(num_classes: int) -> nn.Module:
    """The pyramid on ImageNet's features, which stay as they are."""
    net = pyramid(num_classes)
    net.backbone.requires_grad_(False)
    return net


STARTS = {
    "from nothing": (partial(pyramid, weights=None), {"lr": 3e-3, "head_lr": 1.0}),
    "frozen": (frozen, {"lr": 3e-3, "head_lr": 1.0}),
    "fine-tuned": (pyramid, {}),
    "tiny, from nothing": (partial(nets.build, "fpn4s"), {"lr": 5e-3, "head_lr": 1.0}),
    "line": (lambda num_classes: Line(frozen(num_classes).backbone, num_classes), {"lr": 3e-3, "head_lr": 1.0}),
}
"""Ways to start: the network, and its learning rates."""


def learn(start: str, count: int, seed: int) -> dict[str, Any]:
    """Train, and score on the held-out drive on the way."""
    make, rates = STARTS[start]
    data, held = spread(drives(LEARNED), count, seed), drives(HELD_OUT)
    net, history = trained(data, seed, STEPS, make, val=held, val_every=STEPS // 5, **rates)
    began = time.perf_counter()
    score = evaluate(net, held)
    looking = len(history.val_steps) * (time.perf_counter() - began)  # not learning, yet in the history's seconds
    return {
        **recipe.facts(score, "boundary_f", classes=held.labels.names),
        "seconds": round(history.seconds - looking, 1),
        "val_step": history.val_steps,
        "val_miou": [round(value, 4) for value in history.val_miou],
    }


if __name__ == "__main__":
    what = "ImageNet weights and the number of pictures: mIoU on a drive of CamVid that was held out"
    variants = {f"{count} pictures, {start}": partial(learn, start, count) for count in COUNTS for start in STARTS}
    run("15_real_streets", what, variants, settings={**SETTINGS, "steps": STEPS})
