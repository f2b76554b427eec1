"""Self-checks of chapter 08, atrous convolution."""

from __future__ import annotations

from math import prod

from segedu.exercises.check import FunctionCheck

Layers = list[tuple[int, int, int]]
"""Kernel, stride and dilation of each layer, first layer first."""


def _field(rates: list[int], kernel: int) -> int:
    return 1 + sum(rate * (kernel - 1) for rate in rates)


check_field = FunctionCheck(
    solution=_field,
    cases=[([1], 3), ([4], 3), ([1, 2, 4], 3), ([1, 1, 2, 4, 8, 16, 1], 3), ([4], 7), ([12], 3)],
    why="Every layer adds its own reach to both sides, so the order of the rates does not matter.",
    mistakes=[
        (lambda rates, kernel: sum(rate * (kernel - 1) + 1 for rate in rates),
         "you added the spans of the filters; the pixel in their middle is shared, so count it once"),
        (lambda rates, kernel: 1 + sum(2 * rate * (kernel - 1) for rate in rates),
         "a filter of k taps reaches over k - 1 gaps in all, not over k - 1 gaps on each side"),
        (lambda rates, kernel: 1 + len(rates) * (kernel - 1),
         "that is the field without dilation; each gap is as wide as the rate"),
        (lambda rates, kernel: rates[-1] * (kernel - 1) + 1,
         "that is what the last layer sees of the map below it; the layers below look further"),
        (lambda rates, kernel: 1 + prod(rates) * (kernel - 1),
         "rates add up; it is strides that multiply"),
    ],
)  # fmt: skip
"""Exercise 1: the field of a stack of dilated layers."""


def _dense(layers: Layers, output_stride: int) -> Layers:
    result, stride, dilation = [], 1, 1
    for kernel, step, spread in layers:
        keeps = stride * step <= output_stride
        result.append((kernel, step if keeps else 1, spread * dilation))
        if keeps:
            stride *= step
        else:
            dilation *= step
    return result


def _too_early(layers: Layers, output_stride: int) -> Layers:
    result, stride, dilation = [], 1, 1
    for kernel, step, spread in layers:
        keeps = stride * step <= output_stride
        stride, dilation = (stride * step, dilation) if keeps else (stride, dilation * step)
        result.append((kernel, step if keeps else 1, spread * dilation))
    return result


def _undilated(layers: Layers, output_stride: int) -> Layers:
    right = _dense(layers, output_stride)
    return [(kernel, step, spread) for (kernel, step, _), (_, _, spread) in zip(right, layers, strict=True)]


def _forgetful(layers: Layers, output_stride: int) -> Layers:
    right = _dense(layers, output_stride)
    return [
        (kernel, step, spread if dilation == spread else 2 * spread)
        for (kernel, step, dilation), (_, _, spread) in zip(right, layers, strict=True)
    ]


check_dense = FunctionCheck(
    solution=_dense,
    cases=[
        ([(3, 1, 1), (3, 2, 1)], 2),
        ([(3, 2, 1), (3, 2, 1), (3, 1, 1)], 2),
        ([(3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 1, 1)], 2),
        ([(2, 2, 1), (3, 1, 2), (2, 2, 1), (7, 1, 1)], 1),
    ],
    why="After a stride that is taken away the map is finer by that factor, so everything above reads further apart.",
    mistakes=[
        (lambda layers, output_stride: layers, "nothing has changed: the strides beyond output_stride are to go"),
        (_undilated, "without its strides the map is finer: spread the filters above, or they see too little"),
        (_too_early,
         "the layer whose stride you take away still stands on the coarser map below; only those after it dilate more"),
        (_forgetful, "two strides taken away make the layers above dilate by their product"),
        (lambda layers, output_stride: [(k, 1, d) for k, _, d in _dense(layers, output_stride)],
         "you took all strides away; those up to output_stride stay"),
    ],
)  # fmt: skip
"""Exercise 2: turn a strided stack into a dense one with the same weights."""


def _seen(rates: list[int]) -> set[int]:
    places = {0}
    for rate in rates:
        places = {place + step for place in places for step in (-rate, 0, rate)}
    return places


def _holes(rates: list[int]) -> int:
    return 2 * sum(rates) + 1 - len(_seen(rates))


check_holes = FunctionCheck(
    solution=_holes,
    cases=[([1],), ([2],), ([1, 2, 4],), ([2, 2, 2],), ([4, 4, 4],), ([1, 2, 9],), ([1, 3, 9],), ([2, 3],)],
    why="A place is seen if the rates, each taken once, with plus, minus or not at all, add up to it.",
    mistakes=[
        (lambda rates: len(_seen(rates)), "you counted the places that are seen; the others are asked for"),
        (lambda rates: 2 * sum(rate - 1 for rate in rates),
         "you added the gaps in the filters; what one layer skips, another may fill"),
        (lambda rates: 0 if 1 in rates else _holes(rates),
         "a layer of rate 1 fills gaps of up to two places, not every gap"),
        (lambda rates: 2 * sum(rates) + 1 - 3 ** len(rates),
         "you counted paths; where two of them lead to the same place, it is one place"),
        (lambda rates: max(rates) * 2 + 1 - len(_seen(rates)),
         "the field is as wide as all layers together, not as the widest of them"),
    ],
)  # fmt: skip
"""Exercise 3: places in the field that no path leads to, along one axis."""
