"""One table over all systems of the course: each learns from the same pictures and answers the same ones.

Nothing else should run meanwhile: times are measured. The settings are common to all networks and were tuned for none
of them. The test pictures (seed 2) are scored once.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe, study
from segedu.bench import SCENES
from segedu.bench.score import score
from segedu.bench.systems import SYSTEMS, System

WHAT = "The systems of the course on Scenes: each trained with each seed, scored on the test pictures"


def row(system: System, steps: int, pictures: tuple[int, int], seed: int) -> dict[str, Any]:
    """Train and score one system with one seed: the numbers of its row."""
    train, test = recipe.scenes(pictures[0], 0, SCENES.size), recipe.scenes(pictures[1], 2, SCENES.size)
    trained = system.train(train, replace(SCENES, steps=steps), seed, **system.scenes)
    found, milliseconds = score(trained, test)
    thin = (found.iou["person"] + found.iou["pole"]) / 2
    return {
        "chapter": system.chapter,
        "settings": system.scenes,
        **recipe.facts(found, "boundary_f", pairs=(("road", "water"), ("car", "boat"))),
        **recipe.rounded({"thin": thin}),
        "parameters": trained.parameters,
        "flops": trained.flops,
        "seconds": round(trained.seconds, 2),
        "milliseconds": round(milliseconds, 3),
        "iou": recipe.rounded(found.iou),
    }


def main(steps: int = SCENES.steps, pictures: tuple[int, int] = (400, 150), arguments: list[str] | None = None) -> None:
    """Run what the file does not hold yet; other steps and pictures are for trying things out."""
    rows = {name: system for name, system in SYSTEMS.items() if system.scenes is not None}
    variants = {name: partial(row, system, steps, pictures) for name, system in rows.items()}
    common = {key: getattr(SCENES, key) for key in ("batch_size", "lr", "warmup", "size")}
    counts = {"training_pictures": pictures[0], "test_pictures": pictures[1]}
    study.run("leaderboard", WHAT, variants, settings={"steps": steps, **common, **counts}, arguments=arguments)


if __name__ == "__main__":
    main()
