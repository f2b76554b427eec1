"""The parts of a drawing: boxes, lines, signs and text, as SVG, in colours that the page may set."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from segedu.plots.diagram.steps import Step
from segedu.plots.diagram.style import FONT, style_sheet

LEAD = 13.0
"""From one line of text to the next."""

GLUED = re.compile(r"(?<=×) | (?=×)|(?<=stride) |(?<=rate) |(?<=\d) (?=\d)|(?<=max) (?=pool)| (?=\+)|(?<=\+) ")
"""Spaces at which no line ends."""

NARROW, BROAD = set(" .,:;il'|()[]jftr"), set("mwMW×+·")


def width_of(text: str, bold: bool = False) -> float:
    """Width of a text, estimated: no font is asked, and no usual one is much wider than this."""
    units = sum(0.36 if letter in NARROW else 0.85 if letter in BROAD else 0.61 for letter in text)
    return FONT * units * (1.08 if bold else 1)


def wrapped(phrase: str, width: float) -> list[str]:
    """A text in lines no wider than ``width``, as far as its words allow; what belongs to a number stays with it."""
    lines: list[str] = []
    for word in GLUED.sub("\u00a0", phrase).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


BIN = 2.6
"""Least side of a bin."""


class Scale:
    """How large a map is drawn: its side by the square root, its thickness by the logarithm of the channels.

    A map of half the side is drawn with 0.71 of the side, so that at stride 32 there is still something to see.
    """

    def __init__(self, steps: Sequence[Step], side: float):
        self.largest, self.side = max(math.sqrt(math.prod(step.size)) for step in steps), side

    def face(self, step: Step) -> tuple[float, float]:
        """Width and height of the front; pooled maps are never too small to show their bins."""
        rows, columns = step.size
        side = self.side * math.sqrt(math.sqrt(rows * columns) / self.largest)
        side = max(side, BIN * max(step.size)) if step.kind == "bins" and max(step.size) <= 8 else side
        slim = min(max(math.sqrt(columns / rows), 0.4), 2.5)
        return side * slim, side / slim

    @staticmethod
    def depth(step: Step) -> tuple[float, float]:
        """How far the back is shifted, to the right and up."""
        thick = 1.5 + 1.5 * math.log2(max(step.channels, 1))
        return 0.8 * thick, 0.5 * thick

    def outline(self, step: Step) -> tuple[float, float]:
        """Width and height of all that is drawn."""
        return tuple(front + shift for front, shift in zip(self.face(step), self.depth(step), strict=True))


class Canvas:
    """Collects SVG, and the room that each thing takes.

    Attributes
    ----------
    texts, solids : list of (x0, y0, x1, y1)
        Of every line of text, and of every box.
    strokes : list of (x0, y0, x1, y1)
        The straight pieces of lines.
    """

    def __init__(self, scale: Scale):
        self.scale = scale
        self.parts: list[str] = []
        self.texts: list[tuple[float, float, float, float]] = []
        self.solids: list[tuple[float, float, float, float]] = []
        self.strokes: list[tuple[float, float, float, float]] = []

    def text(self, x: float, y: float, text: str, kind: str = "ink", anchor: str = "middle") -> None:
        """A line of text on the base line ``y``."""
        width = width_of(text, bold=kind == "bold")
        left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        self.texts.append((left, y - 0.75 * FONT, left + width, y + 0.2 * FONT))
        self.parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>')

    def solid(self, x: float, y: float, step: Step, kind: str) -> None:
        """A map, its outline centred on a point; pooled ones show their bins."""
        (w, h), (dx, dy) = self.scale.face(step), self.scale.depth(step)
        left, top = x - (w + dx) / 2, y - (h + dy) / 2 + dy
        self.solids.append((left, top - dy, left + w + dx, top + h))
        roof = [(left, top), (left + dx, top - dy), (left + w + dx, top - dy), (left + w, top)]
        side = [(left + w, top), (left + w + dx, top - dy), (left + w + dx, top + h - dy), (left + w, top + h)]
        self.parts.append(f'<path class="{kind}-2" d="{_path(roof)}Z"/><path class="{kind}-1" d="{_path(side)}Z"/>')
        self.parts.append(f'<rect class="{kind}-0" x="{left:.1f}" y="{top:.1f}" width="{w:.1f}" height="{h:.1f}"/>')
        if step.kind == "bins" and 1 < max(step.size) <= 8:
            rows, columns = step.size
            lines = [[(left, top + h * i / rows), (left + w, top + h * i / rows)] for i in range(1, rows)]
            lines += [[(left + w * i / columns, top), (left + w * i / columns, top + h)] for i in range(1, columns)]
            self.parts.append(f'<path class="grid" d="{"".join(map(_path, lines))}"/>')

    def line(self, points: Sequence[tuple[float, float]], kind: str = "way", arrow: bool = True) -> None:
        """A line with right angles; with an arrowhead at its end."""
        points = list(points)
        self.strokes += [(*a, *b) for a, b in pairwise(points)]
        (ax, ay), (bx, by) = points[-2:]
        far = math.hypot(bx - ax, by - ay) or 1
        ux, uy = (bx - ax) / far, (by - ay) / far
        if arrow:
            points[-1] = (bx - 5 * ux, by - 5 * uy)
            head = [
                (bx, by),
                (bx - 7 * ux - 3.2 * uy, by - 7 * uy + 3.2 * ux),
                (bx - 7 * ux + 3.2 * uy, by - 7 * uy - 3.2 * ux),
            ]
        self.parts.append(f'<path class="{kind}" d="{_path(points)}"/>')
        if arrow:
            self.parts.append(f'<path class="{kind}-head" d="{_path(head)}Z"/>')

    def dot(self, x: float, y: float) -> None:
        """Where a line parts."""
        self.parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.4"/>')

    def sign(self, join: str, x: float, y: float) -> None:
        """How maps meet: a plus or a cross in a circle, or a pile of sheets."""
        if join == "stacked":
            for shift in (3.6, 0, -3.6):
                sheet = f'x="{x - 8 - shift / 2:.1f}" y="{y - 4.5 + shift:.1f}" width="16" height="9"'
                self.parts.append(f'<rect class="sign" {sheet}/>')
            return
        self.parts.append(f'<circle class="sign" cx="{x:.1f}" cy="{y:.1f}" r="7.5"/>')
        turn = {"added": ((4.5, 0), (0, 4.5)), "multiplied": ((3.2, 3.2), (3.2, -3.2))}.get(join, ((0.8, 0), (0, 0.8)))
        bars = "".join(_path([(x - dx, y - dy), (x + dx, y + dy)]) for dx, dy in turn)
        self.parts.append(f'<path class="stroke" d="{bars}"/>')

    def svg(self, width: float, height: float, name: str, spoken: str, most: float) -> str:
        """The whole as one element, as wide as there is room and at most ``most`` pixels."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" viewBox="0 0 {width:.0f} {height:.0f}" '
            f'role="img" aria-label="{escape(spoken)}" style="max-width: {most:.0f}px">{"".join(self.parts)}</svg>'
        )

    def file(self, width: float, height: float, spoken: str) -> str:
        """The whole as a file of its own, in light colours."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(spoken)}">'
            f'<style>{style_sheet()}</style><g class="segedu-diagram"><rect class="ground" width="100%" height="100%"/>'
            f"{''.join(self.parts)}</g></svg>"
        )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
