"""What the book's sources promise: every room has a reference page, every file a place, the picture is the code's."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

import segedu
from book import figures

ROOT = Path(__file__).parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))


def files_in(entry: dict | list) -> set[str]:
    """All files that a part of the table of contents names, or finds by a pattern."""
    if isinstance(entry, list):
        return set().union(*map(files_in, entry))
    if "glob" in entry:
        return {path.relative_to(ROOT).with_suffix("").as_posix() for path in ROOT.glob(f"{entry['glob']}.md")}
    named = {entry[key] for key in ("root", "file") if key in entry}
    return named.union(*(files_in(entry[key]) for key in ("parts", "chapters", "sections") if key in entry))


def test_every_page_and_every_notebook_is_in_the_table_of_contents() -> None:
    sources = {*(ROOT / "book").rglob("*.md"), *(ROOT / "notebooks").glob("*.ipynb")}
    assert {path.relative_to(ROOT).with_suffix("").as_posix() for path in sources} == files_in(TOC)


def test_every_room_has_a_reference_page() -> None:
    rooms = {module.name for module in pkgutil.iter_modules(segedu.__path__)} - {"__main__", "callable_room"}
    documented = {path.stem for path in (ROOT / "book" / "api").glob("*.md")}
    overview = set(re.findall(r"<api/(\w+)>", (ROOT / "book" / "api.md").read_text(encoding="utf-8")))
    assert rooms == documented == overview


def test_the_map_of_chapters_links_those_that_exist() -> None:
    landing = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"</notebooks/(\w+)>", landing))
    assert linked == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    numbers = re.findall(r"^(?:\{doc\}`)?(\d\d) ", landing, re.MULTILINE)
    assert numbers == [f"{number:02d}" for number in range(1, 18)]


def test_the_gallery_is_what_the_code_draws() -> None:
    stored = np.asarray(Image.open(figures.TARGET).convert("RGBA"), dtype=int)
    drawn = np.asarray(figures.draw(), dtype=int)
    assert stored.shape == drawn.shape
    rows = 2 * (figures.SIZE[0] + figures.GAP)  # below them is the legend, whose letters depend on the font library
    assert (np.abs(stored - drawn)[:rows] <= 2).all(), "make figures, and look at book/assets/gallery.png"


def test_the_photograph_is_answered_by_the_network_that_comes_with_the_package() -> None:
    stored = np.asarray(Image.open(figures.PHOTOGRAPH).convert("RGBA"), dtype=int)
    drawn = np.asarray(figures.draw_photograph(), dtype=int)
    assert stored.shape == drawn.shape
    same = (np.abs(stored - drawn) <= 2).all(axis=2).mean()
    assert same > 0.97, "make figures, and look at book/assets/photograph.png"  # on any processor
