"""A study: named variants, each a function from a seed to numbers, and one file that holds them all.

Every script of this folder is one. Its command line is ``[--seeds 0 1 2] [--only NAME ...] [--out PATH] [--list]``. A
run is written as soon as it is finished, and what the file already holds is not run again: a study that was stopped
goes on. The scripts put the repository on the path of Python themselves, because only `segedu` is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from segedu.results.study import Runs, read_study, write_study
from segedu.storage import check_place

RESULTS = Path(__file__).parent / "results"

Variant = Callable[[int], dict[str, Any]]
"""From a seed to numbers; dicts and lists of them, and words, are allowed."""


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
        content = read_study(asked.out, about)
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
            write_study(asked.out, content | about, variants, command)
