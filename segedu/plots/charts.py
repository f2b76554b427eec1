"""Charts of numbers: training curves, and scores class by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from segedu.history import History
from segedu.labels import LabelSet
from segedu.plots.figure import Picture

TEXT = 9
# Okabe and Ito's colours, told apart by every kind of colour vision; dashes and marks say it a second time.
STYLES = (
    ("#0072B2", "-", "o"), ("#D55E00", "--", "s"), ("#009E73", "-.", "^"), ("#CC79A7", ":", "D"),
    ("#E69F00", (0, (5, 1, 1, 1, 1, 1)), "v"), ("#56B4E9", (0, (1, 1)), "P"), ("#000000", "-", "X"),
)  # fmt: skip


def curves(histories: Mapping[str, History]) -> Picture:
    """Training loss and validation mIoU of one or several runs, step by step.

    Parameters
    ----------
    histories : dict of name to History
        Objects with ``steps``, ``loss``, ``val_steps``, ``val_miou``. The loss is drawn as a running mean
        over a twentieth of the steps. Runs that were never validated leave the right panel without a line.
    """
    if not histories:
        raise ValueError("histories: nothing to draw, found no run")
    figure = Picture(3.0)
    left, right = figure.subplots(1, 2)
    for index, (name, history) in enumerate(histories.items()):
        color, dashes, mark = STYLES[index % len(STYLES)]
        steps, loss = np.asarray(history.steps), np.asarray(history.loss, dtype=float)
        left.plot(steps, _running_mean(loss), color=color, linestyle=dashes, linewidth=1.8, label=name)
        right.plot(
            history.val_steps, history.val_miou,
            color=color, linestyle=dashes, marker=mark, markersize=5, linewidth=1.8, label=name,
        )  # fmt: skip
    _decorate(left, "step", "training loss")
    _decorate(right, "step", "validation mIoU")
    left.set_ylim(bottom=0)
    right.set_ylim(0, 1)
    figure.legend(
        *left.get_legend_handles_labels(),
        loc="outside lower center", ncols=4, frameon=False, fontsize=TEXT, handlelength=3,
    )  # fmt: skip
    return figure


def bars(scores: Mapping[str, Mapping[str, float] | Sequence[float]], labels: LabelSet, ylabel: str = "IoU") -> Picture:
    """Draw a score of each class for several systems, and the mean over the classes.

    Parameters
    ----------
    scores : dict of system to scores
        Scores in 0..1 by class name (like ``Score.iou``), or a sequence of C floats; nan (the class does not
        occur) leaves a gap and is left out of the mean. The systems go from light to dark in the order given.
    labels : LabelSet
        The C classes.
    ylabel : str
        What the score is.
    """
    if not scores:
        raise ValueError("scores: nothing to draw, found no system")
    figure = Picture(3.4)
    ax = figure.subplots()
    shades = matplotlib.colormaps["cividis_r"](np.linspace(0.08, 1.0, len(scores)))
    place, width = np.arange(len(labels) + 1), 0.84 / len(scores)
    place = place + 0.4 * (place == len(labels))  # the mean stands apart
    for index, (name, values) in enumerate(scores.items()):
        by_class = _in_order(name, values, labels)
        heights = np.append(by_class, np.nanmean(by_class))
        offset = (index - (len(scores) - 1) / 2) * width
        ax.bar(place + offset, heights, width, color=shades[index], edgecolor="0.25", linewidth=0.4, label=name)
    _decorate(ax, "", ylabel)
    ax.grid(False, axis="x")
    ax.set_ylim(0, 1)
    ax.set_xticks(place, [*labels.names, "mean"], rotation=30, ha="right", rotation_mode="anchor")
    figure.legend(loc="outside lower center", ncols=min(len(scores), 5), frameon=False, fontsize=TEXT)
    return figure


def _in_order(name: str, values: Mapping[str, float] | Sequence[float], labels: LabelSet) -> np.ndarray:
    if isinstance(values, Mapping):
        values = [values.get(label, np.nan) for label in labels.names]
    if len(values) != len(labels):
        raise ValueError(f"scores[{name!r}]: expected {len(labels)} numbers, one a class, found {len(values)}")
    return np.asarray(values, dtype=float)


def _running_mean(values: np.ndarray) -> np.ndarray:
    """Mean over the last twentieth of the values; at the start, over as many as there are."""
    span = max(len(values) // 20, 1)
    total = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(1, len(values) + 1)
    start = np.maximum(end - span, 0)
    return (total[end] - total[start]) / (end - start)


def _decorate(ax: Axes, xlabel: str, ylabel: str) -> None:
    ax.set_xlabel(xlabel, fontsize=TEXT)
    ax.set_ylabel(ylabel, fontsize=TEXT)
    ax.tick_params(labelsize=TEXT)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(True, color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
