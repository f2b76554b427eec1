"""The built pages without a browser: their links, pictures and buttons."""

from __future__ import annotations

import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
PAGES = sorted(p for p in HTML.rglob("*.html") if p.relative_to(HTML).parts[0] in {"book", "notebooks"})

pytestmark = pytest.mark.skipif(not PAGES, reason="no built book: run make book")


class Page(HTMLParser):
    """What a page has: ids, links, and pictures with their text alternatives."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.loads: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids.update(filter(None, (found.get("id"), found.get("name") if tag == "a" else None)))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag == "img":
            self.pictures.append(found)
        if tag in ("img", "script") or (tag == "link" and "stylesheet" in (found.get("rel") or "")):
            self.loads.add(found.get("src") or found.get("href") or "")


@pytest.fixture(scope="module")
def pages() -> dict[Path, Page]:
    return {path.resolve(): Page(path) for path in sorted(HTML.rglob("*.html"))}


def test_no_page_is_heavy(pages: dict[Path, Page]) -> None:
    """Text of less than 1 MB, and all that it shows and runs, fonts aside, less than 4 MB more."""
    heavy = {}
    for path in map(Path.resolve, PAGES):
        files = {
            path.parent / unquote(urlsplit(link).path) for link in pages[path].loads if not link.startswith("data:")
        }
        shown = sum(file.stat().st_size for file in files if file.is_file())
        if path.stat().st_size > 1e6 or shown > 4e6:
            heavy[path.name] = path.stat().st_size, shown
    assert heavy == {}


def test_no_page_names_a_place_on_the_machine_that_built_it() -> None:
    naming = [path.name for path in PAGES if str(ROOT) in path.read_text(encoding="utf-8")]
    assert naming == []


def test_the_root_leads_to_the_landing_page() -> None:
    assert "book/index.html" in (HTML / "index.html").read_text(encoding="utf-8")


def test_internal_links_lead_somewhere(pages: dict[Path, Page]) -> None:
    dead = [
        f"{path.relative_to(HTML.resolve())}: {link}"
        for path, page in pages.items()
        for link in page.links
        if not _leads_somewhere(path, link, pages)
    ]
    assert not dead


def _leads_somewhere(path: Path, link: str, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True  # another site: not asked, the tests have no network
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return False
    fragment = unquote(parts.fragment)
    return not fragment or target not in pages or fragment in pages[target].ids


def test_every_picture_has_a_text_alternative() -> None:
    without = [
        f"{path.relative_to(HTML)}: {picture.get('src', '')[:80]}"
        for path in PAGES
        for picture in Page(path).pictures
        if not (picture.get("alt") or "").strip()
    ]
    assert not without


def test_launch_buttons_are_there_exactly_where_the_origin_is_on_github(pages: dict[Path, Page]) -> None:
    notebooks = {path: page for path, page in pages.items() if path.parent.name == "notebooks"}
    colab = [[link for link in page.links if "colab.research.google.com" in link] for page in notebooks.values()]
    address = _github_address()
    if address is None:
        assert not any(colab)
        everything = [link for page in pages.values() for link in page.links]
        assert not [link for link in everything if "OWNER/REPO" in link]
    else:
        assert all(links and all(f"/github/{address}/" in link for link in links) for links in colab)


def _github_address() -> str | None:
    """``owner/repository`` of the git origin, where that is on GitHub."""
    origin = subprocess.run(
        ["git", "remote", "get-url", "origin"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    before, found, address = origin.partition("github.com")
    return address.lstrip(":/").removesuffix(".git") if found and before.endswith(("//", "@", "www.")) else None
