"""The file of a study: numbers by variant and seed, written run by run."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from segedu import environment
from segedu.results.runs import write_measurement

Runs = dict[str, dict[str, dict[str, Any]]]
"""Numbers by variant and seed."""


def read_study(path: Path, about: Mapping[str, Any], one_machine: bool = True) -> dict[str, Any]:
    """What the file holds; no runs if there is none.

    Parameters
    ----------
    path : path
    about : mapping
        ``what`` is measured, and the ``settings``.
    one_machine : bool
        Whether all runs must come from this machine and these versions, or each says where it comes from.

    Raises
    ------
    ValueError
        If it is no study, or what is measured, its settings, the machine or the versions were others.
    """
    if not path.exists():
        return {"runs": {}}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        then = {"what": content["what"]} | content.get("settings", {})
        machine = content["environment"]
        if not isinstance(content["runs"], dict):
            raise TypeError(f"runs is a {type(content['runs']).__name__}")
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: not the file of a study ({error!r}). Give another --out.") from error
    now = {"what": about["what"]} | about["settings"]
    if one_machine:
        then, now = then | machine, now | environment.describe()
    differ = [f"{key} {then.get(key)} (now {now.get(key)})" for key in then | now if then.get(key) != now.get(key)]
    if differ:
        raise ValueError(f"{path}: recorded with {', '.join(differ)}. Give another --out, or remove the file.")
    return content


def write_study(path: Path, content: Mapping[str, Any], variants: Iterable[str], command: Sequence[str]) -> None:
    """Write all runs, in the order of the variants, with the one command that repeats them all."""
    runs: Runs = content["runs"]
    variants = list(variants)
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
