"""Chapter 07: U-Net beside FCN, with its skips and without, and cells that touch.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2). The notebook has no
time for U-Net on 96 x 128 pictures, and for twice the steps without skips.
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
from segedu.data import Tissue, normalize, stack
from segedu.evaluate import evaluate
from segedu.losses import boundary_weights, pixel_weighted_cross_entropy
from segedu.metrics import connected_components, expand_labels, rand_score
from segedu.nets.modes import evaluating

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

SMALL, FULL = (48, 64), (96, 128)
STEPS, EQUAL_TIME = 400, 900  # a step of U-Net takes as long as 2.2 to 2.4 of FCN's
THRESHOLDS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]


def on_scenes(
    make: recipe.Make, seed: int, *, steps: int = STEPS, size: tuple[int, int] = SMALL, **settings: Any
) -> dict[str, float]:
    """One network on the scenes; borders within 2 pixels and within 1."""
    net, history = recipe.trained(make, recipe.scenes(400, seed=0, size=size), seed, steps, **settings)
    val = recipe.scenes(150, seed=1, size=size)
    found = recipe.facts(evaluate(net, val), "boundary_f", classes=val.labels.names)
    strict = round(evaluate(net, val, tolerance=1).boundary_f, 4)
    return found | {"boundary_f_1px": strict, "steps": steps, "seconds": round(history.seconds, 1)}


def on_tissue(weighted: bool, seed: int, *, steps: int = 120) -> dict[str, list[float]]:
    """U-Net on the tissue, with border weights or without; Rand F of validation pictures by threshold."""
    data, val = Tissue(80, seed=0), Tissue(40, seed=1)
    pictures = stack(data)
    weights = [boundary_weights(s.instances, sigma=3) if weighted else np.ones(data.size, np.float32) for s in data]
    weights = torch.from_numpy(np.stack(weights))
    torch.manual_seed(seed)
    net = nets.build("unet", 2, levels=4)
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 5e-3 * (1 - step / steps)
        batch = torch.randint(0, len(pictures), (8,))
        logits = net(normalize(pictures.images[batch]))
        loss = pixel_weighted_cross_entropy(logits, pictures.masks[batch], weights[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return score_pieces(net, val)


def score_pieces(net: nn.Module, val: Tissue) -> dict[str, list[float]]:
    """Mean Rand F and pixel accuracy at each of the thresholds."""
    pictures = stack(val)
    with evaluating(net):
        probability = net(normalize(pictures.images)).softmax(1)[:, 1].numpy()
    found = {"threshold": THRESHOLDS, "rand_f": [], "pixel_accuracy": []}
    for threshold in THRESHOLDS:
        scores = [
            rand_score(expand_labels(connected_components(p > threshold)), s.instances).f()
            for p, s in zip(probability, val, strict=True)
        ]
        found["rand_f"].append(round(float(np.mean(scores)), 4))
        right = (probability > threshold) == (pictures.masks.numpy() == 1)
        found["pixel_accuracy"].append(round(float(right.mean()), 4))
    return found


UNET, WITHOUT_SKIPS = partial(nets.build, "unet"), partial(nets.build, "unet", skips=False)
VARIANTS = {
    "FCN-8s": partial(on_scenes, partial(nets.build, "fcn8s")),
    "U-Net": partial(on_scenes, UNET),
    "U-Net without skips": partial(on_scenes, WITHOUT_SKIPS),
    "FCN-8s, as long as U-Net": partial(on_scenes, partial(nets.build, "fcn8s"), steps=EQUAL_TIME),
    "FCN-4s, as long as U-Net": partial(on_scenes, partial(nets.build, "fcn4s"), steps=EQUAL_TIME),
    "tissue, equal weights": partial(on_tissue, False),
    "tissue, border weights": partial(on_tissue, True),
    "U-Net without skips, twice the steps": partial(on_scenes, WITHOUT_SKIPS, steps=2 * STEPS),
    "U-Net, 96 x 128, 5 levels": partial(on_scenes, partial(UNET, levels=5), size=FULL, batch_size=4),
    "U-Net, 96 x 128, 6 levels": partial(on_scenes, partial(UNET, levels=6), size=FULL, batch_size=4),
}

if __name__ == "__main__":
    what = "U-Net and FCN on Scenes, 48 x 64 if not said otherwise: 400 training pictures, 150 validation pictures"
    run("07_unet", what, VARIANTS)
