"""What a page says of itself to search engines and messengers, and what it need not load."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx

NOT_FOUND = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" />
<title>No such page - {title}</title><style>body {{ font: 1.1rem/1.6 sans-serif; margin: 15vh auto; max-width: 34rem;
padding: 0 1rem; color-scheme: light dark; }}</style></head>
<body><h1>There is no such page</h1><p>It may have got another name. <a href="book/index.html">The contents of
{title}</a> lead to all pages.</p></body></html>
"""
LONGEST = 155
"""Letters of a description that a search engine shows."""
ICONS = re.compile(r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>|\s*<link[^>]*scripts/fontawesome\.js[^>]*>")
SOURCE = re.compile(r'<img (?![^>]*\b(?:width|height)=)(?=[^>]*\bsrc="(?P<file>[^":]+\.png)")')
IMAGE = re.compile(r"<img (?![^>]*loading=)")


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None) -> None:
    """Add description, title and picture of a page to its head; the address too, where it is known."""
    if tree is None:
        return
    text = description(tree) or str(app.config.html_title)
    title = escape(re.sub(r"<[^>]+>", "", context.get("title", "")))
    base = app.config.html_baseurl.rstrip("/")
    lines = [
        f'<meta name="description" content="{escape(text)}" />',
        f'<meta property="og:title" content="{title}" />',
        f'<meta property="og:description" content="{escape(text)}" />',
        '<meta property="og:type" content="article" />',
        f'<meta property="og:site_name" content="{escape(str(app.config.project))}" />',
    ]
    if base:  # pictures and addresses must be whole there
        lines += [
            f'<meta property="og:url" content="{base}/{page}.html" />',
            f'<meta property="og:image" content="{base}/_images/gallery.png" />',
        ]
    context["metatags"] = context.get("metatags", "") + "\n".join(lines)


def description(tree: nodes.document) -> str:
    """The first paragraph of a page, cut at a word."""
    for paragraph in tree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > 40:
            return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " ..."
    return ""


def lighten(app: Sphinx, error: Exception | None) -> None:
    """Drop the script of icons, which the style sheet shows as well; pictures below the first load when near."""
    if error is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        first, found, rest = ICONS.sub("", text).partition("<img ")
        lighter = SOURCE.sub(partial(with_size, path.parent), first + found + IMAGE.sub('<img loading="lazy" ', rest))
        if lighter != text:
            path.write_text(lighter, encoding="utf-8")
    write_sitemap(app)
    (Path(app.outdir) / "404.html").write_text(NOT_FOUND.format(title=escape(str(app.config.html_title))), "utf-8")


def with_size(folder: Path, image: re.Match[str]) -> str:
    """The picture's own size, so that a page keeps its place for a picture that is not loaded yet."""
    file = folder / unquote(image["file"])
    if not file.is_file():
        return image[0]
    with Image.open(file) as picture:
        return f'<img width="{picture.width}" height="{picture.height}" '


def write_sitemap(app: Sphinx) -> None:
    """A list of all pages for search engines, where the address of the book is known."""
    base = app.config.html_baseurl.rstrip("/")
    pages = "\n".join(f"<url><loc>{base}/{page}.html</loc></url>" for page in sorted(app.env.found_docs))
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    if base:
        text = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{name}">\n{pages}\n</urlset>\n'
        (Path(app.outdir) / "sitemap.xml").write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both."""
    app.connect("html-page-context", describe)
    app.connect("build-finished", lighten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
