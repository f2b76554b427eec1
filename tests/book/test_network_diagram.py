"""The page of the networks shows a diagram of each of them, and the directive reads what it is told."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from segedu import nets
from segedu.plots import diagram

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "book" / "networks.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r":::\{network-diagram\} (\w+)\n(.*?):::", PAGE, re.DOTALL)


@pytest.fixture
def read_options(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "extensions"), *sys.path])
    from network_diagram import read_options

    return read_options


def test_every_network_is_drawn_as_it_is_without_options() -> None:
    assert {name for name, options in BLOCKS if not options} == set(nets.NAMES)


def test_the_call_in_the_text_is_the_network_that_is_drawn(read_options) -> None:
    papers = re.findall(r"`(build\(.*?\))`\n\n:::\{network-diagram\} (\w+)\n(.*?):::", PAGE, re.DOTALL)
    assert len(papers) == sum(bool(options) for _, options in BLOCKS)
    for call, name, lines in papers:
        told = dict(re.findall(r":(\w+): (.*)", lines))
        made = eval(f"dict({call[len('build(') : -1].replace(chr(34) + name + chr(34) + ', ', 'classes=', 1)})")
        assert made.pop("classes") == int(told["classes"])
        assert made == read_options(told["options"])


def test_options_without_a_value_are_refused(read_options) -> None:
    assert read_options("backbone=vgg16 width=64 rates=(6,12)") == {"backbone": "vgg16", "width": 64, "rates": (6, 12)}
    with pytest.raises(ValueError, match=r"found 'vgg16', expected key=value"):
        read_options("vgg16")


def test_one_is_drawn_on_the_built_page() -> None:
    page = ROOT / "_build" / "html" / "book" / "networks.html"
    if not page.exists():
        pytest.skip("the book is not built")
    html = page.read_text(encoding="utf-8")
    assert html.count('class="segedu-diagram"') == len(BLOCKS)
    assert diagram(nets.build("fcn8s", 9), (96, 128), title="fcn8s").alt in html.replace("&#x27;", "'")
