"""Shapes that a reader knows by name: residual blocks, gates, and branches side by side."""

from __future__ import annotations

from segedu.plots.diagram.graph import Graph
from segedu.plots.diagram.steps import RESHAPING, Box, Source, Step

DEEPEST = 6
"""Most convolutions of a residual block, and most steps of a branch."""


def flatten_sums(graph: Graph) -> None:
    """Make one join of a chain of the same, as ``a + b + c`` is."""
    for number, box in graph.joins():
        sources, parts = [], []
        for source, channels in zip(box.sources, box.parts, strict=True):
            before = graph.boxes[source.box]
            if box.join == before.join in ("added", "stacked") and graph.users(source.box) == [number]:
                sources += before.sources
                parts += before.parts
                graph.remove(source.box)
            else:
                sources.append(source)
                parts.append(channels)
        box.sources, box.parts = sources, tuple(parts)


def find_blocks(graph: Graph) -> None:
    """Put residual blocks, and the gates in them, into one step each; the inner ones come first."""
    for number, box in graph.joins():
        if len(box.sources) != 2:
            continue
        (long, fork), (short, other) = sorted((graph.back(s.box) for s in box.sources), key=lambda way: -len(way[0]))
        if fork != other or not long or graph.boxes[fork].out.kind == "input":
            continue
        along, beside = graph.steps_of(long), graph.steps_of(short)
        if box.join == "added" and _is_residual(along, beside, graph.boxes[fork].out, box.out):
            _replace(graph, number, fork, [*long, *short], _block(along, box.out))
        elif box.join == "multiplied" and not short and any(step.kind == "bins" for step in along):
            _replace(graph, number, fork, long, Step("gate", box.out.shape, (), box.out.stride))


def _is_residual(along: list[Step], beside: list[Step], start: Step, out: Step) -> bool:
    """Whether a few convolutions stand beside the map itself, or beside a 1 x 1 convolution of it."""
    plain = {"conv", "gate", "other", "pool"}
    at_one_size = all(step.kind in plain and step.stride in (start.stride, out.stride) for step in [*along, *beside])
    convs = [step for step in along if step.kind == "conv"]
    shortcut = [step.kernel for step in beside if step.kind == "conv"] in ([], [1])
    return at_one_size and 1 <= len(convs) <= DEEPEST and shortcut and len(beside) <= 2


def _block(along: list[Step], out: Step) -> Step:
    convs = [step for step in along if step.kind == "conv"]
    step, dilation = max(c.step for c in convs), max(c.dilation for c in convs)
    return Step("block", out.shape, (), out.stride, step=step, dilation=dilation, parts=tuple(convs))


def _replace(graph: Graph, number: int, fork: int, inside: list[int], step: Step) -> None:
    graph.boxes[number] = Box(step, [Source(fork)], steps=[step])
    graph.remove(*inside)


def find_branches(graph: Graph) -> None:
    """Put maps that start from one, go their ways and meet again, into the box where they meet."""
    for _, box in graph.joins():
        ways = [graph.back(source.box) for source in box.sources]
        forks = {fork for _, fork in ways}
        branches = [graph.steps_of(chain) for chain, _ in ways]
        if len(forks) != 1 or not _side_by_side(branches, box):
            continue
        for chain, _ in ways:
            graph.remove(*chain)
        box.sources, box.branches = [Source(forks.pop())], branches


def _side_by_side(branches: list[list[Step]], box: Box) -> bool:
    """Three or more; or two, where none is the map itself and none leaves the size but for a pool to bins."""
    if len(branches) < 2 or max(map(len, branches)) > DEEPEST:
        return False
    stays = [{s.stride for s in steps} == {box.out.stride} for steps in branches]
    pools = [any(s.kind == "bins" for s in steps) for steps in branches]
    return len(branches) > 2 or all(map(any, zip(stays, pools, strict=True)))


def onto_lines(graph: Graph) -> None:
    """Tell a step right before a join on its line: a change of size, or one convolution of a skip."""
    for number, box in graph.joins():
        for source in box.sources:
            while _fits_on_line(graph, source.box, number):
                before = graph.boxes[source.box]
                source.via = [*before.steps, *source.via]
                graph.remove(source.box)
                source.box = before.sources[0].box


def _fits_on_line(graph: Graph, number: int, join: int) -> bool:
    box = graph.boxes[number]
    if not graph.lone(number):
        return False
    before = graph.boxes[box.sources[0].box]
    if all(step.kind in RESHAPING for step in box.steps):
        return True
    lateral = [step.kind for step in box.steps] == ["conv"] and box.out.stride == before.out.stride
    drawn = before.out.kind == "input"
    return lateral and not drawn and len(graph.users(box.sources[0].box)) > 1 and len(graph.boxes[join].sources) > 1
