"""The table of claims: what each run measured, and how far the bounds are from it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

Run = Mapping[str, Mapping[str, Any] | None]
"""Of one setting: by notebook what was kept of it."""


def table(runs: Mapping[str, Run]) -> dict[str, Any]:
    """All claims of all runs.

    Returns
    -------
    dict
        ``runs``: name, processor and version of torch of each. ``claims``: a dictionary each, with ``notebook``,
        ``text``, ``above``, ``below``, ``trained``, ``values`` (by the name of the run), ``differs`` (names of the runs
        in which the verdict was another than the text says), and ``distance``.
    """
    claims: dict[tuple[str, str], dict[str, Any]] = {}
    about = {}
    for name, run in runs.items():
        for notebook, content in run.items():
            if content is None:
                continue
            about[name] = content["environment"]
            for fact in content["claims"]:
                _add(claims, notebook, name, fact)
    rows = sorted(claims.values(), key=lambda row: row["notebook"])
    for row in rows:
        numbers = [value for value in row["values"].values() if value is not None]
        row["distance"] = distance(numbers, row["above"], row["below"], row.pop("fails"))
    return {"runs": about, "claims": rows}


def distance(values: Sequence[float], above: float | None, below: float | None, fails: bool = False) -> float | None:
    """How many standard deviations lie between the mean of ``values`` and the nearest bound.

    Negative if the mean is on the wrong side; ``fails`` says that the statement is one that does not hold, so that the
    wrong side is the right one. None where there is no bound, or nothing varies.

    Examples
    --------
    >>> distance([0.4, 0.5, 0.6], above=0.1, below=None)
    4.0
    >>> distance([0.4, 0.5, 0.6], above=None, below=0.3)
    -2.0
    """
    if len(values) < 2 or (above is None and below is None):
        return None
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    if spread < 1e-12:
        return None
    gaps = ([] if above is None else [mean - above]) + ([] if below is None else [below - mean])
    inside = min(gaps)
    return round((-inside if fails else inside) / spread, 2)


def _add(claims: dict[tuple[str, str], dict[str, Any]], notebook: str, run: str, fact: Mapping[str, Any]) -> None:
    """Note what one run found of one claim."""
    fails = fact.get("reason") is not None
    new = {
        "notebook": notebook,
        "text": fact["text"],
        **{key: fact.get(key) for key in ("above", "below")},
        "trained": fact.get("trained", False),
        "values": {},
        "differs": [],
        "fails": fails,
    }
    row = claims.setdefault((notebook, fact["text"]), new)
    row["values"][run] = fact.get("value")
    if fact["holds"] is None or fact["holds"] == fails:
        row["differs"].append(run)
