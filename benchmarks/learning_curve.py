"""Pixel classifiers beside a small network: mIoU by labelled pictures and by seconds of training.

Run: python benchmarks/learning_curve.py --seeds 0 1 2 --out benchmarks/results/learning_curve.json
Runs already in the file stay, unless their system and seed are run again. Scored on validation pictures (seed 1).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from segedu import nets
from segedu.data import LabelledImages, Scenes, stack
from segedu.evaluate import Score, evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.pixels import FilterBank, PixelClassifier, evaluate_pixels, kernel_svm, linear_svm, random_forest
from segedu.results import write_measurement
from segedu.train import fit

Record = dict[str, Any]

# Labelled pictures, and pixels drawn a class; the first runs take less than a second.
DRAWS = ((1, 250), (1, 1000), (3, 1000), (10, 250), (10, 1000), (30, 1000), (100, 1000), (400, 1000), (400, 4000))
PICTURES, STEPS, DATA_STEPS = (1, 3, 10, 30, 100), (10, 25, 50, 125, 500, 1500), 500
BANK = FilterBank(row=True)
PIXELS: dict[str, Callable[[], PixelClassifier]] = {
    "linear SVM": partial(linear_svm, BANK),
    "kernel SVM": partial(kernel_svm, BANK),
    "random forest": partial(random_forest, BANK),
}
NET = "FCN-4s"


def facts(score: Score) -> Record:
    """The mean, a class that needs context, one that needs shape, one that needs detail."""
    return {"miou": round(score.miou, 4)} | {name: round(score.iou[name], 4) for name in ("road", "car", "pole")}


def pixel_runs(system: str, seed: int, train: LabelledImages, val: LabelledImages) -> Iterator[Record]:
    """Train one classifier on every draw; seconds are those of features and fitting."""
    order = np.random.default_rng(seed).permutation(len(train))
    for pictures, pixels in DRAWS:
        data = [train[int(i)] for i in order[:pictures]]
        began = time.perf_counter()
        classifier = PIXELS[system]().fit(data, pixels=pixels, seed=seed)
        seconds = time.perf_counter() - began
        score = Score(val.labels, evaluate_pixels(classifier, val))
        about = {"system": system, "seed": seed, "pictures": pictures, "pixels": pixels}
        yield about | {"seconds": round(seconds, 2)} | facts(score)


def net_run(seed: int, data: LabelledImages, steps: int, val: LabelledImages) -> Record:
    """Train the network for a number of steps; seconds are those of the training loop."""
    torch.manual_seed(seed)
    net = nets.build("fcn4s", len(data.labels))
    loss = partial(cross_entropy, weight=class_weights(data.masks, len(data.labels)))
    warmup = min(20, steps // 5)
    history = fit(net, data, steps=steps, batch_size=8, lr=5e-3, warmup=warmup, loss=loss, seed=seed, progress=False)
    about = {"system": NET, "seed": seed, "pictures": len(data), "steps": steps}
    return about | {"seconds": round(history.seconds, 2)} | facts(evaluate(net, val, tolerance=None))


def net_runs(seed: int, train: LabelledImages, val: LabelledImages) -> Iterator[Record]:
    """Few pictures for a fixed number of steps, and all pictures for a rising one."""
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(train)))
    shuffled = LabelledImages(train.images[order], train.masks[order], train.labels)
    for pictures in PICTURES:
        yield net_run(seed, shuffled[:pictures], DATA_STEPS, val)
    for steps in STEPS:
        yield net_run(seed, shuffled, steps, val)


def main() -> None:
    """Run what was asked for and write it into the file, beside what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--systems", nargs="+", default=[*PIXELS, NET], choices=[*PIXELS, NET])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    train, val = stack(Scenes(400, seed=0)), stack(Scenes(60, seed=1))
    runs = json.loads(arguments.out.read_text(encoding="utf-8"))["runs"] if arguments.out.exists() else []
    for seed in arguments.seeds:
        for system in arguments.systems:
            runs = [run for run in runs if (run["system"], run["seed"]) != (system, seed)]
            for run in net_runs(seed, train, val) if system == NET else pixel_runs(system, seed, train, val):
                print(run, flush=True)
                runs.append(run)
    runs.sort(key=lambda run: ([*PIXELS, NET].index(run["system"]), run["seed"], run["pictures"], run["seconds"]))
    # A run in pieces is repeated by one command, so that one is recorded.
    seeds = " ".join(map(str, sorted({run["seed"] for run in runs})))
    command = f"python benchmarks/learning_curve.py --seeds {seeds} --out {arguments.out}"
    what = "Learning curves on Scenes 96 x 128, scored on 60 validation pictures (seed 1)"
    write_measurement(arguments.out, what, {"command": command, "runs": runs})


if __name__ == "__main__":
    main()
