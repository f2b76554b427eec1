"""The staircase: from left to right as the network runs, down a stair with each coarser stride, and up again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from segedu.plots.diagram.canvas import LEAD, Canvas, Scale, wrapped
from segedu.plots.diagram.places import ARC, Place, Places
from segedu.plots.diagram.steps import Box, Source
from segedu.plots.diagram.style import FONT
from segedu.plots.diagram.words import branch_lines, drawn, phrases


class Staircase:
    """Boxes at their places, and lines between them.

    Parameters
    ----------
    boxes : list of Box
    kinds : list of str
        ``input``, ``map`` or ``score`` for each: their colours.
    side : float
        Of the largest map.
    """

    def __init__(self, boxes: Sequence[Box], kinds: Sequence[str], side: float):
        self.boxes, self.kinds = boxes, kinds
        self.canvas = Canvas(Scale([box.out for box in boxes], side))
        self.places = Places(boxes, self.canvas.scale)
        self.width, self.height = self.places.width, self.places.height
        self.ways: list[tuple[int, list[tuple[float, float]]]] = []
        for i, box in enumerate(boxes):
            self._draw_box(i, box)
            if box.branches:
                self._draw_branches(i, box)
            for lane, source in enumerate(box.sources if not box.branches else ()):
                self._connect(source, i, lane)

    @property
    def tangled(self) -> bool:
        """Whether lines from different boxes lie on each other, so that nobody could tell where they go."""
        pieces = [(start, a, b) for start, points in self.ways for a, b in pairwise(points)]
        return any(one[0] != two[0] and _share(one[1:], two[1:]) for one, two in combinations(pieces, 2))

    def _draw_box(self, i: int, box: Box) -> None:
        place = self.places.of[i]
        self.canvas.solid(place.x, place.y, box.out, self.kinds[i])
        half = self.canvas.scale.outline(box.out)[1] / 2
        for k, line in enumerate(reversed(place.above)):
            self.canvas.text(place.x + place.shift, place.y - half - 4 - LEAD * k, line, "quiet")
        for k, line in enumerate(place.below):
            self.canvas.text(place.x, place.y + half + FONT + LEAD * k, line, "ink" if k else "bold")
        if box.join:
            self.canvas.line([(place.entry + 9, place.y), (self._edge(i, -1), place.y)])
            self.canvas.sign(box.join, place.entry, place.y)

    def _edge(self, i: int, side: int) -> float:
        """Left (-1) or right (1) edge of the drawn box."""
        return self.places.of[i].x + side * (self.canvas.scale.outline(self.boxes[i].out)[0] / 2 + 1)

    def _draw_branches(self, i: int, box: Box) -> None:
        """A trunk on either side, and between them a line for each branch, with its map and its words."""
        place, fork = self.places.of[i], box.sources[0].box
        start, y = self.places.of[fork].y, place.y
        lanes = [y + down for down in self.places.lanes(box)]
        room = max(self.canvas.scale.outline(drawn(branch))[0] for branch in box.branches if branch)
        self.canvas.line([(self._edge(fork, 1), start), (place.trunk, start), (place.trunk, lanes[-1])], arrow=False)
        self.canvas.line([(place.entry, lanes[-1]), (place.entry, y + 9)])
        self.canvas.dot(place.trunk, start)
        for lane, branch in zip(lanes, box.branches, strict=True):
            begin, end = (place.trunk, lane), (place.entry - (10 if lane == y else 0), lane)
            if branch:
                middle, half = place.fan + room / 2, self.canvas.scale.outline(drawn(branch))[0] / 2 + 1
                self.canvas.line([begin, (middle - half, lane)])
                self.canvas.solid(middle, lane, drawn(branch), "map")
                begin = (middle + half, lane)
            self.canvas.line([begin, end], arrow=lane == y)
            for line, base in zip(branch_lines(branch), (lane - 4, lane + FONT), strict=True):
                if line:
                    self.canvas.text(place.fan + room + 5, base, line, "quiet", "start")

    def _connect(self, source: Source, i: int, lane: int) -> None:
        kind = "way" if source is self.boxes[i].main else "skip"
        points = self._way(source.box, i, lane)
        self.ways.append((source.box, points))
        self.canvas.line(points, kind)
        if kind == "skip" and source.via:
            self._label(points, source)

    def _way(self, start: int, end: int, lane: int) -> list[tuple[float, float]]:
        """Out of a box at its right, and into another at its left, or into its sign, from above, below or the left."""
        a, b = self.places.of[start], self.places.of[end]
        join = bool(self.boxes[end].join)
        begin, goal = (self._edge(start, 1), a.y), (b.entry - 10 if join else self._edge(end, -1), b.y)
        if (start, end) in self.places.arcs:
            over, first = self.places.ceiling[b.row] + ARC * lane, self._gutter_after(start)
            arc = [begin, (first, a.y), (first, over), (b.entry, over)]
            return [*arc, (b.entry, b.y - 9)] if join else [*arc, (b.entry, b.y), goal]
        if a.y == b.y:
            return [begin, goal]
        if self.places.clear(a.row, start, end):
            turn = [begin, (b.entry, a.y)]
            return [*turn, (b.entry, b.y + (9 if a.y > b.y else -9))] if join else [*turn, (b.entry, b.y), goal]
        first = self._gutter_after(start)
        return [begin, (first, a.y), (first, b.y), goal]

    def _gutter_after(self, i: int) -> float:
        after: Place = self.places.of[i + 1]
        return after.trunk or after.entry

    def _label(self, points: list[tuple[float, float]], source: Source) -> None:
        """What is done on the way, above the longest level piece."""
        level = [(a, b) for a, b in pairwise(points) if a[1] == b[1]]
        (x0, y), (x1, _) = max(level, key=lambda piece: abs(piece[1][0] - piece[0][0]))
        lines = [line for phrase in phrases(source.via, short=True) for line in wrapped(phrase, abs(x1 - x0) - 34)]
        for k, line in enumerate(reversed(lines)):
            self.canvas.text(x1 - 8, y - 5 - LEAD * k, line, "skip-text", "end")


def _share(one: tuple[tuple[float, float], ...], two: tuple[tuple[float, float], ...]) -> bool:
    """Whether two level pieces, or two upright ones, lie on each other for more than a few units."""
    for along, across in ((0, 1), (1, 0)):
        if all(abs(point[across] - one[0][across]) < 1 for point in (*one, *two)):
            (a, b), (c, d) = (sorted(point[along] for point in piece) for piece in (one, two))
            return min(b, d) - max(a, c) > 4
    return False
