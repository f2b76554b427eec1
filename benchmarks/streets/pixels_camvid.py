"""Chapter 04's classifiers on real streets: CamVid at 180 x 240, learned from the training split, scored on the test.

It needs the frames in $SEGEDU_DATA/camvid (see `segedu.data.CamVid`). The settings are those of the chapter, chosen on
the made world; none was chosen on CamVid.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from segedu.data import CamVid
from segedu.evaluate import Score
from segedu.pixels import FilterBank, PixelClassifier, evaluate_pixels, kernel_svm, linear_svm, random_forest
from segedu.results import score_facts

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.study import run

SIZE, PIXELS = (180, 240), 2000
MAKERS = {"linear SVM": linear_svm, "kernel SVM": kernel_svm, "random forest": random_forest}


def score(make: Callable[[FilterBank], PixelClassifier], seed: int) -> dict[str, Any]:
    """Train one classifier and score it."""
    train, test = list(CamVid("train", SIZE)), CamVid("test", SIZE)
    began = time.perf_counter()
    classifier = make(FilterBank(row=True)).fit(train, pixels=PIXELS, seed=seed)
    seconds = time.perf_counter() - began
    found = Score(test.labels, evaluate_pixels(classifier, test))
    facts = score_facts(found, "test")
    facts.pop("boundary_f")  # not measured
    return {"seconds": round(seconds, 1), "mean_accuracy": round(found.confusion.mean_accuracy, 4), **facts}


if __name__ == "__main__":
    what = "Pixel classifiers on CamVid 180 x 240: 367 training and 233 test pictures"
    variants = {name: partial(score, make) for name, make in MAKERS.items()}
    run("pixels_camvid", what, variants, seeds=[0], settings={"pixels": PIXELS})
