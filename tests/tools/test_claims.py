"""Claims are measured under several settings and seeds."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import claims
from tools.claim_table import distance, table
from tools.claims import Setting
from tools.reseed import reseed


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("torch.manual_seed(0)", "torch.manual_seed(0 + 5)"),
        ("def new(seed=0):\n    torch.manual_seed(seed)", "def new(seed=0):\n    torch.manual_seed(seed + 5)"),
        ("RandomForestClassifier(50, random_state=0)", "RandomForestClassifier(50, random_state=5)"),
        ("fit(net, train, steps=3)", "fit(net, train, steps=3, seed=5)"),
        ("fit(net, train, steps=3, seed=1)", "fit(net, train, steps=3, seed=6)"),
        ("model.fit(x, y)", "model.fit(x, y)"),
        ("forest.fit(few, pixels=9)", "forest.fit(few, pixels=9, seed=5)"),
        ("train = Scenes(400, seed=0)", "train = Scenes(400, seed=0)"),
        ("%pip install x", "%pip install x"),
    ],
)
def test_other_seeds_change_weights_and_batches_and_no_data(source, expected):
    assert reseed(source, 5) == expected
    assert reseed(source, 0) == source


def test_a_setting_reaches_the_kernel_and_a_failing_claim_stops_nothing(tmp_path):
    code = [
        "import os\nimport torch\nfrom segedu.results import claim",
        "claim('Seeds differ', value=torch.manual_seed(0).initial_seed(), above=9, trained=True)",
        "claim('One thread', value=int(os.environ['OMP_NUM_THREADS']), below=2)",
        "claim('Old', os.environ['ATEN_CPU_CAPABILITY'] == 'default')",
        "1 / 0",
    ]
    path = tmp_path / "page.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(source) for source in code]), path)
    seeds, thread, old, error = claims.measure(path, Setting("SSE4", 1, 3))
    assert (seeds["value"], seeds["holds"], thread["holds"], old["holds"]) == (3, False, True, True)
    assert error == {"text": "ZeroDivisionError: division by zero", "holds": None}


def fact(value, holds=True, **others):
    return {"text": "It is so", "holds": holds, "value": value, "above": 0.1, "below": None, "trained": True, **others}


def kept(*facts):
    return {"page": {"environment": {"cpu": "made"}, "claims": list(facts)}}


def test_the_table_has_each_value_and_the_distance():
    runs = {"one": kept(fact(0.4)), "two": kept(fact(0.5)), "three": kept(fact(0.6)), "none": {"page": None}}
    found = table(runs)
    assert found["runs"] == {name: {"cpu": "made"} for name in ("one", "two", "three")}
    (row,) = found["claims"]
    assert row["values"] == {"one": 0.4, "two": 0.5, "three": 0.6}
    assert (row["distance"], row["differs"]) == (4.0, [])


def test_a_run_in_which_a_claim_comes_out_otherwise_is_named():
    (row,) = table({"one": kept(fact(0.4)), "two": kept(fact(0.05, holds=False))})["claims"]
    assert row["differs"] == ["two"]
    fails = [fact(value, holds=False, reason="So.") for value in (-0.4, -0.5)]
    (row,) = table({"one": kept(fails[0]), "two": kept(fails[1])})["claims"]
    assert row["differs"] == [] and row["distance"] > 7


@pytest.mark.parametrize(
    ("values", "bounds", "expected"),
    [
        ([1, 2, 3], (0, None), 2),
        ([1, 2, 3], (None, 2.5), 0.5),
        ([1, 2, 3], (0, 2.5), 0.5),
        ([1, 2, 3], (2.5, None), -0.5),
        ([2, 2], (0, None), None),
        ([2], (0, None), None),
        ([1, 2, 3], (None, None), None),
    ],
)
def test_distance_counts_standard_deviations_to_the_nearest_bound(values, bounds, expected):
    assert distance(values, *bounds) == expected
