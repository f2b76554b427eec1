"""Chapter 04's classifiers on real streets: CamVid at 180 x 240, learned from the training split, scored on the test.

Run: python benchmarks/pixels_camvid.py --out benchmarks/results/pixels_camvid.json
The settings are those of the chapter, chosen on the made world; none was chosen on CamVid.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from segedu.data import CamVid
from segedu.evaluate import Score
from segedu.pixels import FilterBank, evaluate_pixels, kernel_svm, linear_svm, random_forest
from segedu.results import score_facts, write_measurement

SIZE, PIXELS, BANK = (180, 240), 2000, FilterBank(row=True)
MAKERS = {"linear SVM": linear_svm, "kernel SVM": kernel_svm, "random forest": random_forest}


def main() -> None:
    """Train and score what was asked for, and write it into the file, beside what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--systems", nargs="+", default=[*MAKERS], choices=[*MAKERS])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    train, test = list(CamVid("train", SIZE)), CamVid("test", SIZE)
    runs = json.loads(arguments.out.read_text(encoding="utf-8"))["systems"] if arguments.out.exists() else {}
    for system in arguments.systems:
        began = time.perf_counter()
        classifier = MAKERS[system](BANK).fit(train, pixels=PIXELS, seed=0)
        seconds = time.perf_counter() - began
        score = Score(test.labels, evaluate_pixels(classifier, test))
        facts = score_facts(score, "test")
        facts.pop("boundary_f")  # not measured
        recall = round(score.confusion.mean_accuracy(), 4)
        runs[system] = {"seconds": round(seconds, 1), "mean_accuracy": recall, **facts}
        print(system, runs[system], flush=True)
    what = f"Pixel classifiers on CamVid 180 x 240: {len(train)} training and {len(test)} test pictures"
    command = f"python benchmarks/pixels_camvid.py --out {arguments.out}"
    write_measurement(arguments.out, what, {"command": command, "pixels": PIXELS, "systems": runs})


if __name__ == "__main__":
    main()
