"""The page on input sizes: its code runs and prints what it says, its tables are the recorded file."""

from __future__ import annotations

import json
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import mean

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book" / "input_sizes.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())
RESULTS = ROOT / "benchmarks" / "results"
FOUND = json.loads((RESULTS / "input_sizes.json").read_text(encoding="utf-8"))
PADDING = json.loads((RESULTS / "input_sizes_padding.json").read_text(encoding="utf-8"))["runs"]
MODES = {f"convolutions pad with {name}": name for name in ("zeros", "the mirror image")}
WAYS = {name: seeds for name, seeds in PADDING.items() if name not in MODES}
ANSWERS = {name: seeds["0"] for name, seeds in FOUND["runs"].items()}
UNCHECKED = {name: found["65 x 97"] for name, found in ANSWERS.items() if name.endswith("without its check")}
BLOCK = re.compile(r"^```python\n(.*?)^```\s+^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def rows_below(head: str) -> list[list[str]]:
    """Cells of the table whose head starts so, without head and rule."""
    table = PAGE[PAGE.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def scores(seeds: dict[str, dict[str, float]]) -> list[str]:
    """Means over the seeds, as the page prints them."""
    return [f"{mean(found[key] for found in seeds.values()):.3f}" for key in ("miou", "border", "inside")]


def cell(size: str, answer: str) -> str:
    """What a network answered, in the page's words."""
    if answer == size:
        return "yes"
    if multiple := re.search(r"divisible by (\d+)", answer):
        return f"no: multiples of {multiple[1]}"
    if "Sizes of tensors must match" in answer:
        return "no: maps of different size"
    assert "Expected more than 1 value per channel" in answer, answer
    return "no: one value a channel"


def points(key: str, better: str, worse: str) -> int:
    """Difference of two ways in whole points."""
    return round(100 * (float(scores(WAYS[better])[key]) - float(scores(WAYS[worse])[key])))


def test_every_block_of_code_prints_what_stands_below_it():
    blocks = BLOCK.findall(PAGE)
    assert len(blocks) == PAGE.count("```python") == PAGE.count("```text")
    namespace: dict[str, object] = {}
    for source, expected in blocks:
        printed = StringIO()
        with redirect_stdout(printed):
            exec(source, namespace)
        assert printed.getvalue().strip() == expected.strip()


def test_the_table_of_ways_is_the_recorded_one():
    assert rows_below("| How the pictures") == [[name, *scores(seeds)] for name, seeds in WAYS.items()]


def test_the_table_of_convolutions_is_the_recorded_one():
    expected = [[name.removeprefix("the "), *scores(PADDING[mode])] for mode, name in MODES.items()]
    assert rows_below("| Padding of the convolutions") == expected


def test_the_table_of_libraries_is_the_recorded_one():
    asked = {name: found for name, found in ANSWERS.items() if len(found) == 4}
    for row, (name, answers) in zip(rows_below("| Network"), asked.items(), strict=True):
        *sizes, training = answers
        expected = [cell(size, answers[size]) for size in sizes] + [cell("64 x 64", answers[training])]
        assert row == [name.replace(" ", " `", 1) + "`", *expected]


def test_the_versions_are_the_recorded_ones():
    for library, version in FOUND["settings"]["versions"].items():
        assert version in PAGE, library


def test_the_sentences_about_the_ways_hold():
    way = {name: [float(score) for score in scores(seeds)] for name, seeds in WAYS.items()}
    lost = points(0, "as it is", "as it is, but maps resized to fit")
    assert f"It is {lost} points of mIoU" in PROSE
    assert points(0, "padded with the mean colour", "as it is") <= 1
    lost = points(1, "cut from the answer to a larger picture", "padded with the mean colour")
    assert f"better at the border by {lost} points" in PROSE
    assert min(way, key=lambda name: way[name][1]) == "padded with black"
    assert way["padded with black"][1] == pytest.approx(0.5, abs=0.05)
    assert max(way, key=lambda name: way[name][1]) == "cut from the answer to a larger picture"
    padded = min(way["padded with the mean colour"][0], way["padded with the mirror image"][0])
    assert way["as it is, but maps resized to fit"][0] < way["resized and back"][0] < padded
    both = [way[f"{name}, trained at this size"][0] for name in ("as it is", "as it is, but maps resized to fit")]
    assert (
        both[0] == pytest.approx(both[1], abs=0.015) and min(both) > way["as it is, but maps resized to fit"][0] + 0.05
    )


def test_zeros_were_better_than_the_mirror_with_every_seed():
    for zeros, mirror in zip(*(PADDING[mode].values() for mode in MODES), strict=True):
        assert zeros["border"] > mirror["border"] and zeros["miou"] > mirror["miou"]


def test_what_smp_does_without_its_check_is_told_as_recorded():
    crash = [name.split()[1] for name, said in UNCHECKED.items() if "Error" in said]
    answer = [name.split()[1] for name, said in UNCHECKED.items() if said == "72 x 104"]
    assert crash == ["UnetPlusPlus", "FPN", "DeepLabV3Plus"] and answer == ["PSPNet", "DeepLabV3"]
    assert "`UnetPlusPlus`, `FPN` and `DeepLabV3Plus` stop inside the decoder" in PROSE
    assert "`PSPNet` and `DeepLabV3` answer at 72 x 104" in PROSE
    assert ANSWERS["head of smp FPN"]["align_corners"] is True
