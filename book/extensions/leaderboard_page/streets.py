"""Charts of real streets: beside the made world, to see whether both rank the systems alike, and against speed."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import LogFormatter
from recorded.curves import INK, LINE
from scipy.stats import spearmanr

from .board import Board, Row
from .charts import drawn, label_marks


def in_both(scenes: Board, streets: Board) -> list[tuple[Row, Row]]:
    """Rows of the systems that both tables have."""
    there = {row.title: row for row in streets.rows}
    return [(row, there[row.title]) for row in scenes.rows if row.title in there]


def agreement(scenes: Board, streets: Board) -> str:
    """A sentence with Spearman's rank correlation of the two tables, with and without the classifiers of pixels."""
    pairs = in_both(scenes, streets)
    networks = [pair for pair in pairs if pair[0].mean("flops")]
    every, nets = (f"{_correlation(some):.2f} over {len(some)}" for some in (pairs, networks))
    return f"Spearman's rank correlation of mIoU: {every} systems, {nets} networks; 1 is the same order, 0 none."


def _correlation(pairs: list[tuple[Row, Row]]) -> float:
    return float(spearmanr(*zip(*((one.mean("miou"), other.mean("miou")) for one, other in pairs), strict=True))[0])


def both_svg(scenes: Board, streets: Board) -> str:
    """MIoU on streets against mIoU in the made world, a mark for each system."""
    pairs = in_both(scenes, streets)
    said = [f"{one.title} {one.mean('miou'):.3f} and {other.mean('miou'):.3f}" for one, other in pairs]
    spoken = f"Chart of mean IoU in the made world and on real streets: {'; '.join(said)}."
    return drawn("leaderboard-both", 4.2, spoken, lambda axes: _draw(axes, pairs))


def _draw(axes: Axes, pairs: list[tuple[Row, Row]]) -> None:
    marks = [(one.mean("miou"), other.mean("miou"), other.spread("miou") or 0) for one, other in pairs]
    for (x, y, up), (one, _) in zip(marks, pairs, strict=True):
        axes.errorbar(x, y, up, xerr=one.spread("miou"), color=LINE, marker="o", ms=6, elinewidth=1.2, capsize=2.5)
    axes.set(xlabel="mean IoU on Scenes", ylabel="mean IoU on CamVid, test")
    axes.margins(0.12)
    label_marks(axes, marks, [one.title for one, _ in pairs])


def speed_svg(streets: Board) -> str:
    """MIoU against pictures per second on one core, a mark for each system."""
    speeds = {row.title: 1000 / row.mean("milliseconds_one_core") for row in streets.rows}
    said = [f"{row.title} {row.mean('miou'):.3f} at {speeds[row.title]:.2g} a second" for row in streets.rows]
    spoken = f"Chart of mean IoU against pictures per second on one core: {'; '.join(said)}."
    return drawn("leaderboard-speed", 4.2, spoken, lambda axes: _draw_speed(axes, streets.rows, speeds))


def _draw_speed(axes: Axes, rows: list[Row], speeds: dict[str, float]) -> None:
    marks = [(speeds[row.title], row.mean("miou"), row.spread("miou") or 0) for row in rows]
    for mark in marks:
        axes.errorbar(*mark, color=LINE, marker="o", ms=6, elinewidth=1.2, capsize=2.5)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.5)))
    axes.set(xlabel="pictures per second on one core (logarithmic)", ylabel="mean IoU on CamVid, test")
    axes.margins(x=0.12, y=0.12)
    axes.grid(color=INK, alpha=0.15)
    label_marks(axes, marks, [row.title for row in rows])
