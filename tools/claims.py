"""Run the notebooks under several settings and write one table of every claim's values.

Usage: python -m tools.claims [--notebooks 02 06] [--seeds 0 1 2] [--threads 1 2] [--out benchmarks/results/claims.json]

A setting is a set of processor instructions (PyTorch and oneDNN can be told to leave the newer ones unused, which
emulates an older processor), a number of threads and a seed. Another version of torch is another environment: run
this module with its Python, and the table gains its column. What was measured is kept in ``_build/claims``, and
measured again where the notebook's code has changed; remove that folder after a change of the package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from nbclient import NotebookClient
from nbformat import NotebookNode

from segedu.environment import describe
from segedu.results import CLAIM_KEY, write_json, write_measurement
from tools import notebooks
from tools.claim_table import table
from tools.conditions import conditional
from tools.origin import ROOT
from tools.reseed import reseed

CACHE = ROOT / "_build" / "claims"
OUT = ROOT / "benchmarks" / "results" / "claims.json"
WHAT = (
    "Every claim of the notebooks under several settings; distance: from the mean to the bound, in standard deviations"
)
INSTRUCTIONS = {
    "native": {},
    "AVX2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    "SSE4": {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41"},
}


@dataclass(frozen=True)
class Setting:
    """What one run of all notebooks has of its own."""

    instructions: str
    threads: int
    seed: int

    @property
    def name(self) -> str:
        """Also the column of the table, so with the version of torch."""
        release = ".".join(torch.__version__.split(".")[:2])
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return f"{self.instructions}, {threads}, seed {self.seed}, torch {release}"

    def variables(self) -> dict[str, str]:
        """The environment that the kernel is started in."""
        return {**os.environ, "OMP_NUM_THREADS": str(self.threads), **INSTRUCTIONS[self.instructions]}


def settings(seeds: list[int], threads: list[int]) -> list[Setting]:
    """The first seed on this processor and the emulated ones, the others on this one; more threads with the first."""
    (first, *others), (few, *more) = seeds, threads
    emulated = [Setting(instructions, few, first) for instructions in INSTRUCTIONS]
    other_seeds = [Setting("native", few, seed) for seed in others]
    return [*emulated, *other_seeds, *(Setting("native", number, first) for number in more)]


def measure(path: Path, setting: Setting) -> list[dict[str, Any]]:
    """The facts of every claim of a notebook; a claim that fails, or an error, does not stop the cells after it."""
    notebook = notebooks.read(path)
    for cell in notebooks.code_cells(notebook):
        cell.source = "" if conditional(cell.metadata.get("tags", [])) else reseed(cell.source, setting.seed)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=3600, allow_errors=True, kernel_name="python3", resources=where)
    client.execute(env=setting.variables())
    return list(facts_of(notebook))


def facts_of(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """What `segedu.results.claim` left in the outputs; another error is a fact without verdict."""
    for cell in notebooks.code_cells(notebook):
        for output in cell.get("outputs", []):
            if CLAIM_KEY in output.get("metadata", {}):
                yield dict(output.metadata[CLAIM_KEY])
            elif output.output_type == "error" and output.ename != "AssertionError":
                yield {"text": f"{output.ename}: {output.evalue}"[:300], "holds": None}


def fingerprint(path: Path) -> str:
    """Of the code that a notebook's claims depend on."""
    code = [cell.source for cell in notebooks.code_cells(notebooks.read(path))]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:16]


def kept(path: Path, run: Path) -> dict[str, Any] | None:
    """What is kept of an earlier run of the same code, in the folder of its setting."""
    file = run / f"{path.stem}.json"
    content = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return content if content.get("fingerprint") == fingerprint(path) else None


def run_one(path: Path, setting: Setting) -> str:
    """Measure and keep one notebook under one setting; gives a line about it, and one for each error."""
    code = fingerprint(path)  # before the run: the file may be edited meanwhile
    claims = measure(path, setting)
    here = {key: describe()[key] for key in ("cpu", "torch", "python")}
    content = {"fingerprint": code, "environment": here, "claims": claims}
    write_json(CACHE / setting.name / f"{path.stem}.json", content)
    errors = [fact["text"] for fact in claims if fact["holds"] is None]
    return "\n  ".join([f"{path.stem}, {setting.name}: {len(claims) - len(errors)} claims", *errors])


def main() -> None:
    """Measure what is missing, then write the table of all that is kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notebooks", nargs="+", default=[""], help="how their names begin")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    paths = [path for path in notebooks.find() if path.name.startswith(tuple(arguments.notebooks))]
    wanted = settings(arguments.seeds, arguments.threads)
    for threads in sorted({setting.threads for setting in wanted}):
        same = [setting for setting in wanted if setting.threads == threads]
        jobs = [(path, one) for one in same for path in paths if kept(path, CACHE / one.name) is None]
        with ProcessPoolExecutor(max(1, (os.cpu_count() or 1) // threads)) as pool:
            for done in as_completed([pool.submit(run_one, *job) for job in jobs]):
                print(done.result(), flush=True)
    runs = {run.name: {path.stem: kept(path, run) for path in notebooks.find()} for run in sorted(CACHE.iterdir())}
    write_measurement(arguments.out, WHAT, table(runs))


if __name__ == "__main__":
    main()
