"""Small line charts as inline SVG, drawn in the colours of the page, light or dark."""

from __future__ import annotations

import io
import re
from html import escape

import matplotlib
from matplotlib.figure import Figure

# Matplotlib wants real colours: each of these stands for a colour of the page and is replaced in the SVG.
INK, LINE = "#010203", "#040506"
THEME = {INK: "currentColor", LINE: "var(--pst-color-primary)"}


def curve_svg(x: list[float], y: list[float], title: str, name: str, points: bool = False) -> str:
    """A line chart of ``y`` over training steps ``x`` as one ``<svg>`` element.

    Parameters
    ----------
    x, y : list of float
        Steps and values; same length, at least one.
    title : str
        What is drawn, above the chart and in its text alternative.
    name : str
        Prefix of the ids in the SVG: must be unique on the page.
    points : bool
        Mark the single values, for curves of few.
    """
    style = {"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 9, "axes.titlesize": 10}
    style |= dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK)
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(4.0, 2.5), layout="constrained")
        axes = figure.add_subplot()
        axes.plot(x, y, color=LINE, lw=1.6, marker="o" if points else None, ms=3.5)
        axes.set_title(title, loc="left")
        axes.set_xlabel("step")
        axes.grid(axis="y", color=INK, alpha=0.15)
        axes.spines[["top", "right"]].set_visible(False)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    return for_page(buffer.getvalue(), _spoken(x, y, title), name)


def _spoken(x: list[float], y: list[float], title: str) -> str:
    return f"Line chart, {title}: {y[0]:.3g} at step {x[0]:,}, {y[-1]:.3g} at step {x[-1]:,}."


def for_page(svg: str, spoken: str, name: str) -> str:
    """Only the svg element, with a text alternative, ids of its own and the page's colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    for color, themed in THEME.items():
        svg = svg.replace(color, themed)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(spoken)}" ', 1)
