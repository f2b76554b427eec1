"""What a network does to a map, one step at a time: the words of a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

JOINS = ("added", "stacked", "multiplied", "combined")
"""How two maps become one; the last is any other way."""

RESHAPING = ("resize", "transposed", "cut", "pad")
"""Kinds of steps that bring a map to another's size, often right before they meet."""


@dataclass(frozen=True)
class Step:
    """One operation on maps.

    Attributes
    ----------
    kind : str
        ``input``, ``conv``, ``transposed``, ``pool``, ``bins`` (pooled to a fixed number of bins), ``resize``, ``cut``,
        ``pad``, ``block`` (a residual block), ``gate``, one of `JOINS`, or ``other``.
    shape : tuple of int
        Of what comes out, ``(N, C, H, W)`` for maps.
    inputs : tuple of int
        Places in the record of the steps whose maps come in.
    stride : Fraction
        Pixels of the picture a place of the map.
    kernel, step, dilation : int
        Of convolutions and pools; the longer side of kernels that are no squares.
    depthwise : bool
        Whether each channel has a filter of its own.
    name : str
        What there is to say beside the kind: ``max``, ``bilinear``, the name of an operation of another kind.
    parts : tuple of Step
        The convolutions of a block.
    """

    kind: str
    shape: tuple[int, ...]
    inputs: tuple[int, ...] = ()
    stride: Fraction = Fraction(1)
    kernel: int = 1
    step: int = 1
    dilation: int = 1
    depthwise: bool = False
    name: str = ""
    parts: tuple[Step, ...] = ()

    @property
    def is_map(self) -> bool:
        """Whether what comes out has rows and columns."""
        return len(self.shape) == 4

    @property
    def channels(self) -> int:
        """Channels of a map; of anything else the last dimension."""
        return self.shape[1] if self.is_map else self.shape[-1] if self.shape else 1

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns; of what is no map, one row of as many places as it has."""
        return self.shape[-2:] if self.is_map else (1, self.shape[-2] if len(self.shape) > 2 else 1)


@dataclass(frozen=True)
class Record:
    """All steps from the picture to the answer, in the order in which they ran; the last one gives the answer."""

    name: str
    steps: tuple[Step, ...]
    left_out: tuple[str, ...] = ()


@dataclass
class Source:
    """A map that comes into a box: which box's, and what is done to it on the way."""

    box: int
    via: list[Step] = field(default_factory=list)


@dataclass
class Box:
    """Steps at one size that are drawn as one.

    Attributes
    ----------
    sources : list of Source
        Empty for the picture.
    join : str
        One of `JOINS` where several maps meet first, else empty.
    steps : list of Step
        What follows, in order.
    branches : list of list of Step
        Where the map of one source goes several ways side by side and meets again; an empty list is the map itself.
    out : Step
        The last of all, which has the shape.
    """

    out: Step
    sources: list[Source] = field(default_factory=list)
    join: str = ""
    steps: list[Step] = field(default_factory=list)
    branches: list[list[Step]] = field(default_factory=list)
    parts: tuple[int, ...] = ()
    """Channels of the maps that met."""

    @property
    def main(self) -> Source | None:
        """The source that was computed last: the way the network goes."""
        return max(self.sources, key=lambda source: source.box, default=None)

    @property
    def skips(self) -> list[Source]:
        """All other sources."""
        return [source for source in self.sources if source is not self.main]
