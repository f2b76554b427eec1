"""Chapter 15 on CamVid: learn by day, answer at dusk, and be sure or not.

See `camvid_drives`: learns from the day drives 0006R0 and 0016E5. Scored once on the test frames, by day (Seq05VD) and
at dusk (0001TP). Temperatures are chosen on the validation clip, whose drive was seen in training.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import update_bn

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.camvid_drives import (
    LAPTOP,
    SAME_LIGHT,
    SETTINGS,
    drives,
    joined,
    pyramid,
    split,
    spread,
    trained,
)
from benchmarks.study import run
from segedu.data import LabelledImages, normalize
from segedu.evaluate import evaluate
from segedu.metrics import Calibration, best_temperature
from segedu.nets.modes import evaluating

STEPS = 200
FROM_NOTHING = {"make": partial(pyramid, weights=None), "lr": 3e-3, "head_lr": 1.0}
STRONG = replace(LAPTOP.augment, brightness=0.6, contrast=0.4, tint=0.2)


def with_statistics_of(net: nn.Module, data: LabelledImages) -> nn.Module:
    """The same weights, but batch normalisation takes mean and variance from other pictures; their labels unseen."""
    adapted = deepcopy(net)
    update_bn((normalize(images) for images in data.images.split(16)), adapted)
    return adapted.eval()


def logits(net: nn.Module, data: LabelledImages) -> torch.Tensor:
    """Of every fourth row and column."""
    with evaluating(net):
        return torch.cat([net(normalize(images))[..., ::4, ::4] for images in data.images.split(16)])


def certainty(scores: torch.Tensor, data: LabelledImages, temperature: float = 1.0) -> dict[str, Any]:
    """The calibration error and the reliability curve."""
    calibration = Calibration(bins=10)
    calibration.update((scores / temperature).softmax(dim=1), data.masks[:, ::4, ::4])
    curve = {key: getattr(calibration, key).tolist() for key in ("confidence", "accuracy")}
    curve = {key: [None if value != value else round(value, 4) for value in values] for key, values in curve.items()}
    return {"error": round(calibration.error, 4), **curve, "pixels": calibration.counts.int().tolist()}


def learn(dusk_too: bool, seed: int, **changes: Any) -> dict[str, Any]:
    """Train, and score by day and at dusk: as it is, with other batch statistics, and its certainty."""
    by_day = drives(("0006R0", "0016E5"))
    data = spread(joined(drives(("0001TP",)), by_day), len(by_day), seed) if dusk_too else by_day
    net, history = trained(data, seed, STEPS, **changes)
    val = split("val")
    temperature = best_temperature(logits(net, val), val.masks[:, ::4, ::4])
    found: dict[str, Any] = {"seconds": round(history.seconds, 1), "temperature": round(temperature, 3)}
    for light, drive in (("day", "Seq05VD"), ("dusk", "0001TP")):
        test = drives((drive,), of="test")
        scores = logits(net, test)
        found[light] = {
            **recipe.facts(evaluate(net, test), "boundary_f", classes=test.labels.names),
            "other_statistics": recipe.facts(evaluate(with_statistics_of(net, test), test, tolerance=None))["miou"],
            "certainty": certainty(scores, test),
            "with_temperature": certainty(scores, test, temperature),
        }
    return found


VARIANTS = {
    "usual": partial(learn, False),
    "no change of light": partial(learn, False, augment=SAME_LIGHT),
    "strong change of light": partial(learn, False, augment=STRONG),
    "from nothing": partial(learn, False, **FROM_NOTHING),
    "from nothing, no change of light": partial(learn, False, augment=SAME_LIGHT, **FROM_NOTHING),
    "dusk seen as well": partial(learn, True),
}

if __name__ == "__main__":
    what = "Learned by day, scored by day and at dusk: mIoU, batch statistics of the test pictures, calibration"
    run("15_real_streets_shift", what, VARIANTS, settings={**SETTINGS, "steps": STEPS})
