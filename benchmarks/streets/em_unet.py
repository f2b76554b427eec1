"""A small U-Net on the ISBI 2012 slices, with and without elastic deformation.

It needs the slices in $SEGEDU_DATA/isbi_em (see `segedu.data.EM`). Slices 0..17 train, 18..23 choose the threshold,
24..29 are scored once, after every choice.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from segedu import nets
from segedu.data import EM, Augment, Elastic, LabelledImages, normalize, stack
from segedu.metrics import ConfusionMatrix, connected_components, expand_labels, rand_score
from segedu.nets.modes import evaluating

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

STEPS, BATCH, WIDTH, LEVELS = 400, 4, 16, 4

THRESHOLDS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 0.99]
CELL = EM.labels.id("cell")
WINDOW = Augment(crop=(160, 160), flip=0.5, brightness=0.1, contrast=0.2)
AUGMENT = {"with elastic": Elastic(std=10, grid=3, then=WINDOW), "without elastic": WINDOW}


def cell_probability(net: nn.Module, data: LabelledImages) -> np.ndarray:
    """Probability of "cell", ``(N, H, W)``, one whole slice after the other."""
    with evaluating(net):
        return np.stack([net(normalize(image[None])).softmax(1)[0, CELL].numpy() for image in data.images])


def rand_f(probability: np.ndarray, dataset: EM, threshold: float) -> dict[str, float]:
    """Foreground-restricted Rand F after thinning, and its two shares: means over the slices."""
    scores = [
        rand_score(expand_labels(connected_components(p > threshold)), dataset[i].instances)
        for i, p in enumerate(probability)
    ]
    means = {"f": [s.f() for s in scores], "merge": [s.merge for s in scores], "split": [s.split for s in scores]}
    return recipe.rounded({name: float(np.mean(values)) for name, values in means.items()})


def pixel_facts(probability: np.ndarray, data: LabelledImages) -> dict[str, float]:
    """IoU of both classes and the share of wrong pixels, at the threshold 0.5."""
    confusion = ConfusionMatrix(len(data.labels))
    confusion.update(torch.from_numpy(probability > 0.5).long(), data.masks)
    iou = dict(zip(data.labels.names, confusion.iou.tolist(), strict=True))
    facts = {f"iou_{name}": value for name, value in iou.items()} | {"pixel_error": 1 - confusion.pixel_accuracy}
    return recipe.rounded(facts)


def score(augment: Augment | Elastic, seed: int) -> dict[str, Any]:
    """Train, choose the threshold on validation, score the test block."""
    val, test = EM("val"), EM("test")
    make = partial(nets.build, "unet", width=WIDTH, levels=LEVELS)
    net, history = recipe.trained(make, stack(EM("train")), seed, STEPS, batch_size=BATCH, augment=augment)
    probability = cell_probability(net, stack(val))
    by_threshold = {str(t): rand_f(probability, val, t) for t in THRESHOLDS}
    best = max(THRESHOLDS, key=lambda t: by_threshold[str(t)]["f"])
    found = {
        "augment": repr(augment), "parameters": recipe.parameters(net), "seconds": round(history.seconds, 1),
        "loss": round(history.loss[-1], 4), "threshold": best, "val": pixel_facts(probability, stack(val)),
        "val_rand_by_threshold": by_threshold,
    }  # fmt: skip
    probability = cell_probability(net, stack(test))
    rand = {f"rand_{key}": value for key, value in rand_f(probability, test, best).items()}
    return found | {"test": pixel_facts(probability, stack(test)) | rand}


if __name__ == "__main__":
    what = "U-Net on the ISBI 2012 training stack: slices 0..17 train, 18..23 choose the threshold, 24..29 test"
    settings = {"net": "unet", "width": WIDTH, "levels": LEVELS, "steps": STEPS, "batch_size": BATCH, "lr": 5e-3}
    variants = {name: partial(score, augment) for name, augment in AUGMENT.items()}
    run("em_unet", what, variants, seeds=[0], settings=settings)
