"""The ledger of claims and the recorded runs, built from made notebooks and made JSON files."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

sphinx_application = pytest.importorskip("sphinx.application", reason="the extra `book` is not installed")
docutils_namespace = pytest.importorskip("sphinx.util.docutils").docutils_namespace

EXTENSIONS = Path(__file__).parents[2] / "book" / "extensions"

RUN = {
    "name": "camvid_fcn8s",
    "command": "python -m segedu train --data camvid",
    "date": "2026-01-02",
    "environment": {"python": "3.11", "cpu": "made"},
    "seed": 7,
    "net": {"name": "fcn8s", "options": {}, "parameters": 480123},
    "data": {"name": "camvid", "size": [180, 240]},
    "settings": {"lr": 0.003},
    "seconds": 241.3,
    "curve": {"step": [10, 20], "loss": [2.5, 0.5], "val_step": [20], "val_miou": [0.48]},
    "score": {"split": "test", "miou": 0.4812, "pixel_accuracy": 0.86, "boundary_f": None},
}
RUN["score"]["iou"] = {"sky": 0.9, "ice": None}


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that builds one page of RST, every warning an error, and returns its HTML."""
    monkeypatch.syspath_prepend(str(EXTENSIONS))
    for name in ("notebooks", "results"):
        (tmp_path / name).mkdir()
    settings = {
        "extensions": ["recorded"],
        "recorded_notebooks": str(tmp_path / "notebooks"),
        "recorded_results": str(tmp_path / "results"),
    }

    def build(text: str) -> str:
        (tmp_path / "index.rst").write_text(f"Page\n====\n\n{text}\n", encoding="utf-8")
        out = tmp_path / "out"
        with docutils_namespace():  # else a second build finds the nodes of the first
            app = sphinx_application.Sphinx(
                tmp_path, None, out, tmp_path / "trees", "html", settings,
                status=None, warning=io.StringIO(), warningiserror=True, keep_going=False,
            )  # fmt: skip
            app.build()
        return (out / "index.html").read_text(encoding="utf-8")

    return build


def notebook(path: Path, *claims: dict) -> None:
    outputs = [{"output_type": "display_data", "data": {}, "metadata": {"segedu_claim": claim}} for claim in claims]
    cells = [{"cell_type": "markdown", "source": ""}, {"cell_type": "code", "source": "", "outputs": outputs}]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")


def save(folder: Path, run: dict) -> None:
    (folder / f"{run['name']}.json").write_text(json.dumps(run), encoding="utf-8")


def test_without_data_both_say_so_and_nothing_warns(build) -> None:
    html = build(".. claims::\n\n.. recorded-run::\n\n.. recorded-run:: later\n")
    assert "Nothing recorded yet: no notebook holds a claim." in html
    assert "Nothing recorded yet." in html
    assert "Nothing recorded yet under the name later." in html


def test_the_ledger_shows_each_claim_with_its_verdict(build, tmp_path: Path) -> None:
    holds = {"text": "Eight beats it", "holds": True, "value": 0.123456, "above": 0.1, "source": "A4"}
    fails = {"text": "It <b>costs</b> nothing", "holds": False, "value": 12, "above": 5, "below": 9}
    rows = [{"notebook": "06_fcn", "text": "Eight beats it", "values": {"one": 0.12, "two": 0.131, "three": None}}]
    save(tmp_path / "results", {"name": "claims", "claims": rows})
    notebook(tmp_path / "notebooks" / "06_fcn.ipynb", holds, fails)
    html = build(".. claims::\n")
    assert "2 claims: 1 hold, 1 do not hold here." in html
    for text in (
        "Eight beats it",
        "0.123",
        "&gt; 0.1",
        "0.123 (0.12 to 0.131)",
        "A4",
        "✓ holds",
        "✗ does not hold here",
        "5 to 9",
    ):
        assert text in html
    assert "It &lt;b&gt;costs&lt;/b&gt; nothing" in html


def test_a_new_notebook_is_noticed_by_the_next_build(build, tmp_path: Path) -> None:
    text = ".. claims::\n"
    assert "Nothing recorded yet" in build(text)
    notebook(tmp_path / "notebooks" / "01_new.ipynb", {"text": "Now there is one", "holds": True})
    assert "Now there is one" in build(text)


def test_a_run_shows_score_classes_curves_and_how_to_repeat_it(build, tmp_path: Path) -> None:
    save(tmp_path / "results", RUN)
    html = build(".. recorded-run:: camvid_fcn8s\n")
    words = re.sub(r"<[^>]+>", "", html)
    for text in ("0.481", "0.900", "not present", "480,123", "180 x 240", "lr 0.003", "241 s", RUN["command"]):
        assert text in words
    assert html.count('<svg role="img"') == 2
    assert "training loss: 2.5 at step 10, 0.5 at step 20" in html
    assert "currentColor" in html and "#010203" not in html


def test_without_a_name_every_run_gets_a_section_and_other_measurements_none(build, tmp_path: Path) -> None:
    save(tmp_path / "results", RUN)
    save(tmp_path / "results", RUN | {"name": "second", "data": {"name": "scenes", "size": [96, 128]}})
    save(tmp_path / "results", {"name": "speed", "ratio": 3.0})
    html = build(".. recorded-run::\n")
    assert "fcn8s on camvid" in html and "fcn8s on scenes" in html
    assert "speed" not in html
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids)), "two charts share an id"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not JSON"),
        ("[]", "expected a JSON object"),
        (json.dumps({**RUN, "score": {"split": "test"}}), "no score.miou"),
        (json.dumps({key: value for key, value in RUN.items() if key != "seed"}), "no seed"),
        (json.dumps({**RUN, "curve": RUN["curve"] | {"loss": [1.0]}}), "differ in length"),
    ],
)
def test_a_bad_run_stops_the_build_and_is_named(build, tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "results" / "broken.json").write_text(content, encoding="utf-8")
    with pytest.raises(Exception, match=rf"broken\.json.*{complaint}"):
        build(".. recorded-run:: broken\n")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("no notebook", "not a notebook"),
        (
            json.dumps({"cells": [{"outputs": [{"metadata": {"segedu_claim": {"text": "?"}}}]}]}),
            "cell 0: a claim needs a text and a verdict",
        ),
    ],
)
def test_a_bad_notebook_stops_the_build_and_is_named(build, tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "notebooks" / "09_bad.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(Exception, match=rf"09_bad\.ipynb.*{complaint}"):
        build(".. claims::\n")


def test_what_claim_publishes_is_what_the_ledger_reads(build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ipython = pytest.importorskip("IPython")
    from segedu.results import claim

    published: list[dict] = []
    monkeypatch.setattr(ipython, "get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.publish_display_data", lambda data, metadata: published.append(metadata))
    claim("One and one is two", value=1 + 1, above=0, source="C1")
    notebook(tmp_path / "notebooks" / "01_real.ipynb", published[0]["segedu_claim"])
    assert "One and one is two" in build(".. claims::\n")
