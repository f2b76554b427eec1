"""What a diagram says: short lines for the drawing, sentences for those who do not see it, a table for terminals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from segedu.plots.diagram.steps import Box, Record, Source, Step


def phrases(steps: Sequence[Step], short: bool = False) -> list[str]:
    """Say what steps do, equal ones together; ``short`` leaves out what is inside of blocks."""
    runs = [list(run) for _, run in groupby(steps, key=_likeness)]
    said = [_phrase(run, short) for run in runs]
    return [phrase for phrase in said if phrase]


def _likeness(step: Step) -> tuple:
    if step.kind == "other":
        return ("other",)
    return step.kind, step.kernel, step.depthwise, step.name, tuple(part.kernel for part in step.parts)


def _phrase(run: list[Step], short: bool) -> str:
    first, last, count = run[0], run[-1], len(run)
    many = f"{count} × " if count > 1 else ""
    if first.kind == "conv":
        return f"{many}{'depthwise' if first.depthwise else 'conv'} {_square(first.kernel)}{_how(run)}"
    if first.kind == "block":
        inside = "" if short else f" of conv {', '.join(_square(part.kernel) for part in first.parts)}"
        return f"{count} residual blocks{inside}{_how(run)}" if count > 1 else f"residual block{inside}{_how(run)}"
    if first.kind == "transposed":
        return f"transposed conv {_square(first.kernel)}, × {first.step}"
    if first.kind == "pool":
        how = "" if first.step == first.kernel else f", stride {first.step}"
        return f"{first.name} pool {_square(first.kernel)}{how}"
    if first.kind == "resize":
        return f"{first.name} to {times(last.size)}"
    if first.kind == "bins":
        whole = "whole map" if first.size == (1, 1) else "bins"
        return f"{first.name} pool to {times(first.size)} {whole}".replace(" whole map", "").replace(" bins", "")
    if first.kind == "other":
        return ", ".join(dict.fromkeys(step.name.strip("_").replace("_", " ") for step in run)) if count < 4 else (
            f"{count} other operations"
        )  # fmt: skip
    words = {"cut": f"cut to {times(last.size)}", "pad": f"padded to {times(last.size)}", "gate": f"{many}gate"}
    return words.get(first.kind, f"{count} times {first.kind}" if count > 1 else first.kind)


def _how(run: list[Step]) -> str:
    stride = max(step.step for step in run)
    rates = [step.dilation for step in run]
    said = f", stride {stride}" if stride > 1 else ""
    if max(rates) > 1:
        distinct = list(dict.fromkeys(rates))
        if len(distinct) == 1:
            said += f", rate {rates[0]}"
        elif len(rates) <= 8:
            said += f", rates {' '.join(map(str, rates))}"
        else:
            said += f", rates {' '.join(map(str, distinct))}"
    return said


def _square(kernel: int) -> str:
    return f"{kernel}×{kernel}"


def times(size: tuple[int, int]) -> str:
    """Rows and columns."""
    return f"{size[0]} × {size[1]}"


def number(stride: Fraction) -> str:
    """A stride, with one digit after the point where it is not whole."""
    return str(stride.numerator) if stride.denominator == 1 else f"{float(stride):.1f}"


def doing(box: Box, short: bool = False) -> list[str]:
    """All that happens on the way into a box and in it, a phrase each."""
    main = box.main
    return [*phrases(main.via if main else [], short), *met(box), *phrases(box.steps, short)]


def met(box: Box) -> list[str]:
    """What is joined, and how many channels of each."""
    if not box.join:
        return []
    if box.join == "stacked" and box.parts:
        return [f"stacked {' + '.join(map(str, box.parts))}"]
    if box.branches:
        return [f"{len(box.branches)} {box.join}"]
    return [box.join]


def branch_lines(steps: Sequence[Step]) -> tuple[str, str]:
    """A branch in two lines: how it looks at the map, and what follows."""
    said = phrases(steps, short=True)
    if not steps:
        return "the map itself", ""
    if steps[0].kind == "bins":
        convs = "".join(f", {phrase}" for phrase in phrases([s for s in steps[1:] if s.kind != "resize"], short=True))
        spread = ", resized" if steps[-1].kind == "resize" else ""
        return said[0], f"{_channels(steps[-1])}{convs}{spread}"
    return said[0], ", ".join([_channels(steps[-1]), *said[1:]])


def _channels(step: Step) -> str:
    return f"{step.channels} ch"


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


