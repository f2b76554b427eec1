"""One table over chapters 04 to 11: every system learns from the same pictures and answers the same ones.

Run: python benchmarks/leaderboard.py --seeds 0 1 2 --out benchmarks/results/leaderboard.json
The file is written after every run. What it already holds is skipped, so a run that was stopped goes on. Nothing else
should run meanwhile: times are measured.

The settings are common to all networks and were tuned for none of them. The test pictures (seed 2) are scored once.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import torch
from leaderboard_systems import AUXILIARY, CRF, PIXELS, SETTINGS, SIZE, SYSTEMS, System, Trained

from segedu import environment
from segedu.data import LabelledImages, Scenes, stack
from segedu.evaluate import Score
from segedu.metrics import BoundaryF, ConfusionMatrix
from segedu.results import write_measurement


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


def run(system: System, seed: int, steps: int, train: LabelledImages, test: LabelledImages) -> dict[str, object]:
    """Train and score one system with one seed: the numbers of its row."""
    trained = system.train(train, steps=steps, seed=seed)
    found, milliseconds = score(trained, test)
    scores = {
        "miou": found.miou,
        "boundary_f": found.boundary_f,
        "thin": (found.iou["person"] + found.iou["pole"]) / 2,
        "road_water": found.told_apart("road", "water"),
        "car_boat": found.told_apart("car", "boat"),
    }
    return {name: rounded(value) for name, value in scores.items()} | {
        "parameters": trained.parameters,
        "flops": trained.flops,
        "seconds": round(trained.seconds, 2),
        "milliseconds": round(milliseconds, 3),
        "iou": {name: rounded(value) for name, value in found.iou.items()},
    }


def rounded(value: float) -> float | None:
    """Four decimals; ``None`` for nan, which JSON does not have."""
    return None if math.isnan(value) else round(value, 4)


def settings(steps: int, threads: int, training_pictures: int, test_pictures: int) -> dict[str, object]:
    """All that a number of the table depends on, for the file."""
    return {
        "steps": steps,
        **SETTINGS,
        "size": list(SIZE),
        "training_pictures": training_pictures,
        "test_pictures": test_pictures,
        "threads": threads,
        "pixels_a_class": PIXELS,
        "crf_parameters": " ".join(f"{name}={value}" for name, value in CRF.items()),
        "auxiliary_weight_of_pspnet": AUXILIARY,
    }


def recorded(path: Path, setting: dict[str, object]) -> dict[str, dict]:
    """The systems that the file already holds.

    Raises
    ------
    ValueError
        If they were measured with other settings, on another machine, or with other versions.
    """
    if not path.exists():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    then = content["setting"] | content["environment"]
    now = setting | environment.describe()
    differ = [f"{key} {then.get(key)} (now {now.get(key)})" for key in then | now if then.get(key) != now.get(key)]
    if differ:
        raise ValueError(f"{path}: recorded with {', '.join(differ)}. Give another --out, or remove the file.")
    return content["systems"]


def save(path: Path, setting: dict[str, object], systems: dict[str, dict]) -> None:
    """Write all rows, in the order of the table. A run in pieces is repeated by one command: that one is recorded."""
    seeds = sorted({int(seed) for row in systems.values() for seed in row["seeds"]})
    pictures = " ".join(map(str, (setting["training_pictures"], setting["test_pictures"])))
    command = (
        f"python benchmarks/leaderboard.py --seeds {' '.join(map(str, seeds))} --steps {setting['steps']} "
        f"--pictures {pictures} --threads {setting['threads']} --out {path}"
    )
    what = "Chapters 04 to 11 on Scenes: each system trained with each seed, scored on the test pictures"
    rows = {name: systems[name] for name in SYSTEMS if name in systems}
    write_measurement(path, what, {"command": command, "setting": setting, "systems": rows})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the file does not hold yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), metavar="NAME")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=350, help="training steps of the networks")
    parser.add_argument("--pictures", type=int, nargs=2, default=[400, 150], metavar=("TRAINING", "TEST"))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of torch")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    torch.set_num_threads(asked.threads)
    setting = settings(asked.steps, asked.threads, *asked.pictures)
    systems = recorded(asked.out, setting)
    train, test = (stack(Scenes(n, SIZE, seed=seed)) for n, seed in zip(asked.pictures, (0, 2), strict=True))
    for seed in asked.seeds:
        for name in asked.systems:
            system = SYSTEMS[name]
            row = systems.setdefault(name, {"title": system.title, "chapter": system.chapter, "seeds": {}})
            if str(seed) in row["seeds"]:
                continue
            row["seeds"][str(seed)] = found = run(system, seed, asked.steps, train, test)
            save(asked.out, setting, systems)
            print(f"seed {seed}  {system.title:20}", *(f"{k} {v}" for k, v in found.items() if k != "iou"), flush=True)


if __name__ == "__main__":
    main()
