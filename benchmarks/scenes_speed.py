"""How many pictures of `segedu.data.scenes.Scenes` one core draws in a second.

Run ``python benchmarks/scenes_speed.py --out benchmarks/results/scenes_speed.json``.
"""

from __future__ import annotations

import argparse
import time
from importlib.metadata import version
from pathlib import Path

from segedu.data.scenes import Scenes
from segedu.results import write_measurement


def pictures_per_second(size: tuple[int, int], count: int, repeats: int) -> float:
    """Time ``repeats`` runs over different pictures, in processor time; the fastest counts."""
    rates = []
    for repeat in range(repeats):
        scenes = Scenes(count, size=size, seed=repeat)
        start = time.process_time()
        for sample in scenes:
            assert sample.image.shape[:2] == size
        rates.append(count / (time.process_time() - start))
    return max(rates)


def main() -> None:
    """Measure, and write the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to write")
    parser.add_argument("--size", type=int, nargs=2, default=(96, 128), metavar=("HEIGHT", "WIDTH"))
    parser.add_argument("--count", type=int, default=400, help="pictures in a run")
    parser.add_argument("--repeats", type=int, default=5, help="runs; the fastest counts")
    options = parser.parse_args()
    rate = pictures_per_second(tuple(options.size), options.count, options.repeats)
    found = {"pictures_per_second": round(rate, 1), "size": list(options.size), "pillow": version("pillow")}
    write_measurement(options.out, "pictures of the made world that one core draws in a second, fastest run", found)
    print(f"{rate:.0f} pictures of {options.size[0]} x {options.size[1]} a second -> {options.out}")


if __name__ == "__main__":
    main()
