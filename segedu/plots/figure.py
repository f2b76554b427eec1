"""The page's figure: one width, one resolution, white paper."""

from __future__ import annotations

import io

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

WIDTH = 7.5
"""Inches. All figures are as wide as the text, so that letters have the same size in each."""

DPI = 144
"""Twice the pixels of the text column, for sharp letters on fine screens."""


class Picture(Figure):
    """A Matplotlib figure that a notebook shows once.

    It does not belong to pyplot: nothing is shown twice, and no window or memory is left behind.
    """

    def __init__(self, height: float, *, layout: str = "constrained") -> None:
        super().__init__(figsize=(WIDTH, height), dpi=DPI, layout=layout, facecolor="white")

    def _repr_png_(self) -> bytes:
        """Render the figure as PNG at full width, less the empty paper above and below."""
        self.draw_without_rendering()  # lets the layout find its places
        drawn = self.get_tightbbox().padded(0.05)
        file = io.BytesIO()
        self.savefig(file, format="png", bbox_inches=Bbox([[0, drawn.y0], [WIDTH, drawn.y1]]))
        return file.getvalue()
