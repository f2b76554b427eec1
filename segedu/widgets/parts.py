"""Pieces that the explorers share."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
import numpy as np

from segedu.labels import LabelSet
from segedu.plots import arrays

WIDTH = 384
"""Pixels on the screen that a picture is enlarged to, about."""


def image() -> widgets.Image:
    """Make a place for a picture, shown at the picture's own size and never stretched."""
    return widgets.Image(format="png", layout=widgets.Layout(max_width="100%", align_self="flex-start"))


def png(image: np.ndarray) -> bytes:
    """Encode a picture as PNG, enlarged by a whole factor to about `WIDTH` pixels."""
    return arrays.png(image, enlarge=max(round(WIDTH / image.shape[1]), 1))


def row(children: list[widgets.Widget]) -> widgets.HBox:
    """Lay out children in a row that breaks on a narrow screen."""
    return widgets.HBox(children, layout=widgets.Layout(flex_flow="row wrap", grid_gap="8px"))


def swatch(labels: LabelSet, index: int, name: bool = True) -> str:
    """Draw a small square in the class's colour, and its name."""
    square = (
        f'<span style="display:inline-block;width:1em;height:1em;border:1px solid #666;vertical-align:-0.1em;'
        f'background:rgb{labels.colors[index]}"></span>'
    )
    return f"{square} {escape(labels.names[index])}" if name else square
