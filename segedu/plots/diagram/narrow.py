"""The list: a row for each box, from top to bottom, with its words beside it; skips are brackets at the left."""

from __future__ import annotations

from collections.abc import Sequence

from segedu.plots.diagram.canvas import LEAD, Canvas, Scale, wrapped
from segedu.plots.diagram.steps import Box
from segedu.plots.diagram.style import FONT
from segedu.plots.diagram.words import branch_lines, doing, drawn, number, phrases, times

WIDTH, WORDS = 350.0, 200.0
"""Of the whole, which is that of a phone, unless there are so many brackets that the words do not fit."""

LANE = 9.0


class Column:
    """Places of boxes below each other, then lines between them; parameters as of `Staircase`."""

    def __init__(self, boxes: Sequence[Box], kinds: Sequence[str], side: float = 50.0):
        self.boxes, self.kinds = boxes, kinds
        shown = [*(box.out for box in boxes), *(drawn(way) for box in boxes for way in box.branches if way)]
        self.canvas = Canvas(Scale([box.out for box in boxes], side))
        self.lanes = _lanes(boxes)
        half = max(self.canvas.scale.outline(step)[0] for step in shown) / 2
        fan = max((self.canvas.scale.outline(drawn(w))[0] / 2 + 14 for b in boxes for w in b.branches if w), default=0)
        self.reach = max(half, fan)
        self.x = 6 + LANE * (1 + max(self.lanes.values(), default=-1)) + 8 + self.reach
        self.text = self.x + self.reach + 12
        self.width = max(WIDTH, self.text + WORDS)
        self.level: list[float] = []
        self.height = self._draw()

    def _draw(self) -> float:
        y = 6.0
        for i, box in enumerate(self.boxes):
            if box.branches:
                y = self._draw_branches(i, box, y + 6)
            if box.join:
                y += 22
                self.canvas.sign(box.join, self.x, y)
                joint = y
                y += 9
            lines = self._lines(box)
            tall = self.canvas.scale.outline(box.out)[1]
            before, y = y, y + (13 if i else 0)
            middle = y + max(tall, LEAD * len(lines)) / 2
            self.level.append(middle)
            self.canvas.solid(self.x, middle, box.out, self.kinds[i])
            self._write(lines, middle)
            top = middle - tall / 2 - 1
            if box.join:
                self.canvas.line([(self.x, before), (self.x, top)])
            self._connect(i, box, joint if box.join else None, top)
            y = middle + max(tall, LEAD * len(lines)) / 2
        return y + 6

    def _lines(self, box: Box) -> list[str]:
        out = box.out
        size = f"{times(out.size)}, " if out.is_map else ""
        said = doing(box) if box.sources else ["picture"]
        for skip in (s for s in box.skips if s.via):
            said.append(f"skip from stride {number(self.boxes[skip.box].out.stride)}: {', '.join(phrases(skip.via))}")
        below = [line for phrase in said for line in wrapped(phrase, self.width - self.text - 4)]
        return [f"{out.channels} ch, {size}stride {number(out.stride)}", *below]

    def _write(self, lines: list[str], middle: float) -> None:
        y = middle - LEAD * len(lines) / 2 + FONT - 1
        for k, line in enumerate(lines):
            self.canvas.text(self.text, y + LEAD * k, line, "quiet" if k else "bold", "start")

    def _edge(self, i: int, down: bool = True) -> float:
        return self.level[i] + (1 if down else -1) * (self.canvas.scale.outline(self.boxes[i].out)[1] / 2 + 1)

    def _connect(self, i: int, box: Box, joint: float | None, top: float) -> None:
        for source in box.sources if not box.branches else ():
            if (source.box, i) not in self.lanes:
                end = top if joint is None else joint - 9
                self.canvas.line([(self.x, self._edge(source.box)), (self.x, end)])
                continue
            kind = "way" if source is box.main else "skip"
            bend = self._bend(source.box, i)
            start = [(self._side(source.box), self.level[source.box]), (bend, self.level[source.box])]
            if joint is None:
                self.canvas.line([*start, (bend, top - 8), (self.x, top - 8), (self.x, top)], kind)
            else:
                self.canvas.line([*start, (bend, joint), (self.x - 10, joint)], kind)

    def _bend(self, start: int, end: int) -> float:
        return self.x - self.reach - 8 - LANE * self.lanes[start, end]

    def _side(self, i: int) -> float:
        return self.x - self.canvas.scale.outline(self.boxes[i].out)[0] / 2 - 1

    def _draw_branches(self, i: int, box: Box, y: float) -> float:
        """Branches from a trunk at the left to one at the right, and from there to the sign; returns where they end."""
        scale, fork = self.canvas.scale, box.sources[0].box
        widest = max(scale.outline(drawn(branch))[0] for branch in box.branches if branch) / 2
        pitch = max(max(scale.outline(drawn(b))[1] for b in box.branches if b) + 6, 2 * LEAD + 4)
        left, right = self.x - widest - 12, self.x + widest + 9
        begin = [(self.x, self._edge(fork)), (self.x, y + 2), (left, y + 2)]
        if (fork, i) in self.lanes:
            bend = self._bend(fork, i)
            begin = [(self._side(fork), self.level[fork]), (bend, self.level[fork]), (bend, y + 2), (left, y + 2)]
        lanes = [y + 4 + pitch * (k + 0.5) for k in range(len(box.branches))]
        sign = lanes[-1] + pitch / 2 + 22
        self.canvas.line([*begin, (left, lanes[-1])], arrow=False)
        self.canvas.line([(right, lanes[0]), (right, sign), (self.x + 10, sign)])
        for lane, branch in zip(lanes, box.branches, strict=True):
            start = left
            if branch:
                half = scale.outline(drawn(branch))[0] / 2 + 1
                self.canvas.line([(left, lane), (self.x - half, lane)])
                self.canvas.solid(self.x, lane, drawn(branch), "map")
                start = self.x + half
            self.canvas.line([(start, lane), (right, lane)], arrow=False)
            upper, lower = branch_lines(branch)
            for line, base in ((upper, lane - 2 if lower else lane + 4), (lower, lane - 2 + LEAD)):
                if line:
                    self.canvas.text(self.text, base, line, "quiet", "start")
        return lanes[-1] + pitch / 2


def _lanes(boxes: Sequence[Box]) -> dict[tuple[int, int], int]:
    """How far to the left the bracket of each line is that does not come from the box before; short ones are inside."""
    ways = {(s.box, i) for i, box in enumerate(boxes) for s in box.sources if s.box != i - 1}
    lanes: dict[tuple[int, int], int] = {}
    for start, end in sorted(ways, key=lambda way: (way[1] - way[0], way)):
        taken = {lane for (a, b), lane in lanes.items() if a < end and start < b}
        lanes[start, end] = next(lane for lane in range(len(ways)) if lane not in taken)
    return lanes
