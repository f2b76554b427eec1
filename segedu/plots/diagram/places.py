"""Where things stand in a staircase: a column for each box, a row for each stride."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segedu.plots.diagram.canvas import LEAD, Scale, width_of, wrapped
from segedu.plots.diagram.steps import Box
from segedu.plots.diagram.words import branch_lines, doing, drawn, number, times

GUTTER, BEFORE_SIGN = 12.0, 27.0
"""Room before a column, and before one whose box begins with a sign."""

LEAST = 58.0
"""Room for the words above a box, if the box itself is narrower."""

SPARE = 18.0
"""How far words above a box may reach over its column, where there is no line."""

ARC = 10.0
"""From one arc over a row to the next."""


@dataclass
class Place:
    """Where a box is drawn, and what stands above and below it.

    Attributes
    ----------
    row : int
    above, below : list of str
    x, y : float
        Middle of the box.
    entry : float
        Where lines come up or down to it; a sign is there.
    shift : float
        Of the words above, to a side where there is room.
    trunk, fan : float
        The same for its branches, if there are any, and where their column begins.
    """

    row: int
    above: list[str]
    below: list[str]
    x: float = 0.0
    y: float = 0.0
    entry: float = 0.0
    shift: float = 0.0
    trunk: float = 0.0
    fan: float = 0.0


class Places:
    """The places of all boxes, and which lines have to go around.

    Columns hold one box each, and lines go up and down between columns only. So a row needs room below another only for
    what is above its own boxes; where arcs run over it, they have to be below all that the rows before say.

    Attributes
    ----------
    of : list of Place
    arcs : set of (int, int)
        Lines from box to box that can go along no row.
    ceiling : list of float
        Where the arcs over each row begin.
    width, height : float
    """

    def __init__(self, boxes: Sequence[Box], scale: Scale):
        self.boxes, self.scale = boxes, scale
        strides = sorted({box.out.stride for box in boxes})
        self.of = [self._words(box, strides.index(box.out.stride)) for box in boxes]
        ways = [(source.box, i) for i, box in enumerate(boxes) if not box.branches for source in box.sources]
        self.arcs = {
            (a, b) for a, b in ways if not (self.clear(self.of[a].row, a, b) or self.clear(self.of[b].row, a, b))
        }
        self.width = self._set_columns()
        self.ceiling: list[float] = []
        self.height = self._set_rows(len(strides))

    def clear(self, row: int, start: int, end: int) -> bool:
        """Whether a line along a row, from one box to another, meets nothing: all between is on lower rows."""
        return all(self.of[i].row > row for i in range(start + 1, end + 1) if i < end or self.boxes[i].branches)

    def lanes(self, box: Box) -> list[float]:
        """How far below its row each branch of a box is."""
        tall = [self.scale.outline(drawn(branch))[1] for branch in box.branches if branch]
        pitch = max(max(tall) + 6, 2 * LEAD + 6)
        return [k * pitch for k in range(len(box.branches))]

    def _words(self, box: Box, row: int) -> Place:
        out = box.out
        said = doing(box, short=True) if box.sources else ["picture"]
        room = max(self.scale.outline(out)[0], LEAST)
        size = [times(out.size).replace(" ", "")] if out.is_map else []
        below = [f"{out.channels} ch", *size, f"stride {number(out.stride)}"]
        return Place(row, [line for phrase in said for line in wrapped(phrase, room)], below)

    def _set_columns(self) -> float:
        x = 4.0
        for i, (box, place) in enumerate(zip(self.boxes, self.of, strict=True)):
            if box.branches:
                place.trunk, place.fan = x + GUTTER / 2, x + GUTTER
                x = place.fan + self._fan_width(box)
            gutter = 0 if not box.sources else BEFORE_SIGN if box.join else GUTTER
            place.entry = x + (gutter - 12 if box.join else gutter / 2)
            above = max(map(width_of, place.above))
            spare = SPARE if (side := self._free_side(i)) else 0
            below = max(width_of(line, bold=k == 0) for k, line in enumerate(place.below))
            room = max(self.scale.outline(box.out)[0], below, above - spare)
            place.x, x = x + gutter + room / 2, x + gutter + room
            place.shift = side * max(above - room, 0) / 2
        return x + 4

    def _free_side(self, i: int) -> int:
        """Where no line goes up beside what stands above a box: right (1) on the way down, left (-1) on the way up."""
        row, arcs = self.of[i].row, {end for way in self.arcs for end in way}
        before, after = (self.of[k].row if 0 <= k < len(self.of) else row for k in (i - 1, i + 1))
        if i in arcs or any(box.branches for box in self.boxes[i : i + 2]):
            return 0
        return 1 if before <= row < after else -1 if before > row and i < len(self.of) - 1 else 0

    def _fan_width(self, box: Box) -> float:
        widest = max(self.scale.outline(drawn(branch))[0] for branch in box.branches if branch)
        return widest + 8 + max(width_of(line) for branch in box.branches for line in branch_lines(branch))

    def _set_rows(self, count: int) -> float:
        y, foot = 0.0, 4.0
        for row in range(count):
            inside = [i for i, place in enumerate(self.of) if place.row == row]
            arcs = [len(self.boxes[i].sources) for i in inside if any(way[1] == i for way in self.arcs)]
            start = foot + LEAD if arcs else y
            self.ceiling.append(start)
            y = start + ARC * max(arcs, default=0) + max(self._head(i) for i in inside) + 8
            for i in inside:
                self.of[i].y = y
                foot = max(foot, y + self._foot(i))
        return foot

    def _head(self, i: int) -> float:
        return self.scale.outline(self.boxes[i].out)[1] / 2 + LEAD * len(self.of[i].above)

    def _foot(self, i: int) -> float:
        under = self.scale.outline(self.boxes[i].out)[1] / 2 + LEAD * len(self.of[i].below) + 6
        return max(under, self.lanes(self.boxes[i])[-1] + 18) if self.boxes[i].branches else under
