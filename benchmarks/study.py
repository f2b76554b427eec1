"""A study: named variants, each a function from a seed to numbers, and one file that holds them all.

Every script of this folder is one. Its command line is ``[--seeds 0 1 2] [--only NAME ...] [--out PATH] [--list]``. A
run is written as soon as it is finished, and what the file already holds is not run again: a study that was stopped
goes on. The scripts put the repository on the path of Python themselves, because only `segedu` is installed.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from segedu import environment
from segedu.results import write_measurement
from segedu.storage import check_place

RESULTS = Path(__file__).parent / "results"

Variant = Callable[[int], dict[str, Any]]
"""From a seed to numbers; dicts and lists of them, and words, are allowed."""

Runs = dict[str, dict[str, dict[str, Any]]]
"""Numbers by variant and seed."""


def run(
    file_stem: str,
    what: str,
    variants: Mapping[str, Variant],
    seeds: Sequence[int] = (0, 1, 2),
    settings: Mapping[str, Any] | None = None,
    arguments: Sequence[str] | None = None,
) -> None:
    """Do what the command line asks for, but for the runs that the file already holds.

    Parameters
    ----------
    file_stem : str
        Name of the script and of its file in ``benchmarks/results/``.
    what : str
        What is measured, in a sentence.
    variants : mapping from str to callable
        ``seed -> numbers``, by name.
    seeds : sequence of int
        What runs if nothing else is asked for. A study that draws nothing has seed 0 alone.
    settings : mapping, optional
        What all variants have in common and a reader must know.
    arguments : sequence of str, optional
        Instead of those of the command line.

    Raises
    ------
    SystemExit
        If a file is there that is no study, or one of something else, or from another machine: it names the file.
    """
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(seeds))
    parser.add_argument("--only", nargs="+", choices=variants, default=list(variants), metavar="NAME", help="variants")
    parser.add_argument("--out", type=Path, default=RESULTS / f"{file_stem}.json")
    parser.add_argument("--list", action="store_true", help="print the names of the variants, and run nothing")
    asked = parser.parse_args(arguments)
    if asked.list:
        print(*variants, sep="\n")
        return
    about = {"what": what, "settings": json.loads(json.dumps(settings or {}))}  # as they come back from the file
    command = ["python", sys.argv[0], *([] if asked.out == parser.get_default("out") else ["--out", str(asked.out)])]
    check_place(asked.out)
    try:
        content = recorded(asked.out, about)
    except ValueError as error:
        parser.error(str(error))
    runs: Runs = content["runs"]
    for seed in asked.seeds:
        for name in asked.only:
            if str(seed) in runs.get(name, {}):
                continue
            numbers = variants[name](seed)
            print(f"{name}, seed {seed}: {numbers}", flush=True)
            runs.setdefault(name, {})[str(seed)] = numbers
            save(asked.out, content | about, variants, command)


def recorded(path: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """What the file holds; no runs if there is none.

    Raises
    ------
    ValueError
        If it is no study, or what is measured, its settings, the machine or the versions were others.
    """
    if not path.exists():
        return {"runs": {}}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        then = {"what": content["what"]} | content.get("settings", {}) | content["environment"]
        if not isinstance(content["runs"], dict):
            raise TypeError(f"runs is a {type(content['runs']).__name__}")
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: not the file of a study ({error!r}). Give another --out.") from error
    now = {"what": about["what"]} | about["settings"] | environment.describe()
    differ = [f"{key} {then.get(key)} (now {now.get(key)})" for key in then | now if then.get(key) != now.get(key)]
    if differ:
        raise ValueError(f"{path}: recorded with {', '.join(differ)}. Give another --out, or remove the file.")
    return content


def save(path: Path, content: Mapping[str, Any], variants: Mapping[str, Variant], command: Sequence[str]) -> None:
    """Write all runs, in the order of the variants, with the one command that repeats them all."""
    runs: Runs = content["runs"]
    ordered = {
        name: {key: runs[name][key] for key in sorted(runs[name], key=int)}
        for name in [*variants, *runs]
        if name in runs
    }
    seeds = sorted({int(seed) for by_seed in runs.values() for seed in by_seed})
    only = [] if set(variants) <= set(runs) else ["--only", *ordered]
    kept = {key: content[key] for key in ("recorded_with", "settings") if content.get(key)}
    again = {"command": shlex.join([*command, "--seeds", *map(str, seeds), *only])}
    write_measurement(path, content["what"], again | kept | {"runs": ordered})
