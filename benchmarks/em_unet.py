"""A small U-Net on the ISBI 2012 slices, with and without elastic deformation.

Run: python benchmarks/em_unet.py --out benchmarks/results/em_unet.json
It needs the slices in $SEGEDU_DATA/isbi_em (see `segedu.data.EM`). Slices 0..17 train, 18..23 choose the threshold,
24..29 are scored once, after every choice.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from segedu import nets
from segedu.data import EM, Augment, Elastic, LabelledImages, normalize, stack
from segedu.losses import class_weights, cross_entropy
from segedu.metrics import ConfusionMatrix, pieces, rand_score, thin
from segedu.nets.modes import evaluating
from segedu.results import net_facts, write_measurement
from segedu.train import fit

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
    scores = [rand_score(thin(pieces(p > threshold)), dataset[i].instances) for i, p in enumerate(probability)]
    means = {"f": [s.f() for s in scores], "merge": [s.merge for s in scores], "split": [s.split for s in scores]}
    return {name: round(float(np.mean(values)), 4) for name, values in means.items()}


def pixel_facts(probability: np.ndarray, data: LabelledImages) -> dict[str, float]:
    """IoU of both classes and the share of wrong pixels, at the threshold 0.5."""
    confusion = ConfusionMatrix(len(data.labels))
    confusion.update(torch.from_numpy(probability > 0.5).long(), data.masks)
    iou = dict(zip(data.labels.names, confusion.iou().tolist(), strict=True))
    facts = {f"iou_{name}": value for name, value in iou.items()} | {"pixel_error": 1 - confusion.pixel_accuracy()}
    return {name: round(float(value), 4) for name, value in facts.items()}


def main() -> None:
    """Train twice, choose on validation, score the test block, write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--levels", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--validation-only", action="store_true", help="leave the test block alone")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    blocks = {split: EM(split) for split in ("train", "val", "test")}
    train = stack(blocks["train"])
    loss = partial(cross_entropy, weight=class_weights(train.masks, len(train.labels)))
    runs, about = {}, {}
    for name, augment in AUGMENT.items():
        torch.manual_seed(arguments.seed)
        net = nets.build("unet", len(train.labels), width=arguments.width, levels=arguments.levels)
        history = fit(
            net, train, steps=arguments.steps, batch_size=4, lr=5e-3, warmup=20, augment=augment, loss=loss,
            seed=arguments.seed, progress=False,
        )  # fmt: skip
        probability = cell_probability(net, stack(blocks["val"]))
        by_threshold = {str(t): rand_f(probability, blocks["val"], t) for t in THRESHOLDS}
        best = max(THRESHOLDS, key=lambda t: by_threshold[str(t)]["f"])
        runs[name] = {
            "augment": repr(augment), "seconds": round(history.seconds, 1), "loss": round(history.loss[-1], 4),
            "threshold": best, "val": pixel_facts(probability, stack(blocks["val"])),
            "val_rand_by_threshold": by_threshold,
        }  # fmt: skip
        if not arguments.validation_only:
            probability = cell_probability(net, stack(blocks["test"]))
            rand = {f"rand_{key}": value for key, value in rand_f(probability, blocks["test"], best).items()}
            runs[name]["test"] = pixel_facts(probability, stack(blocks["test"])) | rand
        about = {"net": net_facts(net), "steps": arguments.steps, "batch_size": 4, "lr": 5e-3, "seed": arguments.seed}
        print(name, runs[name], sep="\n  ", flush=True)
    what = "U-Net on the ISBI 2012 training stack: slices 0..17 train, 18..23 choose the threshold, 24..29 test"
    write_measurement(arguments.out, what, about | {"runs": runs})


if __name__ == "__main__":
    main()
