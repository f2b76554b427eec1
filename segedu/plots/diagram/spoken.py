"""A diagram without a drawing: sentences for those who do not see it, a table for terminals."""

from __future__ import annotations

from collections.abc import Sequence

from segedu.plots.diagram.steps import Box, Record, Source, Step
from segedu.plots.diagram.words import doing, number, phrases, times


def alternative(record: Record, boxes: Sequence[Box], name: str) -> str:
    """All that the drawing shows, in sentences."""
    picture, answer = boxes[0].out, boxes[-1].out
    said = [
        f"Diagram of {name} in {len(boxes)} boxes, drawn from one run of the network.",
        f"Box 1: the picture, {_map(picture)}.",
        *(_sentence(boxes, place) for place in range(1, len(boxes))),
        f"The answer has {_map(answer)}.",
    ]
    if record.left_out:
        said.append(f"The network gives {', '.join(record.left_out)} as well, which is not drawn.")
    return " ".join(said)


def _sentence(boxes: Sequence[Box], place: int) -> str:
    box = boxes[place]
    gives = f"{_map(box.out)}, stride {number(box.out.stride)}"
    then = "".join(f", then {phrase}" for phrase in phrases(box.steps))
    if box.branches:
        ways = "; ".join(", ".join(phrases(branch)) or "the map itself" for branch in box.branches)
        count = len(box.branches)
        return (
            f"Box {place + 1}: from box {box.sources[0].box + 1} go {count} branches ({ways}), which are {box.join}"
            f"{then}: {gives}."
        )
    if box.join:
        ways = " and ".join(_incoming(source) for source in sorted(box.sources, key=lambda s: -s.box))
        return f"Box {place + 1}: {ways} are {box.join}{then}: {gives}."
    return f"Box {place + 1}: from box {box.sources[0].box + 1} by {', then '.join(doing(box))}: {gives}."


def _incoming(source: Source) -> str:
    via = ", ".join(phrases(source.via))
    return f"the map of box {source.box + 1}" + (f" (after {via})" if via else "")


def _map(step: Step) -> str:
    if not step.is_map:
        return f"numbers of shape {' × '.join(map(str, step.shape))}"
    return f"{step.channels} channels of {times(step.size)}"


def table(record: Record, boxes: Sequence[Box]) -> str:
    """One row a box: number, channels, size, stride, where it comes from, what is done."""
    rows = [("box", "channels", "size", "stride", "from", "what is done")]
    for place, box in enumerate(boxes):
        size = times(box.out.size) if box.out.is_map else "-"
        sources = ", ".join(str(source.box + 1) for source in sorted(box.sources, key=lambda s: -s.box)) or "-"
        rows.append((str(place + 1), str(box.out.channels), size, number(box.out.stride), sources, _done(box)))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    lines = ["  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=False)) + f"  {row[5]}" for row in rows]
    return "\n".join([f"{record.name}, {len(record.steps)} steps in {len(boxes)} boxes", *lines])


def _done(box: Box) -> str:
    if not box.sources:
        return "the picture"
    ways = [f"[{', '.join(phrases(branch)) or 'the map itself'}]" for branch in box.branches]
    skips = [f"skip from {s.box + 1}: {', '.join(phrases(s.via))}" for s in box.skips if s.via]
    return ", ".join([*ways, *doing(box), *(f"({skip})" for skip in skips)])
