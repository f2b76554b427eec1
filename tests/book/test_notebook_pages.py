"""What the book does with a notebook on its way to the page, and what every page says of itself."""

from __future__ import annotations

import re
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
CHAPTERS = sorted((HTML / "notebooks").glob("*.html"))
PAGES = [*CHAPTERS, *sorted((HTML / "book").rglob("*.html"))]
sys.path.insert(0, str(ROOT / "book" / "extensions"))

import notebook_pages  # noqa: E402 - lies beside the book's configuration, as Sphinx finds it

built = pytest.mark.skipif(not CHAPTERS, reason="no built book: run make book")


@pytest.mark.parametrize(
    ("code", "folded"),
    [
        ("import torch\nfrom torch import nn", True),
        ('from segedu import nets\n\ndevice = "cuda" if torch.cuda.is_available() else "cpu"', True),
        ('text = "Two is more than one"\nclaim(text, 2 > 1)', True),
        ("import torch\nx = torch.zeros(2)\nx + 1", False),
        ("from segedu.data import Scenes\nfrom segedu.results import claim\n\nworld = Scenes(12)", True),
        ("def forward(self, x):\n    return self.claim(x)", False),
    ],
)
def test_imports_and_claims_are_folded_and_nothing_else(code, folded):
    assert notebook_pages.is_plumbing(code) == folded


def test_a_claim_is_one_line_with_its_numbers_and_a_way_to_the_ledger():
    facts = {"text": "A < B", "holds": True, "value": 0.25, "above": 0.1, "source": "A5"}
    line = notebook_pages.badge("notebooks/06_fcn", facts)
    assert line.count("A &lt; B") == 1
    for part in ("✓ holds", "measured 0.25", "bound &gt; 0.1", ">A5</a>", "ledger</a>"):
        assert part in line


def test_a_claim_that_does_not_hold_says_why():
    facts = {"text": "B", "holds": False, "reason": "It is A."}
    line = notebook_pages.badge("notebooks/06_fcn", facts)
    assert 'class="claim fails"' in line and "does not hold here" in line and "It is A." in line


@built
def test_every_claim_of_the_ledger_is_one_line_of_its_chapter_and_can_be_gone_to():
    ledger = (HTML / "book" / "claims.html").read_text(encoding="utf-8")
    rows = ledger.count('class="verdict ')
    targets = [
        target for path in CHAPTERS for target in re.findall(r'claims\.html#([\w-]+)">ledger', path.read_text("utf-8"))
    ]
    assert len(targets) == rows > 200
    assert all(f'id="{target}"' in ledger for target in set(targets))


@built
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_opens_with_no_plumbing(path):
    text = path.read_text(encoding="utf-8")
    shown = re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)
    shown = re.sub(r"<[^>]+>", "", shown)
    assert "NBVAL" not in text
    assert "REPOSITORY" not in shown and "from segedu.results import claim" not in shown


@built
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(HTML).as_posix())
def test_a_page_says_what_it_is_and_loads_no_more_than_it_needs(path):
    text = path.read_text(encoding="utf-8")
    (description,) = re.findall(r'<meta name="description" content="([^"]+)"', text)
    assert 30 < len(unescape(description)) <= 160
    assert 'property="og:title"' in text
    assert "fontawesome.js" not in text
    images = re.findall(r"<img [^>]*>", text)
    assert all("loading=" in image for image in images[1:])
    assert all("width=" in image or "style=" in image for image in images if ".png" in image and "data:" not in image)


@built
def test_a_page_that_does_not_exist_leads_to_those_that_do():
    text = (HTML / "404.html").read_text(encoding="utf-8")
    assert (HTML / re.search(r'href="([^"]+)"', text)[1]).is_file()
