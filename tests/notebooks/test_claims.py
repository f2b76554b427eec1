"""The rule of CONTRIBUTING: what was trained keeps three standard deviations from its bound.

`benchmarks/results/claims.json` has what ``make claims`` measured, on several processors and with several seeds.
"""

import json

import pytest

from segedu.results import CLAIM_KEY
from tools import notebooks
from tools.claim_table import distance
from tools.origin import ROOT

TABLE = json.loads((ROOT / "benchmarks" / "results" / "claims.json").read_text("utf-8"))
MEASURED = {(row["notebook"], row["text"]): row for row in TABLE["claims"]}
STORED = [
    (path.stem, output.metadata[CLAIM_KEY])
    for path in notebooks.find()
    for cell in notebooks.code_cells(notebooks.read(path))
    for output in cell.outputs
    if CLAIM_KEY in output.get("metadata", {})
]
LEAST, RUNS, SEEDS, PROCESSORS = 3, 5, 3, 3
"""Standard deviations; and the runs that they are taken from."""


def test_the_table_is_of_enough_processors_and_seeds():
    names = [name.split(", ") for name in TABLE["runs"]]
    assert len(names) >= RUNS
    assert len({name[0] for name in names}) >= PROCESSORS
    assert len({name[2] for name in names}) >= SEEDS


def test_the_table_and_the_notebooks_have_the_same_claims():
    stored = {(notebook, fact["text"]) for notebook, fact in STORED}
    assert stored == set(MEASURED), "run `make claims` again"


@pytest.mark.parametrize(
    ("notebook", "fact"), STORED, ids=lambda part: part["text"] if isinstance(part, dict) else part
)
def test_a_claim_came_out_alike_in_every_run_and_keeps_its_distance(notebook, fact):
    row = MEASURED[notebook, fact["text"]]
    assert row["differs"] == []
    assert (row["above"], row["below"]) == (fact["above"], fact["below"])
    values = list(row["values"].values())
    assert len(values) >= RUNS
    if fact["above"] is None and fact["below"] is None:
        return
    assert all(value is not None for value in values)
    found = distance(values, fact["above"], fact["below"], fails="reason" in fact)
    assert found == row["distance"]
    assert found is None or found >= LEAST
