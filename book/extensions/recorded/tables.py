"""Docutils tables from texts and inline nodes."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes


def table(head: list[str], rows: Iterable[list[str | nodes.Node]], kind: str) -> nodes.table:
    """A table node of texts and inline nodes; ``kind`` is its CSS class."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    group += nodes.thead("", _row(head))
    group += nodes.tbody("", *[_row(row) for row in rows])
    return nodes.table("", group, classes=[kind])


def _row(cells: list[str | nodes.Node]) -> nodes.row:
    inline = [nodes.Text(cell) if isinstance(cell, str) else cell for cell in cells]
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", "", cell)) for cell in inline])


def number(value: float | str | None) -> str:
    """A stored value as text: three digits, texts as they are, a dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
