"""Sphinx directive ``leaderboard``: the table over all systems, and its figures, from one recorded file.

The file is ``leaderboard.json`` in the folder of recorded results. It is read when the book is built, and nothing is
run. A system or a seed that it does not hold is no row, or no part of a mean. Without the file the build stops.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from recorded.tables import number, table
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .board import SCORES, STREETS, Board, Row, read_board
from .charts import boundaries_svg, work_svg
from .streets import agreement, both_svg, speed_svg

PARTS = ("table", "work", "boundaries", "facts")
OF_STREETS = ("streets", "both", "agreement", "speed", "street-facts")
HEAD = [
    *("System", "mIoU", "Boundary F", "Person, pole", "Road or water", "Car or boat"),
    *("Parameters", "MFLOPs", "Training (s)", "One picture (ms)"),
]
STREET_HEAD = [
    *("System", "mIoU, test", "mIoU, val", "Boundary F", "Pole", "Person"),
    *("Parameters", "GFLOPs", "Training (s)", "One picture (ms)", "Memory (GB)"),
]


class Leaderboard(SphinxDirective):
    """``leaderboard PART``: a table, a figure, or how it was measured; of the made world, or of real streets."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The part that was asked for."""
        part = directives.choice(self.arguments[0], (*PARTS, *OF_STREETS))
        folder = Path(self.config.recorded_results)
        self.env.note_reread()  # the file may be new, and so may be the chapters that are linked
        board = read_board(folder / "leaderboard.json")
        if part in OF_STREETS:
            streets = read_board(folder / "camvid-laptop.json", STREETS)
            return [self.of_streets(part, streets, board)]
        parts: dict[str, Callable[[Board], nodes.Node]] = {
            "table": self.table,
            "work": lambda board: figure(work_svg(board)),
            "boundaries": lambda board: figure(boundaries_svg(board)),
            "facts": lambda board: table(["What", "In this table"], facts(board), "run-facts"),
        }
        return [parts[part](board)]

    def table(self, board: Board) -> nodes.table:
        """One row a system; the highest mean of each score is bold."""
        return table(HEAD, [self.row(row, board) for row in board.rows], "leaderboard")

    def of_streets(self, part: str, board: Board, scenes: Board) -> nodes.Node:
        """A part about real streets."""
        parts: dict[str, Callable[[], nodes.Node]] = {
            "streets": lambda: table(STREET_HEAD, [self.street_row(row, board) for row in board.rows], "leaderboard"),
            "both": lambda: figure(both_svg(scenes, board)),
            "agreement": lambda: nodes.paragraph("", agreement(scenes, board)),
            "speed": lambda: figure(speed_svg(board)),
            "street-facts": lambda: table(["What", "In this table"], facts(board), "run-facts"),
        }
        return parts[part]()

    def street_row(self, row: Row, board: Board) -> list[str | nodes.Node]:
        """One system on real streets."""
        keys = ("miou", "val_miou", "boundary_f", "Pole", "Pedestrian")
        scores = [with_spread(row, key, "{:.3f}", bold=board.is_best(row, key)) for key in keys]
        sizes = [thousands(row.mean("parameters")), scaled(row.mean("flops"), 1e9)]
        times = [with_spread(row, "seconds", "{:.0f}"), with_spread(row, "milliseconds", "{:.0f}")]
        return [self.system(row, board), *scores, *sizes, *times, scaled(row.mean("peak_memory_mb"), 1e3)]

    def row(self, row: Row, board: Board) -> list[str | nodes.Node]:
        """One system as the cells of its row."""
        scores = [with_spread(row, key, "{:.3f}", bold=board.is_best(row, key)) for key in SCORES]
        sizes = [thousands(row.mean("parameters")), scaled(row.mean("flops"), 1e6)]
        times = [with_spread(row, "seconds", "{:.1f}"), with_spread(row, "milliseconds", "{:.1f}")]
        return [self.system(row, board), *scores, *sizes, *times]

    def system(self, row: Row, board: Board) -> nodes.Node:
        """Name, chapter, and how many seeds are missing if any are."""
        missing = "" if row.seeds == board.seeds else f" ({row.seeds} of {board.seeds} seeds)"
        return lines(nodes.Text(row.title), self.chapter(row.chapter), nodes.Text(missing))

    def chapter(self, chapter: str) -> nodes.Node:
        """The chapter, linked where it is a page of this book."""
        text = nodes.inline("", f"chapter {chapter}")
        found = [page for page in self.env.found_docs if page.startswith(f"notebooks/{chapter}_")]
        if not found:
            return text
        options = {"refdomain": "std", "reftype": "doc", "refexplicit": True, "refdoc": self.env.docname}
        return addnodes.pending_xref("", text, reftarget=f"/{found[0]}", refwarn=True, **options)


def with_spread(row: Row, key: str, digits: str, bold: bool = False) -> nodes.Node:
    """Mean ± spread; the mean alone where there is one seed; a dash where nothing was measured."""
    mean, spread = row.mean(key), row.spread(key)
    if mean is None:
        return nodes.Text("–")
    text = digits.format(mean)
    first = nodes.strong("", text) if bold else nodes.Text(text)
    return first if spread is None else lines(first, nodes.Text(f"±\N{NO-BREAK SPACE}{digits.format(spread)}"))


def lines(first: nodes.Node, *second: nodes.Node) -> nodes.Node:
    """Two lines in one cell, so that all columns fit beside each other."""
    return nodes.inline("", "", first, nodes.raw("", "<br>", format="html"), nodes.Text(" "), *second)


def thousands(value: float | None) -> str:
    """A number of parameters."""
    return "–" if value is None else f"{number(value / 1e3)}\N{NO-BREAK SPACE}k"


def scaled(value: float | None, unit: float) -> str:
    """A number in millions, say."""
    return "–" if value is None else number(value / unit)


def figure(svg: str) -> nodes.raw:
    """A chart as wide as the text."""
    return nodes.raw("", f'<div style="max-width: 46rem">{svg}</div>', format="html")


def facts(board: Board) -> list[list[str | nodes.Node]]:
    """What one needs to know to repeat the measurement."""
    together = ", ".join
    return [
        ["Command", nodes.literal("", board.command)],
        ["Seeds", f"{board.seeds} of each system"],
        ["Settings", words(board.settings)],
        *[[f"Settings of {row.title}", words(row.settings)] for row in board.rows if row.settings],
        ["Date", board.date],
        ["Machine", together(f"{key} {value}" for key, value in board.environment.items())],
    ]


def words(settings: dict[str, object]) -> str:
    """Settings as text."""
    return ", ".join(f"{key.replace('_', ' ')} {plain(value)}" for key, value in settings.items())


def plain(value: object) -> str:
    """A setting as text: a size as rows x columns, settings within settings in brackets, all else as it is."""
    if isinstance(value, dict):
        return f"({words(value)})"
    return " x ".join(map(str, value)) if isinstance(value, list) else str(value)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive; the folder that it reads is that of the recorded runs."""
    app.setup_extension("recorded")
    app.add_directive("leaderboard", Leaderboard)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
