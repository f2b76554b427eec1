"""The ledger of claims: what `segedu.results.claim` left in the stored outputs of the notebooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError

from segedu.results import CLAIM_KEY


@dataclass(frozen=True)
class Claim:
    """One checked sentence of a chapter."""

    notebook: str
    text: str
    holds: bool
    value: float | None = None
    above: float | None = None
    below: float | None = None
    source: str | None = None
    reason: str | None = None

    @property
    def anchor(self) -> str:
        """What its line in the ledger is called in links."""
        return nodes.make_id(f"{self.notebook.split('_')[0]}-{self.text}")


Measured = dict[tuple[str, str], list[float]]
"""By notebook and text, the values of a claim in all runs of ``make claims``."""


def read_measured(path: Path) -> Measured:
    """What ``make claims`` wrote; empty where there is no such file.

    Raises
    ------
    ExtensionError
        If the file is not what ``make claims`` writes.
    """
    if not path.is_file():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["claims"]
        return {
            (row["notebook"], row["text"]): [value for value in row["values"].values() if value is not None]
            for row in rows
        }
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ExtensionError(f"{path}: not a table of claims ({error}). Run make claims, or restore it.") from error


def read_claims(folder: Path) -> list[Claim]:
    """All claims of the notebooks in ``folder``, in the order of chapters and cells.

    Raises
    ------
    ExtensionError
        If a notebook is not JSON, or a claim has no text or no verdict; the message names notebook and cell.
    """
    return [claim for path in sorted(folder.glob("*.ipynb")) for claim in _claims_of(path)]


def _claims_of(path: Path) -> Iterator[Claim]:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ExtensionError(f"{path}: not a notebook ({error}). Execute it again, or restore it from git.") from error
    for number, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            if CLAIM_KEY in output.get("metadata", {}):
                yield claim_of(f"{path}, cell {number}", output["metadata"][CLAIM_KEY], path.stem)


def claim_of(place: str, stored: dict, notebook: str) -> Claim:
    """The claim that stands in an output's metadata; ``place`` says where, in an error."""
    if not isinstance(stored.get("text"), str) or not isinstance(stored.get("holds"), bool):
        raise ExtensionError(
            f"{place}: a claim needs a text and a verdict (true or false), found {stored}. "
            "Make it with segedu.results.claim and execute the notebook again."
        )
    return Claim(
        notebook=notebook,
        text=stored["text"],
        holds=stored["holds"],
        value=stored.get("value"),
        above=stored.get("above"),
        below=stored.get("below"),
        source=stored.get("source"),
        reason=stored.get("reason"),
    )
