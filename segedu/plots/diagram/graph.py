"""A record as a graph of boxes, and what is asked of it while boxes are put together."""

from __future__ import annotations

from collections.abc import Iterator

from segedu.plots.diagram.steps import JOINS, Box, Record, Source, Step


class Graph:
    """Boxes by the number of the step that they end with."""

    def __init__(self, record: Record):
        self.boxes: dict[int, Box] = {}
        for place, step in enumerate(record.steps):
            box = Box(step, [Source(i) for i in step.inputs])
            if step.kind in JOINS:
                box.join = step.kind
                box.parts = tuple(record.steps[i].channels for i in step.inputs)
            elif step.kind != "input":
                box.steps = [step]
            self.boxes[place] = box

    def users(self, number: int) -> list[int]:
        """The boxes that a box leads to, one that takes its map twice named twice."""
        return [n for n, box in self.boxes.items() for source in box.sources if source.box == number]

    def lone(self, number: int) -> bool:
        """Whether a box has one source and one user, and nothing joins in it."""
        box = self.boxes[number]
        return len(box.sources) == 1 and not box.join and not box.branches and len(self.users(number)) == 1

    def back(self, number: int) -> tuple[list[int], int]:
        """The chain of lone boxes that ends with a box, in order, and the box that it comes from."""
        chain: list[int] = []
        while self.lone(number):
            chain.insert(0, number)
            number = self.boxes[number].sources[0].box
        return chain, number

    def steps_of(self, chain: list[int]) -> list[Step]:
        """All steps of a chain."""
        return [step for number in chain for step in self.boxes[number].steps]

    def joins(self) -> Iterator[tuple[int, Box]]:
        """The boxes in which several maps meet; boxes may go while they are looked at."""
        for number in list(self.boxes):
            if number in self.boxes and self.boxes[number].join:
                yield number, self.boxes[number]

    def remove(self, *numbers: int) -> None:
        """Take boxes out that nothing refers to any more."""
        for number in numbers:
            del self.boxes[number]

    def absorb(self, first: int, second: int) -> None:
        """Make one box of two, where the second follows on the first alone."""
        a, b = self.boxes[first], self.boxes[second]
        b.steps = [*a.steps, *b.steps]
        b.sources, b.join, b.branches, b.parts = a.sources, a.join, a.branches, a.parts
        self.remove(first)

    def reaches(self, start: int, goal: int, direct: bool = True) -> bool:
        """Whether a way leads from one box to another; not ``direct``: one by way of a third."""
        waiting = [goal]
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            for source in self.boxes[number].sources:
                if source.box == start and (direct or number != goal):
                    return True
                if source.box not in seen:
                    seen.add(source.box)
                    waiting.append(source.box)
        return False
