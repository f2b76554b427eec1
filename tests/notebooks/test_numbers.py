"""Numbers that prose quotes beside a results file are in that file, or are the mean or the range of its seeds."""

from __future__ import annotations

import json
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tools import notebooks
from tools.origin import ROOT

RESULTS = ROOT / "benchmarks" / "results"
FILE = re.compile(r"(?<!--out )\b(\w+)\.json\b")
HEADING = re.compile(r"^#+ ", re.MULTILINE)
DECIMAL = re.compile(r"(?<![\w.])\d*\.\d+(?![\w.]*\d)")
CODE = re.compile(r"\$[^$]*\$|`[^`]*`")

ELSEWHERE = {
    "04_svm_and_random_forest": {"72.5": "Badrinarayanan et al. 2017, the table above"},
    "07_unet": {
        **dict.fromkeys(("0.0382", "0.0003529", "0.0611"), "Ronneberger et al. 2015, table 1"),
        "0.48": "million parameters of the network, see the test below",
    },
    "11_pspnet": {
        **dict.fromkeys(
            ("37.23", "39.94", "40.07", "41.07", "40.87", "41.68", "35.82"), "Zhao et al. 2017, its ablations"
        ),
        **dict.fromkeys(("1.4", "85.4", "80.2"), "Zhao et al. 2017, ablations and abstract"),
        **dict.fromkeys(("0", "0.3", "0.6", "0.9"), "weights that the paper tried"),
    },
}
"""Numbers of the same sections that come from somewhere else: by page, with where they are from."""


def sections() -> Iterator[tuple[str, str]]:
    """Page and text of each section of prose that names a results file."""
    for path in notebooks.find():
        for cell in notebooks.read(path).cells:
            if cell.cell_type == "markdown":
                yield from ((path.stem, part) for part in HEADING.split(cell.source) if FILE.search(part))
    for path in sorted((ROOT / "book").glob("*.md")):
        yield from ((path.stem, part) for part in HEADING.split(path.read_text("utf-8")) if FILE.search(part))


def numbers(content: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], float]]:
    """All numbers of a JSON file; those of several seeds have one path."""
    if isinstance(content, bool):
        return
    if isinstance(content, int | float):
        yield path, float(content)
    elif isinstance(content, dict):
        seeds = bool(content) and all(key.isdigit() for key in content)
        for key, value in content.items():
            yield from numbers(value, (*path, "*" if seeds else key))
    elif isinstance(content, list):
        for value in content:
            yield from numbers(value, (*path, "*"))


def known(names: set[str]) -> set[float]:
    """What may be quoted of some files: values, and mean, difference and deviation of what has one path."""
    found: set[float] = set()
    for name in names:
        groups = defaultdict(list)
        for path, value in numbers(json.loads((RESULTS / f"{name}.json").read_text("utf-8"))):
            groups[path].append(value)
        for values in groups.values():
            found |= {*values, statistics.fmean(values), max(values) - min(values)}
            found |= {statistics.stdev(values)} if len(values) > 1 else set()
    return found


def is_known(text: str, values: set[float]) -> bool:
    """Whether a number as it is written is one of the values, or one of them in per cent."""
    digits, number = len(text.partition(".")[2]), float(text)
    half = 0.5001 * 10**-digits
    return any(abs(abs(value) * unit - number) <= half for value in values for unit in (1, 100))


@pytest.mark.parametrize(("page", "text"), list(sections()), ids=lambda part: part[:40])
def test_every_decimal_beside_a_results_file_is_in_it(page, text):
    values = known({name for name in FILE.findall(text) if (RESULTS / f"{name}.json").is_file()})
    elsewhere = ELSEWHERE.get(page, {})
    quoted = [number for number in DECIMAL.findall(CODE.sub("", text)) if number not in elsewhere]
    assert [number for number in quoted if not is_known(number, values)] == []


def test_a_number_that_is_not_in_the_file_is_found_out():
    values = known({"07_unet"})
    assert is_known("0.760", values) and not is_known("0.755", values)


def test_the_files_that_prose_names_exist():
    named = {name for _, text in sections() for name in FILE.findall(text)}
    assert named - {path.stem for path in RESULTS.glob("*.json")} - {"NAME"} == set()
