"""Claims that can fail, and records that can be read again."""

import json
import subprocess
import sys

import pytest

from segedu.results import CLAIM_KEY, Run, claim, curve_facts, write_json
from segedu.train import History


def a_run(**changes):
    facts = dict(
        name="demo", command="python -m segedu train", seed=0, net={"name": "fcn8s", "options": {}, "parameters": 3},
        data={"name": "scenes"}, settings={"steps": 2}, seconds=1.0, curve={"step": [1, 2]}, score={"miou": 0.5},
    )  # fmt: skip
    return Run(**{**facts, **changes})


def test_a_run_survives_its_file(tmp_path):
    run = a_run()
    assert Run.load(run.save(tmp_path)) == run
    assert [p.name for p in tmp_path.iterdir()] == ["demo.json"]


def test_a_record_says_where_and_when(tmp_path):
    content = json.loads(a_run().save(tmp_path).read_text())
    assert {"torch", "python", "device"} <= set(content["environment"])
    assert len(content["date"].split("-")) == 3


@pytest.mark.parametrize("content", ["{", '{"name": "x"}'])
def test_a_file_that_is_no_run_is_named(tmp_path, content):
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(ValueError, match=r"bad\.json: not a recorded run"):
        Run.load(tmp_path / "bad.json")


def test_a_failed_write_leaves_the_old_record(tmp_path):
    path = write_json(tmp_path / "r.json", {"a": 1})
    with pytest.raises(ValueError, match="JSON"):
        write_json(path, {"a": float("nan")})
    assert json.loads(path.read_text()) == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]


def test_curves_are_means_of_every_ten_steps():
    curve = curve_facts(History(loss=[1.0] * 10 + [3.0] * 5, val_steps=[15], val_miou=[0.25]))
    assert curve == {"step": [10, 15], "loss": [1.0, 3.0], "val_step": [15], "val_miou": [0.25]}


def test_a_claim_that_holds_prints_one_line_without_its_value(capsys):
    claim("Nine is odd", value=0.123, above=0.1)
    assert capsys.readouterr().out == "Holds: Nine is odd.\n"


def test_a_claim_that_does_not_hold_stops_and_tells_the_value():
    with pytest.raises(AssertionError, match=r"does not hold: Ten is odd \(measured 0\.2, above 0\.5, below None\)"):
        claim("Ten is odd", value=0.2, above=0.5)


@pytest.mark.parametrize(
    ("value", "bounds", "holds"),
    [
        (0.5, {"above": 0.5}, False),
        (0.5, {"below": 0.5}, False),
        (0.5, {"above": 0.4, "below": 0.6}, True),
        (0.7, {"above": 0.4, "below": 0.6}, False),
        (float("nan"), {"above": 0}, False),
    ],
)
def test_a_value_must_lie_within_its_bounds(value, bounds, holds):
    if holds:
        claim("It is so", value=value, **bounds)
    else:
        with pytest.raises(AssertionError, match="does not hold"):
            claim("It is so", value=value, **bounds)


def test_a_value_needs_a_bound_and_what_was_trained_needs_both():
    for facts in ({"value": 0.5}, {"above": 0.5}, {"trained": True}):
        with pytest.raises(ValueError, match="expected a value with a bound"):
            claim("It is so", **facts)


def test_a_statement_that_fails_here_is_recorded_with_its_reason(capsys):
    claim("Ten is odd", False, fails_because="Ten is even.")
    assert capsys.readouterr().out == "Does not hold here: Ten is odd. Ten is even.\n"
    with pytest.raises(AssertionError, match="holds after all: Nine is odd"):
        claim("Nine is odd", True, fails_because="Nine is even.")


def test_in_a_notebook_the_facts_of_a_claim_go_into_the_outputs_metadata():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    code = 'from segedu.results import claim\nclaim("It rains", value=1, above=0.5, trained=True, source="A1")'
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(book, timeout=120).execute()
    (output,) = book.cells[0].outputs
    assert output["data"] == {"text/plain": "Holds: It rains."}
    assert output["metadata"][CLAIM_KEY] == {
        "text": "It rains", "holds": True, "value": 1.0, "above": 0.5, "below": None, "trained": True, "source": "A1",
    }  # fmt: skip


def test_a_claim_that_fails_leaves_its_facts_too():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    code = 'from segedu.results import claim\nclaim("It rains", value=0.2, above=0.5)'
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(book, timeout=120, allow_errors=True).execute()
    facts, error = book.cells[0].outputs
    assert facts["metadata"][CLAIM_KEY]["holds"] is False and facts["metadata"][CLAIM_KEY]["value"] == 0.2
    assert error["ename"] == "AssertionError"


def test_claims_work_without_jupyter():
    code = "import sys; sys.modules['IPython'] = None\nfrom segedu.results import claim; claim('It rains', True)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "Holds: It rains.\n"
