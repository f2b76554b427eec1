"""Is an answer the expected one? If not, where do they part, in words a reader understands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

SMALL = 6
"""An array of up to this many numbers is written out; of a larger one the first wrong number is."""


def difference(expected: object, got: object, tolerance: float) -> str | None:
    """Say what is wrong with ``got``, to be read after the name of the answer; None if nothing is.

    Numbers agree within ``tolerance``, absolute for small values and relative for large ones. An integer
    passes for a float, a list for a tuple, an array for a tensor.
    """
    wrong = f"should give {show(expected)}, yours gives {show(got)}"
    if isinstance(expected, bool | str):
        return None if type(got) is type(expected) and got == expected else wrong
    if isinstance(expected, tuple | list):
        return _difference_in_row(expected, got, tolerance, wrong)
    try:
        right, mine = _numbers(expected), _numbers(got)
    except (TypeError, ValueError):
        return wrong
    if right.shape != mine.shape:
        return f"should give {_shaped(right)}, yours gives {_shaped(mine)}"
    close = torch.isclose(mine, right, rtol=tolerance, atol=tolerance, equal_nan=True)
    if close.all():
        return None
    if right.numel() <= SMALL:
        return wrong
    place = tuple((~close).nonzero()[0].tolist())
    return (
        f"should have {_short(right[place])} at {list(place)}, yours has {_short(mine[place])} "
        f"({int((~close).sum())} of {right.numel()} numbers differ)"
    )


def show(value: object) -> str:
    """``value`` in one short line: small arrays in full, large ones by their shape."""
    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        numbers = _numbers(value)
        return _short(numbers) if numbers.numel() <= SMALL else _shaped(numbers)
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__}"


def _difference_in_row(expected: Sequence, got: object, tolerance: float, wrong: str) -> str | None:
    if not isinstance(got, Sequence | torch.Tensor | np.ndarray) or len(got) != len(expected):
        return f"should give {len(expected)} values, {show(expected)}, yours gives {show(got)}"
    parts = [difference(e, g, tolerance) for e, g in zip(expected, got, strict=True)]
    first = next((i for i, part in enumerate(parts) if part), None)
    if first is None:
        return None
    return wrong if len(repr(expected)) <= 60 else f"is wrong in value {first + 1}, which {parts[first]}"


def _numbers(value: object) -> torch.Tensor:
    """Numbers of any kind as a float64 tensor; `TypeError` or `ValueError` for what holds none."""
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().double()
    if value is None or isinstance(value, str | bytes | bool):
        raise TypeError(f"{value!r} is no number")
    return torch.as_tensor(np.array(value, dtype=np.float64))


def _shaped(numbers: torch.Tensor) -> str:
    return f"an array of shape {tuple(numbers.shape)}" if numbers.ndim else f"the number {_short(numbers)}"


def _short(numbers: torch.Tensor) -> str:
    """Numbers to six digits, in the brackets of their shape."""
    if numbers.ndim:
        return "[" + ", ".join(map(_short, numbers)) + "]"
    return f"{float(numbers):.6g}"
