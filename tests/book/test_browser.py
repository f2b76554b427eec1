"""The built pages in a real browser: what a reader gets, on a desk, on a phone and in the dark.

All in one module, so that pytest-xdist keeps it in one process: every page is loaded once, for all tests.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in HTML.rglob("*.html")
    if path.parent != HTML / "_static" and path != HTML / "index.html"  # that one only leads to book/index.html
)
OURS = [name for name in PAGES if name.startswith(("book/", "notebooks/")) or name == "search.html"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# Both are in the theme's own side bar and header, on every page of every book made with it.
OF_THE_THEME = {"label-content-name-mismatch", "region"}

pytestmark = [
    pytest.mark.skipif(not PAGES, reason="no built book: run make book"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]

CONTRAST = """() => {
  const rgb = (css) => css.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const light = (css) => {
    const [r, g, b] = rgb(css).map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const text = document.querySelector('.bd-article p, .bd-article li, .bd-article dd') ?? document.body;
  const [a, b] = [getComputedStyle(text).color, getComputedStyle(document.body).backgroundColor].map(light);
  return {ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), dark: b < 0.2};
}"""


CUT_OFF = """() => {
  const over = (box) => Math.max(box.scrollWidth - box.clientWidth,
    box.parentElement.scrollWidth - box.parentElement.clientWidth) > 1;
  return [...document.querySelectorAll('.bd-article pre')].filter((box) => box.offsetParent && over(box)).length;
}"""


@dataclass
class Visit:
    """What was seen on one page."""

    foreign: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    too_wide: int = 0
    cut_off: dict[str, int] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    in_the_dark: list[str] = field(default_factory=list)
    contrast: dict = field(default_factory=dict)

    def hear(self, message) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url')})")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files over connections that stay open, and says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(HTML))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator:
    context = browser.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def visits(browser, address: str) -> dict[str, Visit]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_context(viewport=PHONE, color_scheme="light", reduced_motion="reduce").new_page()
    visits: dict[str, Visit] = {}
    current = lambda: visits[next(reversed(visits))]  # noqa: E731
    page.route(lambda url: not url.startswith(address), lambda route: _refuse(route, current()))
    page.on("pageerror", lambda error: current().errors.append(str(error)))
    page.on("console", lambda message: current().hear(message))
    for name in PAGES:
        visits[name] = Visit()
        _look(page, address + name, visits[name], axe if name in OURS else None)
    page.context.close()
    return visits


def _refuse(route, visit: Visit) -> None:
    visit.foreign.append(route.request.url)
    route.abort()


def _look(page, url: str, visit: Visit, axe) -> None:
    """On a phone; and, where there is an axe, on a desk in the light and in the dark."""
    page.set_viewport_size(PHONE)
    page.goto(url)
    visit.too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    visit.cut_off["phone"] = page.evaluate(CUT_OFF)
    if axe:
        page.set_viewport_size(DESK)
        visit.cut_off["desk"] = page.evaluate(CUT_OFF)
        visit.findings = _findings(axe, page)
        page.emulate_media(color_scheme="dark")
        page.add_style_tag(content="* { transition: none !important }")  # else colours are measured half-way
        visit.in_the_dark = _findings(axe, page, runOnly=["color-contrast"])
        visit.contrast = page.evaluate(CONTRAST)
        page.emulate_media(color_scheme="light")


def _findings(axe, page, **options: object) -> list[str]:
    # preload: axe would ask for style sheets again, from the wrong folder
    answer = axe.run(page, options={"resultTypes": ["violations"], "preload": False, **options}).response
    rules = [rule for rule in answer["violations"] if rule["id"] not in OF_THE_THEME]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in rules for node in rule["nodes"]]


def _only_full(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: what for name, what in found.items() if what}


def test_no_page_asks_a_third_party(visits: dict[str, Visit]) -> None:
    assert not _only_full({name: visit.foreign for name, visit in visits.items()})


def test_no_page_has_a_script_error(visits: dict[str, Visit]) -> None:
    assert not _only_full({name: visit.errors for name, visit in visits.items()})


def test_no_page_scrolls_sideways_on_a_phone(visits: dict[str, Visit]) -> None:
    assert not {name: visit.too_wide for name, visit in visits.items() if visit.too_wide > 0}


def test_code_and_what_it_prints_fit_the_column(visits: dict[str, Visit]) -> None:
    assert not {name: visits[name].cut_off for name in OURS if any(visits[name].cut_off.values())}


def test_axe_finds_nothing_but_the_themes_own(visits: dict[str, Visit]) -> None:
    assert not _only_full({name: visits[name].findings for name in OURS})


def test_text_is_readable_in_the_dark(visits: dict[str, Visit]) -> None:
    assert all(visits[name].contrast["dark"] for name in OURS)
    assert not {name: visits[name].contrast for name in OURS if visits[name].contrast["ratio"] < 4.5}
    assert not _only_full({name: visits[name].in_the_dark for name in OURS})


@pytest.mark.parametrize(("words", "expected"), [("Csurka", "book/bibliography"), ("panoptic", "book/glossary")])
def test_search_finds_the_page(page, address: str, words: str, expected: str) -> None:
    page.goto(f"{address}search.html?q={words}")
    page.wait_for_selector("#search-results li a")
    page.wait_for_function("!document.querySelector('#search-progress')?.textContent.includes('...')")
    links = page.eval_on_selector_all("#search-results li a", "links => links.map(a => a.href)")
    assert any(expected in link for link in links), links


def test_sliders_change_their_picture(page, address: str) -> None:
    with_slider = [name for name in PAGES if 'class="segedu-slider"' in (HTML / name).read_text(encoding="utf-8")]
    if not with_slider:
        pytest.skip("no page has a slider")
    for name in with_slider:
        page.goto(address + name)
        for box in page.query_selector_all(".segedu-slider"):
            picture, control = box.query_selector("img"), box.query_selector("input[type=range]")
            before = picture.get_attribute("src")
            control.focus()
            page.keyboard.press("End")
            assert picture.get_attribute("src") != before, f"{name}: the slider does not move its picture"


def test_a_folded_solution_opens(page, address: str) -> None:
    with_fold = [n for n in OURS if n.startswith("book/solutions/") and "sd-dropdown" in (HTML / n).read_text("utf-8")]
    if not with_fold:
        pytest.skip("no page of solutions has a fold")
    page.goto(address + with_fold[0])
    body = page.locator("details.sd-dropdown .sd-summary-content").first
    assert not body.is_visible()
    page.locator("details.sd-dropdown summary").first.click()
    assert body.is_visible()
