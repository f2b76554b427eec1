"""The figures of the leaderboard as inline SVG, drawn in the colours of the page, light or dark."""

from __future__ import annotations

import io
from collections.abc import Callable

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.ticker import LogFormatter
from matplotlib.transforms import Bbox
from recorded.curves import INK, LINE, for_page

from .board import Board, Row

PLACES = [(7, 0), (-7, 0), (0, 9), (0, -9), (7, 9), (7, -9), (-7, 9), (-7, -9), (7, 18), (7, -18), (-7, 18), (-7, -18)]
"""Where a label may stand, in points from its mark; the first free place is taken."""


FAR = 20
"""Times the operations of the cheapest system. What needs more is an arrowhead at the right edge, with its number."""


def work_svg(board: Board) -> str:
    """MIoU against the operations of one picture, a mark for each network; systems without a count are left out."""
    rows = [row for row in board.rows if row.mean("flops") and row.mean("miou") is not None]
    said = [f"{row.title} {row.mean('miou'):.3f} at {row.mean('flops') / 1e6:.3g} MFLOPs" for row in rows]
    spoken = f"Chart of mean IoU against operations for one picture: {'; '.join(said)}."
    return drawn("leaderboard-work", 4.2, spoken, lambda axes: _draw_work(axes, rows))


def boundaries_svg(board: Board) -> str:
    """Boundary F and the mean IoU of person and pole, a line for each system."""
    said = [f"{row.title} {_said(row.mean('boundary_f'))} and {_said(row.mean('thin'))}" for row in board.rows]
    spoken = f"Chart of boundary F and mean IoU of person and pole: {'; '.join(said)}."
    return drawn(
        "leaderboard-boundaries", 1.1 + 0.28 * len(board.rows), spoken, lambda axes: _draw_boundaries(axes, board)
    )


def _said(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"


def _draw_work(axes: Axes, rows: list[Row]) -> None:
    work = [row.mean("flops") / 1e6 for row in rows]
    limit = FAR * min(work, default=1)
    edge = 2.6 * max((x for x in work if x <= limit), default=1)
    marks, names = [], []
    for row, x in zip(rows, work, strict=True):
        far = x > limit
        marks.append((edge if far else x, row.mean("miou"), row.spread("miou") or 0))
        names.append(f"{row.title}: {x:,.0f}" if far else row.title)
        style = {"color": LINE, "marker": ">" if far else "o", "ms": 6, "elinewidth": 1.2, "capsize": 2.5}
        axes.errorbar(*marks[-1], **style)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.5)))  # 60, not 6 x 10 to the power of 1
    axes.margins(x=0.12, y=0.12)
    axes.set_xlabel("operations for one picture (MFLOPs, logarithmic)")
    axes.set_ylabel("mean IoU")
    axes.grid(color=INK, alpha=0.15)
    label_marks(axes, marks, names)


def _draw_boundaries(axes: Axes, board: Board) -> None:
    places = range(len(board.rows))
    styles = {
        "boundary_f": ("boundary F", {"color": LINE, "marker": "o"}),
        "thin": ("IoU of person and pole", {"color": INK, "marker": "D", "markerfacecolor": "none"}),
    }
    for key, (name, style) in styles.items():
        measured = [(row.mean(key), place, row.spread(key) or 0) for row, place in zip(board.rows, places, strict=True)]
        means, lines, spreads = zip(*[point for point in measured if point[0] is not None], strict=True)
        axes.errorbar(means, lines, xerr=spreads, ls="none", label=name, ms=6, elinewidth=1.2, capsize=2.5, **style)
    axes.set_yticks(places, [row.title for row in board.rows])
    axes.invert_yaxis()
    axes.set_xlim(-0.02, 1)
    axes.grid(color=INK, alpha=0.15)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)


def label_marks(axes: Axes, marks: list[tuple[float, float, float]], names: list[str]) -> None:
    """A name beside each mark (x, y, spread), where it covers no mark and no other name; the highest choose first."""
    axes.figure.draw_without_rendering()  # lets the layout settle, for places are compared on the page
    ends = axes.transData.transform([end for x, y, spread in marks for end in ((x, y - spread), (x, y + spread))])
    taken = [Bbox.from_extents(*(low - 5), *(high + 5)) for low, high in ends.reshape(-1, 2, 2)]
    for (*mark, _), name in sorted(zip(marks, names, strict=True), key=lambda item: -item[0][1]):
        for place in PLACES:
            label = _annotate(axes, name, mark, place)
            box = label.get_window_extent()
            inside = axes.bbox.contains(*box.min) and axes.bbox.contains(*box.max)
            if (inside and not box.count_overlaps(taken)) or place == PLACES[-1]:
                taken.append(box)
                break
            label.remove()


def _annotate(axes: Axes, text: str, mark: tuple[float, float], place: tuple[float, float]) -> Annotation:
    side = {1: "left", 0: "center", -1: "right"}[int(np.sign(place[0]))]
    return axes.annotate(text, mark, place, textcoords="offset points", ha=side, va="center")


def drawn(name: str, height: float, spoken: str, draw: Callable[[Axes], None]) -> str:
    """One figure as one ``<svg>`` element with a text alternative."""
    style = {"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 9}
    style |= dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK)
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(7.0, height), layout="constrained")
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return for_page(buffer.getvalue(), spoken, name)
