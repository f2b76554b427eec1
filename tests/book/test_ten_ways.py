"""The page of the ten ways: each case runs, prints what the page says, and its wrong numbers are wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "book" / "ten_ways_to_get_miou_wrong.md"
BLOCK = re.compile(r"^```(python|text)\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
TEXT = PAGE.read_text(encoding="utf-8")
INTRODUCTION, *CASES = re.split(r"^## (?=\d)", TEXT.partition("\n## Before you compare")[0], flags=re.MULTILINE)


def pairs(section: str) -> list[tuple[str, str]]:
    """Each python block of a section with the text block that shows its output."""
    blocks = BLOCK.findall(section)
    assert [kind for kind, _ in blocks] == ["python", "text"] * (len(blocks) // 2)
    return [(code, shown) for (_, code), (_, shown) in zip(blocks[::2], blocks[1::2], strict=True)]


def run(section: str, namespace: dict[str, object], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Run the blocks of a section, hold each against the page, and return what they printed."""
    printed = []
    for code, shown in pairs(section):
        exec(compile(code, str(PAGE), "exec"), namespace)
        printed.append(capsys.readouterr().out)
        assert printed[-1] == shown
    return printed


@pytest.fixture
def namespace(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The names that the introduction of the page defines."""
    names: dict[str, object] = {"__name__": "ten_ways"}
    run(INTRODUCTION, names, capsys)
    return names


def test_there_are_ten_cases_in_order() -> None:
    assert [int(case.partition(".")[0]) for case in CASES] == list(range(1, 11))


@pytest.mark.parametrize("number", range(1, 11))
def test_a_case_prints_what_the_page_says_and_wrong_differs_from_right(
    number: int, namespace: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[number - 1]
    if "torchmetrics" in case:
        pytest.importorskip("torchmetrics", reason="torchmetrics is not installed")
    for printed in run(case, namespace, capsys):
        scores = {name: float(value) for name, value in re.findall(r"(\w+) (\d\.\d+)", printed)}
        right = scores.pop(next(n for n in ("right", "persons_alone", "chosen_on_val") if n in scores))
        assert scores
        for name, wrong in scores.items():
            if name not in ("the_same_elsewhere", "mean_of_all"):
                assert abs(wrong - right) >= 0.004, f"{name} {wrong} is no wrong number beside {right}"
