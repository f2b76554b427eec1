"""From all steps of a network to as many boxes as a picture can bear."""

from __future__ import annotations

from collections import Counter

from segedu.plots.diagram.graph import Graph
from segedu.plots.diagram.patterns import find_blocks, find_branches, flatten_sums, onto_lines
from segedu.plots.diagram.steps import Box, Record, Source, Step


def grouped(record: Record, most: int = 20) -> list[Box]:
    """Put steps at one size together.

    Parameters
    ----------
    record : Record
    most : int
        More boxes than these are put together wherever their stride is one, joins and all.

    Returns
    -------
    list of Box
        In the order in which they are computed; `Source.box` counts in it.
    """
    graph = Graph(record)
    flatten_sums(graph)
    find_blocks(graph)
    find_branches(graph)
    onto_lines(graph)
    _merge_chains(graph)
    if _weight(graph) > most:
        _merge_chains(graph, at_any_width=True)
    if _weight(graph) > most:
        _merge_sizes(graph, most)
    return _numbered(graph)


def _merge_chains(graph: Graph, at_any_width: bool = False) -> None:
    for number in list(graph.boxes):
        box = graph.boxes[number]
        if len(box.sources) != 1 or box.join or box.branches or box.sources[0].via:
            continue
        before = box.sources[0].box
        first = graph.boxes[before]
        if first.out.kind == "input" or graph.users(before) != [number]:
            continue
        if first.out.stride == box.steps[0].stride and (at_any_width or not _starts_anew(first, box.steps[0])):
            graph.absorb(before, number)


def _starts_anew(box: Box, step: Step) -> bool:
    """Whether a step at the same size says something new: other channels by other filters, or filters after scores."""
    if step.kind in ("bins", "pad"):
        return box.out.kind != step.kind
    layers = [s for s in box.steps if s.kind in ("conv", "block")]
    if not layers or step.kind not in ("conv", "block") or layers[-1].depthwise or step.depthwise:
        return False
    last = layers[-1]
    if step.kind == last.kind == "conv" and step.kernel > last.kernel == 1:
        return True
    return step.channels != box.out.channels and (step.kernel == 1 or (step.kind, step.kernel) != ("conv", last.kernel))


def _merge_sizes(graph: Graph, most: int) -> None:
    """Make one box of what follows on each other at one stride, unless a way leads around; most boxes first."""
    strides = Counter(box.out.stride for box in graph.boxes.values() for _ in range(_room(box)))
    for stride, _ in strides.most_common():
        if _weight(graph) <= most:
            return
        while any(_merge_into(graph, n) for n, box in list(graph.boxes.items()) if box.out.stride == stride):
            pass


def _weight(graph: Graph) -> int:
    return sum(map(_room, graph.boxes.values()))


def _room(box: Box) -> int:
    """How much of a drawing a box takes, with its branches and lines."""
    return 1 + (len(box.branches) + len(box.sources)) // 2


def _merge_into(graph: Graph, number: int) -> bool:
    box = graph.boxes[number]
    for source in box.sources:
        before = graph.boxes[source.box]
        near = before.out.stride == box.out.stride and before.out.kind != "input"
        if near and not graph.reaches(source.box, number, direct=False):
            _fuse(graph, source.box, number)
            return True
    return False


def _fuse(graph: Graph, first: int, second: int) -> None:
    """One box of two; what joined in the second becomes a step of it, and others that used the first use it."""
    a, b = graph.boxes[first], graph.boxes[second]
    rest = [source for source in b.sources if source.box != first]
    own = [s for source in b.sources if source.box == first for s in source.via]
    b.steps = [*a.steps, *own, *(s for branch in b.branches for s in branch), *_told(b), *b.steps]
    b.sources, b.join, b.branches, b.parts = [*a.sources], a.join, a.branches, a.parts
    known = {source.box for source in b.sources}
    b.sources += [source for source in rest if source.box not in known]
    if len(b.sources) > 1 and not b.join:
        b.join, b.parts = "combined", ()
    for box in graph.boxes.values():
        for source in box.sources:
            source.box = second if source.box == first else source.box
        ways = {(source.box, *source.via): source for source in box.sources}
        if len(ways) == 1 < len(box.sources):
            box.steps, box.join = [*_told(box), *box.steps], ""
        box.sources = list(ways.values())
    graph.remove(first)
    graph.boxes = dict(_sorted(graph))


def _told(box: Box) -> list[Step]:
    """A join inside of a box, as a step."""
    return [Step(box.join, box.out.shape, (), box.out.stride)] if box.join else []


def _sorted(graph: Graph) -> list[tuple[int, Box]]:
    """Sources before what they lead to, else in the order of the record."""
    done: dict[int, Box] = {}
    while len(done) < len(graph.boxes):
        ready = (n for n, b in graph.boxes.items() if n not in done and all(s.box in done for s in b.sources))
        number = min(ready)
        done[number] = graph.boxes[number]
    return list(done.items())


def _numbered(graph: Graph) -> list[Box]:
    ordered = _sorted(graph)
    new = {old: place for place, (old, _) in enumerate(ordered)}
    for _, box in ordered:
        box.sources = [Source(new[source.box], source.via) for source in box.sources]
    return [box for _, box in ordered]
