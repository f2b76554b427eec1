"""Chapter 04: pixel classifiers beside a small network, by labelled pictures and by seconds of training.

Scored on validation pictures (seed 1).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from segedu import nets
from segedu.data import LabelledImages
from segedu.evaluate import Score, evaluate
from segedu.pixels import FilterBank, PixelClassifier, evaluate_pixels, kernel_svm, linear_svm, random_forest

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

# Labelled pictures, and pixels drawn a class; the first runs take less than a second.
DRAWS = ((1, 250), (1, 1000), (3, 1000), (10, 250), (10, 1000), (30, 1000), (100, 1000), (400, 1000), (400, 4000))
PICTURES, STEPS, DATA_STEPS, ALL = (1, 3, 10, 30, 100), (10, 25, 50, 125, 500, 1500), 500, 400
CLASSIFIERS = {"linear SVM": linear_svm, "kernel SVM": kernel_svm, "random forest": random_forest}
NET = "FCN-4s"


def facts(score: Score, **about: Any) -> dict[str, Any]:
    """The mean, a class that needs context, one that needs shape, one that needs detail."""
    return about | recipe.facts(score, classes=("road", "car", "pole"))


def classifier(
    system: str, make: Callable[[FilterBank], PixelClassifier], pictures: int, pixels: int, seed: int
) -> dict[str, Any]:
    """Train on one draw; seconds are those of features and fitting."""
    train, val = recipe.scenes(ALL, seed=0), recipe.scenes(60, seed=1)
    order = np.random.default_rng(seed).permutation(len(train))
    data = [train[int(i)] for i in order[:pictures]]
    began = time.perf_counter()
    fitted = make(FilterBank(row=True)).fit(data, pixels=pixels, seed=seed)
    seconds = round(time.perf_counter() - began, 2)
    score = Score(val.labels, evaluate_pixels(fitted, val))
    return facts(score, system=system, pictures=pictures, pixels=pixels, seconds=seconds)


def network(pictures: int, steps: int, seed: int) -> dict[str, Any]:
    """Train the network for a number of steps; seconds are those of the training loop."""
    train, val = recipe.scenes(ALL, seed=0), recipe.scenes(60, seed=1)
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(train)))
    shuffled = LabelledImages(train.images[order], train.masks[order], train.labels)[:pictures]
    make = partial(nets.build, "fcn4s")
    net, history = recipe.trained(make, shuffled, seed, steps, warmup=min(20, steps // 5))
    score, seconds = evaluate(net, val, tolerance=None), round(history.seconds, 2)
    return facts(score, system=NET, pictures=pictures, steps=steps, seconds=seconds)


VARIANTS = {
    **{
        f"{system}, pictures {pictures}, pixels a class {pixels}": partial(classifier, system, make, pictures, pixels)
        for system, make in CLASSIFIERS.items()
        for pictures, pixels in DRAWS
    },
    # Few pictures for a fixed number of steps, and all pictures for a rising one.
    **{
        f"{NET}, pictures {pictures}, steps {steps}": partial(network, pictures, steps)
        for pictures, steps in [*((n, DATA_STEPS) for n in PICTURES), *((ALL, steps) for steps in STEPS)]
    },
}

if __name__ == "__main__":
    what = "Learning curves on Scenes 96 x 128, scored on 60 validation pictures (seed 1)"
    run("04_svm_and_random_forest_curve", what, VARIANTS)
