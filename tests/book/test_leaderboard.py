"""The page of the leaderboard: a row for each system, and every number from the file."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path
from statistics import mean, stdev

import pytest

from segedu.bench.systems import SYSTEMS

sphinx_application = pytest.importorskip("sphinx.application", reason="the extra `book` is not installed")
docutils_namespace = pytest.importorskip("sphinx.util.docutils").docutils_namespace

ROOT = Path(__file__).parents[2]
PARTS = ".. leaderboard:: table\n\n.. leaderboard:: work\n\n.. leaderboard:: boundaries\n\n.. leaderboard:: facts\n"
OF_STREETS = "".join(
    f".. leaderboard:: {part}\n\n" for part in ("streets", "both", "agreement", "speed", "street-facts")
)


def found(miou: float, flops: int | None = 10**6, chapter: str = "06", **settings: float) -> dict:
    """What one seed of one system gave."""
    scores = {"miou": miou, "boundary_f": miou + 0.1, "thin": miou - 0.2, "road_water": 0.95, "car_boat": 0.875}
    costs = {"parameters": 480_123, "flops": flops, "seconds": 100 * miou, "milliseconds": 7.25}
    return {"chapter": chapter, "settings": settings} | scores | costs


BOARD = {
    "command": "python benchmarks/leaderboard/run.py --seeds 0 1",
    "date": "2026-01-02",
    "environment": {"python": "3.11", "cpu": "made"},
    "settings": {"steps": 7, "training_pictures": 4, "augment": {"crop": [4, 6]}},
    "runs": {
        "Forest": {"0": found(0.3, None, "04", pixels=9), "1": found(0.31, None, "04", pixels=9)},
        "Coarse <net>": {"0": found(0.5), "1": found(0.54)},
        "Fine net": {"0": found(0.7, 2 * 10**6)},
    },
}


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function from a recorded table (or the folder it is in) to the HTML of a page that shows it."""
    monkeypatch.syspath_prepend(str(ROOT / "book" / "extensions"))

    def build(board: dict | Path, streets: dict | None = None) -> str:
        if isinstance(board, dict):
            (tmp_path / "leaderboard.json").write_text(json.dumps(board), encoding="utf-8")
        if streets:
            (tmp_path / "camvid-laptop.json").write_text(json.dumps(streets), encoding="utf-8")
        parts = OF_STREETS if streets else PARTS
        (tmp_path / "index.rst").write_text(f"Page\n====\n\n{parts}", encoding="utf-8")
        folder = tmp_path if isinstance(board, dict) else board
        settings = {"extensions": ["leaderboard_page"], "recorded_results": str(folder)}
        with docutils_namespace():
            app = sphinx_application.Sphinx(
                tmp_path, None, tmp_path / "out", tmp_path / "trees", "html", settings,
                status=None, warning=io.StringIO(), warningiserror=True, keep_going=False,
            )  # fmt: skip
            app.build()
        return (tmp_path / "out" / "index.html").read_text(encoding="utf-8")

    return build


def rows_of(page: str) -> list[list[str]]:
    """Cells of the first table, as a reader sees them."""
    table = page[page.index("<table") : page.index("</table>")]
    rows = [re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for row in table.split("<tr")]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in rows if row]


def test_a_system_is_a_row_with_mean_and_spread(build) -> None:
    forest, coarse, fine = rows_of(build(BOARD))
    assert coarse[0] == "Coarse <net> chapter 06"
    assert coarse[1] == "0.520 ±\N{NO-BREAK SPACE}0.028"  # not 0.020: n - 1
    assert coarse[4:8] == [
        "0.950 ±\N{NO-BREAK SPACE}0.000",
        "0.875 ±\N{NO-BREAK SPACE}0.000",
        "480\N{NO-BREAK SPACE}k",
        "1",
    ]
    assert forest[7] == "–"
    assert fine[0] == "Fine net chapter 06 (1 of 2 seeds)" and fine[1] == "0.700" and fine[9] == "7.2"


def test_the_highest_mean_of_a_score_is_bold(build) -> None:
    page = build(BOARD)
    assert "<strong>0.700</strong>" in page and "<strong>0.800</strong>" in page
    assert "<strong>0.520" not in page and page.count("<strong>0.950") == 3, "equals share the first place"


def test_the_figures_are_told_in_words_and_wear_the_colours_of_the_page(build) -> None:
    page = build(BOARD)
    work, boundaries = re.findall(r'<svg role="img" aria-label="([^"]*)"', page)
    assert "Coarse &lt;net&gt; 0.520 at 1 MFLOPs; Fine net 0.700 at 2 MFLOPs" in work and "Forest" not in work
    assert "Forest 0.405 and 0.105" in boundaries
    assert "currentColor" in page and "#010203" not in page and "#040506" not in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "two charts share an id"


def on_streets(**miou: float) -> dict:
    """A table of real streets with one seed of each system."""

    def run(value: float) -> dict:
        scores = {"miou": value, "val_miou": value + 0.05, "boundary_f": 0.3, "iou": {"Pole": 0.2, "Pedestrian": 0.4}}
        return found(value) | scores | {"peak_memory_mb": 3300, "milliseconds_one_core": 50 / value}

    return BOARD | {"runs": {name.replace("_", " "): {"0": run(value)} for name, value in miou.items()}}


def test_streets_have_a_table_of_their_own(build) -> None:
    page = build(BOARD, on_streets(Forest=0.2, Fine_net=0.4, Newcomer=0.5))
    forest, fine, newcomer = rows_of(page)
    assert fine[:6] == ["Fine net chapter 06", "0.400", "0.450", "0.300", "0.200", "0.400"]
    assert forest[0].startswith("Forest") and newcomer[1] == "0.500" and newcomer[-1] == "3.3"


def test_the_two_rankings_are_compared_over_the_systems_that_both_tables_have(build) -> None:
    made = BOARD | {"runs": {name: {"0": found(score)} for name, score in (("A", 0.5), ("B", 0.6), ("C", 0.7))}}
    made["runs"]["Forest"] = {"0": found(0.9, None)}
    page = build(made, on_streets(A=0.3, B=0.2, C=0.1, Forest=0.05, Newcomer=0.9))
    assert "-1.00 over 4 systems, -1.00 over 3 networks" in page
    both, speed = re.findall(r'<svg role="img" aria-label="([^"]*)"', page)
    assert "A 0.500 and 0.300" in both and "Newcomer" not in both
    assert "A 0.300 at 6 a second" in speed and "Newcomer 0.900 at 18 a second" in speed


def test_names_in_the_figure_do_not_cover_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "book" / "extensions"))
    from leaderboard_page.charts import label_marks
    from matplotlib.figure import Figure

    axes = Figure(figsize=(7, 4)).add_subplot()
    names = ["first name", "second name", "third", "last"]
    marks = [(1.0, 0.5, 0.0), (1.01, 0.505, 0.0), (1.02, 0.5, 0.01), (3.0, 0.4, 0.0)]
    axes.errorbar(*zip(*marks, strict=True), ls="none")
    axes.margins(0.3)
    label_marks(axes, marks, names)
    boxes = [text.get_window_extent() for text in axes.texts]
    assert sorted(text.get_text() for text in axes.texts) == sorted(names)
    assert all(box.count_overlaps(boxes) == 1 for box in boxes), "1: every box overlaps itself"
    assert all(axes.bbox.contains(*corner) for box in boxes for corner in (box.min, box.max))


def test_a_system_far_off_is_named_with_its_number_at_the_edge(build) -> None:
    page = build(BOARD | {"runs": BOARD["runs"] | {"Far": {"0": found(0.6, 58_311 * 10**6)}}})
    assert ">Far: 58,311</text>" in page and ">Fine net</text>" in page


def test_a_table_without_a_count_of_operations_has_an_empty_figure(build) -> None:
    page = build(BOARD | {"runs": {"Forest": BOARD["runs"]["Forest"]}})
    assert rows_of(page)[0][0] == "Forest chapter 04" and page.count("<svg ") == 2


def test_how_it_was_measured_is_told(build) -> None:
    words = html.unescape(re.sub(r"<[^>]+>", "", build(BOARD)))
    for text in (
        BOARD["command"],
        "steps 7, training pictures 4, augment (crop 4 x 6)",
        "2026-01-02",
        "python 3.11, cpu made",
    ):
        assert text in words
    assert re.search(r"Settings of Forest\s+pixels 9", words) and "Settings of Fine net" not in words


def test_a_new_recording_is_noticed_by_the_next_build(build) -> None:
    build(BOARD)
    runs = BOARD["runs"] | {"Late net": {"0": found(0.8, chapter="11")}}
    assert rows_of(build(BOARD | {"runs": runs}))[3][0] == "Late net chapter 11 (1 of 2 seeds)"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"runs": {}}, "needs a system"),
        ({"runs": {"X": {}}}, "each system a seed"),
        ({"runs": {"X": {"0": {"miou": 1}}}}, "'boundary_f'"),
        ({"runs": []}, "not a recorded leaderboard"),
    ],
)
def test_a_bad_file_stops_the_build_and_is_named(build, change: dict, complaint: str) -> None:
    with pytest.raises(Exception, match=rf"leaderboard\.json.*{complaint}"):
        build(BOARD | change)


def test_without_the_file_the_build_stops_and_says_what_makes_it(build, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"no such file.*python benchmarks/leaderboard/run\.py"):
        build(tmp_path / "nowhere")


def test_the_page_of_the_book_shows_the_recorded_file(build) -> None:
    results = ROOT / "benchmarks" / "results"
    systems = json.loads((results / "leaderboard.json").read_text(encoding="utf-8"))["runs"]
    assert list(systems) == [name for name in SYSTEMS if name in systems]
    for row, (title, by_seed) in zip(rows_of(build(results)), systems.items(), strict=True):
        assert row[0].startswith(f"{title} chapter {SYSTEMS[title].chapter}")
        seeds = list(by_seed.values())
        for cell, key in zip(row[1:6], ("miou", "boundary_f", "thin", "road_water", "car_boat"), strict=True):
            values = [seed[key] for seed in seeds]
            expected = [f"{mean(values):.3f}", f"{stdev(values):.3f}"] if None not in values else ["–"]
            assert cell.split(" ±\N{NO-BREAK SPACE}") == expected


def test_the_page_asks_for_every_part_and_types_no_score() -> None:
    page = (ROOT / "book" / "leaderboard.md").read_text(encoding="utf-8")
    assert re.findall(r"^```\{leaderboard\} ([\w-]+)$", page, re.MULTILINE) == [
        *("table", "work", "boundaries"),
        *("streets", "agreement", "both", "speed"),
        *("facts", "street-facts"),
    ]
    assert not re.search(r"\d\.\d", page), "numbers come from the recorded file"
