"""How many pictures of `segedu.data.scenes.Scenes` one core draws in a second."""

from __future__ import annotations

import sys
import time
from importlib.metadata import version
from pathlib import Path

from segedu.data.scenes import Scenes

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.study import run

SIZE, COUNT, REPEATS = (96, 128), 400, 5


def speed(_seed: int) -> dict[str, float]:
    """Time runs over different pictures, in processor time; the fastest counts."""
    rates = []
    for repeat in range(REPEATS):
        scenes = Scenes(COUNT, size=SIZE, seed=repeat)
        start = time.process_time()
        for sample in scenes:
            assert sample.image.shape[:2] == SIZE
        rates.append(COUNT / (time.process_time() - start))
    return {"pictures_per_second": round(max(rates), 1)}


if __name__ == "__main__":
    what = "pictures of the made world that one core draws in a second, fastest run"
    settings = {"size": SIZE, "pictures": COUNT, "repeats": REPEATS, "pillow": version("pillow")}
    run("scenes_speed", what, {"Scenes": speed}, seeds=[0], settings=settings)
