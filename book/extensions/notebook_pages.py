"""Chapters without plumbing: set-up folded away, a claim as one line that can be read at a glance.

A notebook stays plain, so that it is right in Jupyter and on Colab. What follows is done to its text on its way into
the book.
"""

from __future__ import annotations

import base64
import io
import json
import re
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from recorded import bound
from recorded.ledger import claim_of
from recorded.tables import number
from sphinx.application import Sphinx

from segedu.results import CLAIM_KEY

FOLDED = "hide-input"
"""Jupyter Book's tag for a cell whose code opens with a click."""
IMPORT = re.compile(r"(import|from) \w")
SOURCE = re.compile(r"\b[A-E]\d{1,2}\b")
"""A statement of an introduction to the field, as the ledger lists them."""
WHITE = 0.55
"""Share of white pixels from which on a picture is a chart, which may be turned dark."""
NO_PROSE = (
    r"```.*?```|``.*?``|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$|\[[^\]]*\]\([^)]*\)|(?m:^#.*$)|(?m:^\|.*$)|<[^>]+>|https?://\S+"
    r"|(?m:^> .*$)"
)
"""What stands between the words of a text."""
WIDE = 700
"""Pixels from which on a picture is not shrunk to the width of a phone, but moved about.

At half its size the letters of a chart are too small to read.
"""


def without_plumbing(app: Sphinx, page: str, source: list[str]) -> None:
    """Change a notebook's text as the book shows it."""
    if not page.startswith("notebooks/"):
        return
    notebook = json.loads(source[0])
    terms = glossary(Path(app.srcdir) / "book" / "glossary.md")
    first = True
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            cell["source"] = link_terms("".join(cell["source"]), terms)
            continue
        tags = cell["metadata"].setdefault("tags", [])
        if first or is_plumbing("".join(cell["source"])):
            tags.append(FOLDED)
        for picture in filter(None, map(picture_of, cell["outputs"])):
            tags += [name for name, is_so in (("chart", is_chart(picture)), ("wide", picture.width > WIDE)) if is_so]
        first = False
        for output in cell["outputs"]:
            if CLAIM_KEY in output.get("metadata", {}):
                output["data"] = {"text/html": badge(page, output["metadata"][CLAIM_KEY])}
    source[0] = json.dumps(notebook)


def glossary(path: Path) -> set[str]:
    """The words that the glossary explains."""
    _, _, entries = path.read_text(encoding="utf-8").partition("```{glossary}\n")
    return {line.strip() for line in entries.partition("\n```")[0].splitlines() if line and not line.startswith(" ")}


def link_terms(text: str, terms: set[str]) -> str:
    """Link each term where it is first used, and forget it; not in code, formulas, headings, tables and links."""
    if not terms:
        return text
    either = "|".join(sorted(map(re.escape, terms), key=len, reverse=True))
    word = re.compile(rf"(?s:{NO_PROSE})|(?<![\w-])(?P<term>{either})(?P<more>s?)(?![\w-])")

    def link(found: re.Match[str]) -> str:
        term = found["term"]
        if term not in terms:
            return found[0]
        terms.remove(term)
        return f"{{term}}`{found[0]} <{term}>`"

    return word.sub(link, text)


def source_link(found: re.Match[str]) -> str:
    """A statement's number, and the way to the statement."""
    return f'<a href="../book/claims.html#source-{found[0].lower()}">{found[0]}</a>'


def is_plumbing(code: str) -> bool:
    """Whether a cell mostly imports, or checks claims: the words before it and the line below it say what."""
    lines = [line for line in code.splitlines() if line.strip()]
    imports = sum(bool(IMPORT.match(line)) for line in lines)
    return bool(re.search(r"^claim\(", code, re.MULTILINE)) or imports >= len(lines) / 2


def picture_of(output: dict[str, Any]) -> Image.Image | None:
    """The picture of an output, if it has one."""
    data = output.get("data", {}).get("image/png")
    return None if data is None else Image.open(io.BytesIO(base64.b64decode("".join(data))))


def is_chart(picture: Image.Image) -> bool:
    """Whether a picture is mostly white paper."""
    return float((np.asarray(picture.convert("L")) > 250).mean()) > WHITE


def badge(page: str, facts: dict[str, Any]) -> str:
    """One line of HTML: verdict, sentence, measured value, bound, source, and the way to the ledger."""
    claim = claim_of(page, facts, page.rpartition("/")[2])
    kind, verdict = ("holds", "✓ holds") if claim.holds else ("fails", "✗ does not hold here")
    told = [f"{escape(claim.text)}.", escape(claim.reason or "")]
    measured = [f"measured {number(claim.value)}", f"bound {escape(bound(claim))}"] if claim.value is not None else []
    if claim.source:
        measured.append(SOURCE.sub(source_link, escape(claim.source)))
    measured.append(f'<a href="../book/claims.html#{claim.anchor}">ledger</a>')
    return (
        f'<p class="claim {kind}"><span class="claim-verdict">{verdict}</span> {" ".join(filter(None, told))} '
        f'<span class="claim-measured">{" · ".join(measured)}</span></p>'
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the change."""
    app.connect("source-read", without_plumbing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
