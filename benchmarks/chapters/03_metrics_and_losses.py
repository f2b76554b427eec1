"""Chapter 03: one small network, trained with one loss after the other.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2). With more steps and
other rates another question is asked: does a loss need more time, or another learning rate?
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

from segedu import nets
from segedu.data import LabelledImages, normalize
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy, dice_loss, focal_loss, one_hot_bce
from segedu.metrics import per_image_miou
from segedu.train.step import Loss

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

STEPS, RATE = 200, 5e-3


def cross_entropy_and_dice(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Their plain sum."""
    return cross_entropy(logits, target) + dice_loss(logits, target)


def weighted(power: float, data: LabelledImages) -> Loss:
    """Cross-entropy with weights ``share ** -power``; the share of a class in the training pixels."""
    return partial(cross_entropy, weight=class_weights(data.masks, len(data.labels), power))


def score(make_loss: Callable[[LabelledImages], Loss], steps: int, rate: float, seed: int) -> dict[str, float]:
    """Train FCN-4s with one loss, and score it."""
    data, val = recipe.scenes(400, seed=0), recipe.scenes(150, seed=1)
    net, history = recipe.trained(partial(nets.build, "fcn4s"), data, seed, steps, lr=rate, loss=make_loss(data))
    found = evaluate(net, val)
    with torch.no_grad():
        maps = [net(normalize(batch)).max(dim=1).indices for batch in val.images.split(16)]
    each = per_image_miou(torch.cat(maps), val.masks, len(data.labels))
    also = {"mean_accuracy": found.confusion.mean_accuracy, "fwiou": found.confusion.fwiou}
    also |= {"per_image_miou": float(each.mean()), "seconds": history.seconds}
    classes = ("sky", "car", "boat", "person", "pole")
    about = {"steps": steps, "learning_rate": rate}
    return about | recipe.facts(found, "pixel_accuracy", "boundary_f", classes=classes) | recipe.rounded(also)


LOSSES: dict[str, Callable[[LabelledImages], Loss]] = {
    "cross-entropy": lambda data: cross_entropy,
    "one-hot BCE": lambda data: one_hot_bce,
    "weighted, share ** -0.5": partial(weighted, 0.5),
    "weighted, share ** -1": partial(weighted, 1.0),
    "focal, gamma 2": lambda data: focal_loss,
    "Dice": lambda data: dice_loss,
    "cross-entropy + Dice": lambda data: cross_entropy_and_dice,
}
LONGER = ("cross-entropy", "one-hot BCE", "weighted, share ** -0.5", "Dice", "cross-entropy + Dice")
OTHER_RATES = ("cross-entropy", "one-hot BCE", "focal, gamma 2", "Dice")
VARIANTS = {
    **{name: partial(score, loss, STEPS, RATE) for name, loss in LOSSES.items()},
    **{f"{name}, 600 steps": partial(score, LOSSES[name], 600, RATE) for name in LONGER},
    **{f"{name}, rate {r}": partial(score, LOSSES[name], STEPS, r) for name in OTHER_RATES for r in (0.0025, 0.01)},
}

if __name__ == "__main__":
    what = "FCN-4s on Scenes 96 x 128 with each loss: 400 training pictures, 150 validation pictures, batches of 8"
    run("03_metrics_and_losses", what, VARIANTS)
