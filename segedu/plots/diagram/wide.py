"""The staircase: from left to right as the network runs, down a stair with each coarser stride, and up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from segedu.plots.diagram.canvas import FONT, LEAD, Canvas, Scale, width_of, wrapped
from segedu.plots.diagram.steps import Box, Source, Step
from segedu.plots.diagram.words import branch_lines, doing, number, phrases, times

GUTTER, BEFORE_SIGN = 15.0, 32.0
LANE = 10.0


@dataclass
class Place:
    """Where a box is drawn, and what stands above and below it.

    ``left`` and ``right`` are those of its column, ``entry`` is where lines come up or down to it; ``trunk`` is the
    same for its branches, if there are any, whose column begins at ``fan``.
    """

    row: int
    above: list[str]
    below: list[str]
    x: float = 0.0
    left: float = 0.0
    right: float = 0.0
    entry: float = 0.0
    trunk: float = 0.0
    fan: float = 0.0
    lanes: list[float] = field(default_factory=list)


class Staircase:
    """Places of boxes, then lines between them.

    Parameters
    ----------
    boxes : list of Box
    kinds : list of str
        ``input``, ``map`` or ``score`` for each: their colours.
    side : float
        Of the largest map.
    """

    def __init__(self, boxes: Sequence[Box], kinds: Sequence[str], side: float = 62.0):
        self.boxes, self.kinds = boxes, kinds
        self.canvas = Canvas(Scale([box.out for box in boxes], side))
        strides = sorted({box.out.stride for box in boxes})
        self.places = [_place(box, strides.index(box.out.stride), self.canvas.scale) for box in boxes]
        self.arcs = {(s.box, i) for i, box in enumerate(boxes) for s in box.sources if not self._direct(s.box, i)}
        self.width = self._columns()
        self.level, self.ceiling, self.height = self._rows(len(strides))
        for i, box in enumerate(boxes):
            self._draw_box(i, box)
            if box.branches:
                self._draw_branches(i, box)
            for lane, source in enumerate(box.sources if not box.branches else ()):
                self._connect(source, i, lane)

    # ---- places

    def _columns(self) -> float:
        x = 4.0
        for box, place in zip(self.boxes, self.places, strict=True):
            if box.branches:
                place.trunk, place.fan = x + GUTTER / 2, x + GUTTER
                x = place.fan + self._fan_width(box)
            gutter = 0 if not box.sources else BEFORE_SIGN if box.join else GUTTER
            place.entry = x + (gutter - 13 if box.join else gutter / 2)
            texts = [width_of(line, bold=line == place.below[0]) for line in [*place.above, *place.below]]
            room = max(self.canvas.scale.outline(box.out)[0], *texts)
            place.left, place.right = x + gutter, x + gutter + room
            place.x, x = x + gutter + room / 2, x + gutter + room
        return x + 4

    def _fan_width(self, box: Box) -> float:
        drawn = [self.canvas.scale.outline(_drawn(branch))[0] for branch in box.branches if branch]
        lines = [line for branch in box.branches for line in branch_lines(branch)]
        return max(drawn) + 8 + max(map(width_of, lines))

    def _rows(self, count: int) -> tuple[list[float], list[float], float]:
        level, ceiling, y = [], [], 2.0
        for row in range(count):
            inside = [(b, p) for b, p in zip(self.boxes, self.places, strict=True) if p.row == row]
            over = max((len(b.sources) for i, b in enumerate(self.boxes) if self.places[i].row == row and any(
                (s.box, i) in self.arcs for s in b.sources)), default=0)  # fmt: skip
            half = [self.canvas.scale.outline(b.out)[1] / 2 for b, _ in inside]
            head = max(h + LEAD * len(p.above) for h, (_, p) in zip(half, inside, strict=True)) + 4
            ceiling.append(y + (LANE + LEAD if over else 0))
            y = ceiling[-1] + LANE * over + head
            level.append(y)
            y += max(h + LEAD * len(p.below) for h, (_, p) in zip(half, inside, strict=True)) + 9
        bottom = max((level[p.row] + self._lanes(b)[-1] + 22 for b, p in zip(self.boxes, self.places, strict=True)
                      if b.branches), default=0)  # fmt: skip
        return level, ceiling, max(y, bottom)

    def _lanes(self, box: Box) -> list[float]:
        """How far below the row each branch is."""
        tall = [self.canvas.scale.outline(_drawn(branch))[1] for branch in box.branches if branch]
        pitch = max(max(tall) + 6, 2 * LEAD + 6)
        return [k * pitch for k in range(len(box.branches))]

    def _direct(self, start: int, end: int) -> bool:
        """Whether a line can go along the row of its start or of its end."""
        return self._clear(self.places[start].row, start, end) or self._clear(self.places[end].row, start, end)

    def _clear(self, row: int, start: int, end: int) -> bool:
        between = range(start + 1, end)
        fans = [i for i in range(start + 1, end + 1) if self.boxes[i].branches]
        return all(self.places[i].row != row for i in between) and all(self.places[i].row > row for i in fans)

    # ---- drawing

    def _draw_box(self, i: int, box: Box) -> None:
        place, y = self.places[i], self.level[self.places[i].row]
        self.canvas.solid(place.x, y, box.out, self.kinds[i])
        half = self.canvas.scale.outline(box.out)[1] / 2
        for k, line in enumerate(reversed(place.above)):
            self.canvas.text(place.x, y - half - 4 - LEAD * k, line, "quiet")
        for k, line in enumerate(place.below):
            kind = "bold" if k == 0 else "ink"
            self.canvas.text(place.x, y + half + FONT + LEAD * k, line, kind)
        if box.join:
            self.canvas.line([(place.entry + 9, y), (self._edge(i, -1), y)])
            self.canvas.sign(box.join, place.entry, y)

    def _edge(self, i: int, side: int) -> float:
        """Left (-1) or right (1) edge of the drawn box."""
        return self.places[i].x + side * (self.canvas.scale.outline(self.boxes[i].out)[0] / 2 + 1)

    def _draw_branches(self, i: int, box: Box) -> None:
        place, y = self.places[i], self.level[self.places[i].row]
        fork = box.sources[0].box
        start = self.level[self.places[fork].row]
        room = max(self.canvas.scale.outline(_drawn(branch))[0] for branch in box.branches if branch)
        self.canvas.line([(self._edge(fork, 1), start), (place.trunk, start)], arrow=False)
        for down, branch in zip(self._lanes(box), box.branches, strict=True):
            lane = y + down
            to_sign = [(place.entry, lane), (place.entry, y + 9)] if down else [(place.entry - 9, y)]
            begin = [(place.trunk, start), (place.trunk, lane)]
            upper, lower = branch_lines(branch)
            if branch:
                width = self.canvas.scale.outline(_drawn(branch))[0]
                middle = place.fan + room / 2
                self.canvas.line([*begin, (middle - width / 2 - 1, lane)])
                self.canvas.solid(middle, lane, _drawn(branch), "map")
                self.canvas.line([(middle + width / 2 + 1, lane), *to_sign])
            else:
                self.canvas.line([*begin, *to_sign])
            self.canvas.text(place.fan + room + 5, lane - 4, upper, "quiet", "start")
            if lower:
                self.canvas.text(place.fan + room + 5, lane + FONT, lower, "quiet", "start")
        self.canvas.dot(place.trunk, start)

    def _connect(self, source: Source, i: int, lane: int) -> None:
        box, place = self.boxes[i], self.places[i]
        y0, y1 = self.level[self.places[source.box].row], self.level[place.row]
        begin, first = (self._edge(source.box, 1), y0), self._gutter_after(source.box)
        kind = "skip" if source is not box.main else "way"
        goal = (place.entry - 10, y1) if box.join else (self._edge(i, -1), y1)
        if (source.box, i) in self.arcs:
            over = self.ceiling[place.row] + LANE * lane
            end = [(place.entry, y1 - 9)] if box.join else [(place.entry, y1), goal]
            points = [begin, (first, y0), (first, over), (place.entry, over), *end]
        elif y0 == y1:
            points = [begin, goal]
        elif self._clear(self.places[source.box].row, source.box, i):
            end = (place.entry, y1 + (9 if y0 > y1 else -9))
            points = [begin, (place.entry, y0), end] if box.join else [begin, (place.entry, y0), (place.entry, y1), goal]
        else:
            points = [begin, (first, y0), (first, y1), goal]
        self.canvas.line(points, kind)
        if kind == "skip" and source.via:
            self._label(points, source)

    def _gutter_after(self, i: int) -> float:
        after = self.places[i + 1]
        return after.trunk or after.entry

    def _label(self, points: list[tuple[float, float]], source: Source) -> None:
        """What is done on the way, above the longest level piece."""
        level = [(a, b) for a, b in zip(points, points[1:], strict=False) if a[1] == b[1]]
        (x0, y), (x1, _) = max(level, key=lambda piece: abs(piece[1][0] - piece[0][0]))
        lines = [line for phrase in phrases(source.via, short=True) for line in wrapped(phrase, abs(x1 - x0) - 34)]
        for k, line in enumerate(reversed(lines)):
            self.canvas.text(x1 - 8, y - 5 - LEAD * k, line, "skip-text", "end")


def _place(box: Box, row: int, scale: Scale) -> Place:
    out = box.out
    size = [times(out.size)] if out.is_map else []
    below = [f"{out.channels} ch", *size, f"stride {number(out.stride)}"]
    room = max(scale.outline(out)[0], 64)
    above = [line for phrase in doing(box, short=True) for line in wrapped(phrase, room)] if box.sources else ["picture"]
    return Place(row, above, below)


def _drawn(branch: list[Step]) -> Step:
    """What of a branch is drawn: its bins, or else what comes out of it."""
    return next((step for step in branch if step.kind == "bins"), branch[-1])
