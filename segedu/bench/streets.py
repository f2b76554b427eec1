"""The table of real streets: every system on CamVid, on one backbone, with one recipe."""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from segedu import nets
from segedu.bench.recipe import PROFILES
from segedu.bench.score import answers, beyond_miou, milliseconds_on_one_core, score, score_maps
from segedu.bench.systems import SYSTEMS
from segedu.data import CamVid, stack
from segedu.environment import describe
from segedu.results import curve_facts, score_facts
from segedu.results.study import read_study, write_study
from segedu.storage import check_place

WHAT = "The systems of the course on CamVid: each trained with each seed, scored on the test pictures"
ROWS = {name: system for name, system in SYSTEMS.items() if system.streets is not None}


def run_streets(
    profile: str, names: Iterable[str], seeds: Sequence[int], out: Path, runs: Path, root: Path | None = None
) -> None:
    """Train and score what the file does not hold yet, each system in a process of its own.

    Parameters
    ----------
    profile : str
        One of ``segedu.bench.PROFILES``.
    names : iterable of str
        Systems: names of rows.
    seeds : sequence of int
    out : path
        The JSON file; written after every run.
    runs : path
        Folder for states and weights; a run that was killed goes on from there.
    root : path, optional
        Of the pictures, as in `segedu.data.CamVid`.

    Raises
    ------
    ValueError
        If the file is no such table, or one of another profile.
    FileNotFoundError
        If the pictures are not there.
    """
    recipe = PROFILES[profile]
    about = {"what": WHAT, "settings": json.loads(json.dumps({"profile": profile, **recipe.facts()}))}
    check_place(out)
    CamVid("test", recipe.size, root)  # now, and not after the first training
    content = read_study(out, about, one_machine=False)
    command = ["python", "-m", "segedu", "bench", "camvid", "--profile", profile]
    spawn = multiprocessing.get_context("spawn")
    for seed in seeds:
        for name in names:
            if str(seed) in content["runs"].get(name, {}):
                continue
            with ProcessPoolExecutor(1, spawn, end_with_parent) as pool:  # each has its own peak of memory
                found = pool.submit(run_one, profile, name, seed, runs, root).result()
            print(f"{name}, seed {seed}: mIoU {found['miou']}, {found['seconds']} s of training", flush=True)
            content["runs"].setdefault(name, {})[str(seed)] = found
            write_study(out, content | about, ROWS, command)


def run_one(profile: str, name: str, seed: int, runs: Path, root: Path | None) -> dict[str, Any]:
    """Train and score one system with one seed: the numbers of its row."""
    system, recipe = ROWS[name], PROFILES[profile]
    network = system.train.args[0]  # named after it: a row that only adds the CRF finds it trained
    folder = runs / f"{network}-{seed}"
    train, val, test = (stack(CamVid(split, recipe.size, root)) for split in ("train", "val", "test"))
    learns = "pixels" not in system.streets
    keeping = {"val": val, "checkpoint": folder / "state.pt"} if learns else {}
    trained = system.train(train, recipe, seed, **system.streets, **keeping)
    maps, milliseconds = answers(trained, test)
    if trained.net is not None:
        nets.save(getattr(trained.net, "net", trained.net), folder / "net.safetensors", train.labels, recipe.size)
    return {
        "chapter": system.chapter,
        "settings": system.streets,
        **{key: value for key, value in score_facts(score_maps(maps, test), "test").items() if key != "split"},
        **beyond_miou(maps, test),
        "val_miou": round(score(trained, val)[0].miou, 4),
        "parameters": trained.parameters,
        "flops": trained.flops,
        "seconds": round(trained.seconds, 1),
        "milliseconds": round(milliseconds, 1),
        "milliseconds_one_core": round(milliseconds_on_one_core(trained, test), 1),
        "peak_memory_mb": peak_memory(),
        "curve": curve_facts(trained.history, every=20) if trained.history else None,
        "environment": describe(),
        "date": date.today().isoformat(),
    }


def end_with_parent() -> None:
    """Let this process end when the one that started it is killed, or two would write to the same states."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def peak_memory() -> int | None:
    """Most memory that this process has held, in MB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6)
