"""What a diagram says of the steps of a network, in short phrases."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from segedu.plots.diagram.steps import Box, Step

MANY = 6
"""More phrases than these are no longer told one by one."""


def phrases(steps: Sequence[Step], short: bool = False) -> list[str]:
    """Say what steps do, equal ones together; ``short`` leaves out what is inside of blocks.

    Where much happens, equal steps are counted wherever they are.
    """
    runs = [list(run) for _, run in groupby(steps, key=_likeness)]
    if len(runs) > MANY:
        kinds = dict.fromkeys(map(_likeness, steps))
        runs = [[step for step in steps if _likeness(step) == kind] for kind in kinds]
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
        return f"transposed conv {_square(first.kernel)}{'' if short else f', stride {first.step}'}"
    if first.kind == "pool":
        how = "" if first.step == first.kernel else f", stride {first.step}"
        return f"{first.name} pool {_square(first.kernel)}{how}"
    if first.kind == "resize":
        return f"{first.name} to {times(last.size)}"
    if first.kind == "bins":
        return f"{first.name} pool to {times(first.size)}"
    if first.kind == "other":
        return ", ".join(dict.fromkeys(step.name.strip("_").replace("_", " ") for step in run)) if count < 4 else (
            f"{count} other operations"
        )  # fmt: skip
    words = {"cut": f"cut to {times(last.size)}", "pad": f"padded to {times(last.size)}", "gate": f"{many}gate"}
    return words.get(first.kind, f"{count} × {first.kind}" if count > 1 else first.kind)


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
        runs = [(channels, len(list(run))) for channels, run in groupby(box.parts)]
        return ["stacked " + " + ".join(_sum(channels, n) for channels, n in runs)]
    if box.branches:
        return [f"{len(box.branches)} {box.join}"]
    return [box.join]


def _sum(channels: int, number: int) -> str:
    return f"{number} × {channels}" if number > 2 else " + ".join([str(channels)] * number)


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


def drawn(branch: Sequence[Step]) -> Step:
    """What of a branch is drawn: its bins, or else what comes out of it."""
    return next((step for step in branch if step.kind == "bins"), branch[-1])


def _channels(step: Step) -> str:
    return f"{step.channels} ch"
