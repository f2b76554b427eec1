"""The solutions shown in the book run, block after block, as a reader would paste them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "book" / "solutions").glob("*.md"))
FENCE = re.compile(r"^(`{3,})python\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)


def python_blocks(page: Path) -> list[tuple[int, str]]:
    """Line number and source of each block fenced as ``python``."""
    text = page.read_text(encoding="utf-8")
    return [(text.count("\n", 0, match.start(2)), match[2]) for match in FENCE.finditer(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_solutions_of_a_page_run_from_top_to_bottom(page: Path) -> None:
    namespace: dict[str, object] = {"__name__": "solutions"}
    for line, source in python_blocks(page):
        # The newlines let a traceback point at the line of the page.
        exec(compile("\n" * line + source, str(page), "exec"), namespace)


def test_blocks_are_found_inside_a_dropdown(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("::::{dropdown} One\nText.\n```python\nx = 1\n```\n```text\nno\n```\n::::\n", encoding="utf-8")
    assert python_blocks(page) == [(3, "x = 1\n")]
