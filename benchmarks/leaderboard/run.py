"""One table over all systems of the course: each learns from the same pictures and answers the same ones.

Nothing else should run meanwhile: times are measured. The settings are common to all networks and were tuned for none
of them. The test pictures (seed 2) are scored once.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe, study
from benchmarks.leaderboard.systems import SETTINGS, SIZE, SYSTEMS, System, Trained
from segedu.data import LabelledImages
from segedu.evaluate import Score
from segedu.metrics import BoundaryF, ConfusionMatrix

WHAT = "The systems of the course on Scenes: each trained with each seed, scored on the test pictures"


def score(trained: Trained, data: LabelledImages) -> tuple[Score, float]:
    """Predict the pictures one by one; the score, and the median of the milliseconds that one took."""
    confusion, boundary, times = ConfusionMatrix(len(data.labels)), BoundaryF(len(data.labels)), []
    for i in range(len(data)):
        sample = data[i]
        began = time.perf_counter()
        ids = trained.predict(sample.image)
        times.append(1000 * (time.perf_counter() - began))
        confusion.update(ids, sample.mask)
        boundary.update(ids, sample.mask)
    return Score(data.labels, confusion, boundary), median(times)


def row(system: System, steps: int, pictures: tuple[int, int], seed: int) -> dict[str, Any]:
    """Train and score one system with one seed: the numbers of its row."""
    train, test = recipe.scenes(pictures[0], seed=0, size=SIZE), recipe.scenes(pictures[1], seed=2, size=SIZE)
    trained = system.train(train, steps=steps, seed=seed, **system.settings)
    found, milliseconds = score(trained, test)
    thin = (found.iou["person"] + found.iou["pole"]) / 2
    return {
        "chapter": system.chapter,
        "settings": system.settings,
        **recipe.facts(found, "boundary_f", pairs=(("road", "water"), ("car", "boat"))),
        **recipe.rounded({"thin": thin}),
        "parameters": trained.parameters,
        "flops": trained.flops,
        "seconds": round(trained.seconds, 2),
        "milliseconds": round(milliseconds, 3),
        "iou": recipe.rounded(found.iou),
    }


def main(steps: int = 350, pictures: tuple[int, int] = (400, 150), arguments: list[str] | None = None) -> None:
    """Run what the file does not hold yet; other steps and pictures are for trying things out."""
    variants = {name: partial(row, system, steps, pictures) for name, system in SYSTEMS.items()}
    counts = {"training_pictures": pictures[0], "test_pictures": pictures[1]}
    settings = {"steps": steps, **SETTINGS, "size": SIZE, **counts}
    study.run("leaderboard", WHAT, variants, settings=settings, arguments=arguments)


if __name__ == "__main__":
    main()
