"""Figures made of pictures: samples, galleries, predictions side by side, heat maps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from segedu.data.sample import Sample
from segedu.labels import VOID, LabelSet
from segedu.plots.arrays import error_map
from segedu.plots.figure import WIDTH, Picture

TITLE = 10
TEXT = 9
WIDEST = 3.0
"""Inches: a picture that stands alone is not blown up to the width of the page."""


def pictures(images: Mapping[str, np.ndarray] | Sequence[np.ndarray], columns: int = 4) -> Picture:
    """Pictures side by side, each under its title.

    Parameters
    ----------
    images : dict of title to array, or sequence of arrays
        ``(H, W, 3)`` uint8, or ``(H, W)`` for grey. Pixels are drawn as squares, never smoothed.
    columns : int
        Most pictures in a row.
    """
    titled = dict(images if isinstance(images, Mapping) else enumerate(images))
    if not titled:
        raise ValueError("images: nothing to show, found no picture")
    columns = min(columns, len(titled))
    rows = math.ceil(len(titled) / columns)
    height, width = next(iter(titled.values())).shape[:2]
    cell = min(WIDTH / columns, WIDEST) * height / width
    space = 0.35 if any(isinstance(title, str) for title in titled) else 0.1
    figure = Picture(rows * (cell + space), layout="compressed")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in axes:
        ax.set_axis_off()
    for ax, (title, image) in zip(axes, titled.items(), strict=False):
        ax.imshow(image, cmap="gray", interpolation="nearest")
        if isinstance(title, str):
            ax.set_title(title, fontsize=TITLE)
    return figure


def legend(ax: Axes, labels: LabelSet, ids: Sequence[int] | None = None) -> None:
    """Fill ``ax`` with the names and colours of ``labels``, or of those classes in ``ids`` only."""
    ax.set_axis_off()
    ax.legend(handles=_patches(labels, ids), loc="center left", frameon=False, fontsize=TEXT, borderaxespad=0)


def show_sample(sample: Sample, labels: LabelSet) -> Picture:
    """Show a picture, its label map, and the names of the classes in it."""
    height, width = sample.mask.shape
    figure = Picture(WIDTH * 0.42 * height / width + 0.35)
    picture, mask, names = figure.subplots(1, 3, width_ratios=(0.42, 0.42, 0.16))
    for ax, title, image in (
        (picture, "image", sample.image),
        (mask, "labels", labels.colorize(sample.mask)),
    ):
        ax.imshow(image, interpolation="nearest")
        ax.set_title(title, fontsize=TITLE)
        ax.set_axis_off()
    legend(names, labels, np.unique(sample.mask).tolist())
    return figure


def gallery(samples: Sequence[Sample], labels: LabelSet | None = None, columns: int = 4) -> Picture:
    """Many samples at a glance; with ``labels``, each picture has its label map below."""
    shown: list[np.ndarray] = []
    for start in range(0, len(samples), columns):
        row = [samples[i] for i in range(start, min(start + columns, len(samples)))]
        shown += [sample.image for sample in row]
        if labels is not None:
            blank = [np.full_like(row[0].image, 255)] * (columns - len(row) if start else 0)
            shown += blank + [labels.colorize(sample.mask) for sample in row]
    figure = pictures(shown, columns)
    if labels is not None:
        _legend_below(figure, labels, sorted({int(i) for sample in samples for i in np.unique(sample.mask)}))
    return figure


def comparison(
    image: np.ndarray,
    predictions: Mapping[str, np.ndarray],
    target: np.ndarray,
    labels: LabelSet,
    errors: bool = True,
) -> Picture:
    """One picture and what several systems make of it.

    Parameters
    ----------
    image : (H, W, 3) uint8
        The picture.
    predictions : dict of name to (H, W) uint8
        Predicted ids of each system.
    target : (H, W) uint8
        True ids; 255 is void.
    labels : LabelSet
        Names and colours.
    errors : bool
        Add a second row: where each system is wrong (magenta), and what share of the labelled pixels that is.
    """
    columns = [("image", image, labels.colorize(target), "truth")]
    labelled = target != VOID
    for name, prediction in predictions.items():
        wrong = (prediction != target)[labelled].mean() if labelled.any() else math.nan
        below = error_map(image, prediction, target)
        columns.append((name, labels.colorize(prediction), below, f"{100 * wrong:.1f} % wrong"))
    if errors:
        shown = [
            *((title, top) for title, top, _, _ in columns),
            *((title, low) for _, _, low, title in columns),
        ]
    else:
        shown = [
            ("image", image),
            ("truth", columns[0][2]),
            *((title, top) for title, top, _, _ in columns[1:]),
        ]
    figure = pictures([picture for _, picture in shown], columns=len(columns) + (not errors))
    for ax, (title, _) in zip(figure.axes, shown, strict=True):
        ax.set_title(title, fontsize=TITLE)
    _legend_below(figure, labels, np.unique([target, *predictions.values()]).tolist())
    return figure


def heat_map(
    values: np.ndarray | Mapping[str, np.ndarray],
    label: str,
    limits: tuple[float, float] | None = None,
    columns: int = 4,
) -> Picture:
    """Numbers on the picture plane as colours, dark blue (low) to yellow (high), all on one scale.

    Parameters
    ----------
    values : (H, W) array, or dict of title to array
        Any real numbers.
    label : str
        What the numbers are, written at the colour bar.
    limits : (float, float), optional
        Ends of the scale; by default the least and the greatest value shown.
    columns : int
        Most maps in a row.
    """
    titled = values if isinstance(values, Mapping) else {"": values}
    low, high = limits or (min(v.min() for v in titled.values()), max(v.max() for v in titled.values()))
    figure = pictures(titled, columns)
    for ax in figure.axes:
        for image in ax.images:
            image.set(cmap="cividis", clim=(low, high))
    drawn = [ax for ax in figure.axes if ax.images]
    bar = figure.colorbar(drawn[0].images[0], ax=figure.axes, shrink=0.8, aspect=15, pad=0.02)
    bar.set_label(label, fontsize=TEXT)
    bar.ax.tick_params(labelsize=TEXT)
    return figure


def _legend_below(figure: Picture, labels: LabelSet, ids: Sequence[int]) -> None:
    patches = _patches(labels, ids)
    columns = min(len(patches), 5)
    figure.set_figheight(figure.get_figheight() + 0.25 * math.ceil(len(patches) / columns) + 0.2)
    figure.legend(handles=patches, loc="outside lower center", ncols=columns, frameon=False, fontsize=TEXT)


def _patches(labels: LabelSet, ids: Sequence[int] | None) -> list[Patch]:
    """One patch a class, with an edge, so that a white one shows on white paper; void last."""
    patches = [
        Patch(facecolor=np.divide(labels.colors[i], 255), edgecolor="0.4", linewidth=0.6, label=labels.names[i])
        for i in (range(len(labels)) if ids is None else ids)
        if i != VOID
    ]
    if ids is not None and VOID in ids:
        void = np.divide(labels.void_color, 255)
        patches.append(Patch(facecolor=void, edgecolor="0.4", linewidth=0.6, label="void"))
    return patches
