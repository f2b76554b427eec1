"""A diagram of any network, drawn from the network itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from segedu.plots.diagram.group import grouped
from segedu.plots.diagram.narrow import Column
from segedu.plots.diagram.spoken import alternative, table
from segedu.plots.diagram.steps import Box
from segedu.plots.diagram.style import name_of, style_sheet
from segedu.plots.diagram.wide import Staircase

if TYPE_CHECKING:
    from torch import nn

GOOD, WIDEST = 780.0, 900.0
"""Widths of a staircase: up to the first, letters have nearly 10 pixels in a column of 690; beyond the second they
would have less than 8.4, and the list takes its place."""

SIDES = (62.0, 54.0, 46.0, 40.0)
"""Of the largest map in a staircase."""


@dataclass(frozen=True)
class Diagram:
    """A drawing of a network; a notebook shows it, ``print`` gives its table.

    Attributes
    ----------
    alt : str
        The drawing in sentences.
    text : str
        The same as a table.
    boxes : tuple of Box
        What is drawn, in order.
    svg : str
        The drawing alone, for a file: the staircase, or the list where the staircase is too wide.
    html : str
        Both, of which a page shows the one that fits.
    """

    alt: str
    text: str = field(repr=False)
    boxes: tuple[Box, ...] = field(repr=False)
    svg: str = field(repr=False)
    html: str = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


def diagram(
    net: nn.Module,
    size: tuple[int, int],
    *,
    title: str | None = None,
    in_channels: int | None = None,
    output: str = "out",
    most: int = 20,
) -> Diagram:
    """Run a network once on zeros, and draw what happened.

    Steps at one size are put into one box. A box is a map: its side is drawn by the square root of the map's, its
    thickness by the logarithm of the channels. Above it stands what was done to get it (activations, normalisation and
    dropout go without saying), below it what it is. Maps that are added meet in a plus, maps that are stacked in a
    pile. Skips are dashed. A large network is run without computing anything.

    Parameters
    ----------
    net : nn.Module
        Any network on maps; whatever its ``forward`` does with torch is seen. It comes back as it was.
    size : (rows, columns)
        Of the picture.
    title : str, optional
        What the text alternative calls the network; by default its class.
    in_channels : int, optional
        Of the picture; by default what the network says as ``net.in_channels``, or its first convolution, or 3.
    output : str
        What to draw of a dictionary of outputs.
    most : int
        Boxes, before all that has one stride is put together.

    Returns
    -------
    Diagram

    Raises
    ------
    ValueError
        If the network does not take pictures of that size (with the reason that it gave), decides by the numbers in a
        map where to go, or its answer cannot be traced back to the picture.
    TypeError
        If it gives neither a tensor nor a dictionary with one as ``output``.

    Examples
    --------
    >>> from segedu import nets
    >>> print(diagram(nets.build("largefov", num_classes=9), size=(96, 128)))
    LargeFOV, 14 steps in 7 boxes
    box  channels      size  stride  from  what is done
      1         3  96 × 128       1     -  the picture
      2        16   48 × 64       2     1  conv 3×3, stride 2
      3        32   24 × 32       4     2  conv 3×3, stride 2, residual block of conv 3×3, 3×3
      4        64   12 × 16       8     3  residual block of conv 3×3, 3×3, stride 2
      5       128   12 × 16       8     4  conv 3×3, rate 6, conv 1×1
      6         9   12 × 16       8     5  conv 1×1
      7         9  96 × 128       1     6  bilinear to 96 × 128
    """
    from segedu.plots.diagram.record import record  # torch: only where a network is drawn

    rows, columns = _checked(size)
    noted = record(net, (rows, columns), in_channels, output)
    boxes = grouped(noted, most)
    alt = alternative(noted, boxes, title or noted.name)
    kinds = _kinds(boxes)
    narrow = Column(boxes, kinds)
    wide = _staircase(boxes, kinds)
    drawings = [narrow.canvas.svg(narrow.width, narrow.height, "list", alt, 1.25 * narrow.width)]
    file = narrow.canvas.file(narrow.width, narrow.height, alt)
    if wide is not None:
        drawings.insert(0, wide.canvas.svg(wide.width, wide.height, name_of(wide.width), alt, 1.15 * wide.width))
        file = wide.canvas.file(wide.width, wide.height, alt)
    html = f'<div class="segedu-diagram"><style>\n{style_sheet()}</style>{"".join(drawings)}</div>'
    return Diagram(alt, table(noted, boxes), tuple(boxes), file, html)


def _staircase(boxes: Sequence[Box], kinds: Sequence[str]) -> Staircase | None:
    """The largest that leaves letters large, or else the narrowest, unless it is too wide or its lines are tangled."""
    for side in SIDES:
        wide = Staircase(boxes, kinds, side)
        if wide.width <= GOOD:
            break
    return wide if wide.width <= WIDEST and not wide.tangled else None


def _checked(size: Sequence[int]) -> tuple[int, int]:
    if len(size) != 2 or not all(isinstance(side, int) and side > 0 for side in size):
        raise ValueError(f"size: found {size!r}, expected (rows, columns), two whole numbers above 0")
    return size[0], size[1]


def _kinds(boxes: Sequence[Box]) -> list[str]:
    """The colour of each box: scores are what has as many channels as the answer, from there on to the end."""
    kinds, classes = ["input"], boxes[-1].out.channels
    for place, box in enumerate(boxes[1:], start=1):
        following = boxes[place:]
        kinds.append("score" if all(b.out.channels == classes for b in following) and box.out.is_map else "map")
    return kinds
