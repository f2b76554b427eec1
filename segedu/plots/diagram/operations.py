"""From an operation of torch to a step of the record."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from segedu.plots.diagram.steps import Step

SAME = {"add": "added", "cat": "stacked", "stack": "stacked", "mul": "multiplied"}
PADDING = ("constant_pad_nd", "reflection_pad2d", "replication_pad2d", "_pad_circular")
CUTTING = (*PADDING, "slice", "index_select", "narrow", "index")
MEANS = ("mean", "amax", "_adaptive_avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d")
POOLS = {"max_pool2d_with_indices": "max", "max_pool2d": "max", "avg_pool2d": "average"}


def step_of(
    name: str, args: Sequence[Any], inputs: tuple[int, ...], before: Sequence[Step], shape: tuple[int, ...]
) -> Step | None:
    """The step that an operation is, or None where it leaves sizes as they are and is told with the step before.

    Parameters
    ----------
    name : str
        Of the operation of aten, without the underscore of those in place.
    args : sequence
        Its arguments.
    inputs : tuple of int
        Places of the steps whose maps come in, each once.
    before : sequence of Step
        Those steps.
    shape : tuple of int
        Of what comes out.
    """
    first = before[0]
    if len(inputs) > 1 and name != "max_unpool2d":  # whose places come from the pool, and are no map
        return _join(name, args, inputs, before, shape)
    if name == "convolution":
        return _convolution(args, inputs, first, shape)
    if name in POOLS:
        return _pool(name, args, inputs, first, shape)
    if shape == first.shape:
        return None
    maps = first.is_map and len(shape) == 4
    if name in MEANS and maps:
        kind = "max" if "max" in name else "average"
        return Step("bins", shape, inputs, first.stride * Fraction(first.size[0], shape[-2]), name=kind)
    if maps and ("upsample" in name or name in ("pixel_shuffle", "max_unpool2d", "grid_sampler_2d")):
        return Step("resize", shape, inputs[:1], _resized(first, shape), name=_method(name))
    if maps and name in CUTTING and shape[:2] == first.shape[:2]:
        every = int(args[4]) if name == "slice" and len(args) > 4 else 1
        kind = "pad" if shape[-2:] > first.size and every == 1 else "cut"
        return Step(kind, shape, inputs, first.stride * every)
    return Step("other", shape, inputs, first.stride, name=name)


def _join(
    name: str, args: Sequence[Any], inputs: tuple[int, ...], before: Sequence[Step], shape: tuple[int, ...]
) -> Step:
    kind = SAME.get(name, "combined")
    if name == "cat" and len(shape) == 4:
        kind = "stacked" if (args[1] if len(args) > 1 else 0) in (1, -3) else "combined"
    fitting = [step for step in before if step.shape[-2:] == shape[-2:]] or before
    return Step(kind, shape, inputs, min(step.stride for step in fitting), name=name)


def _convolution(args: Sequence[Any], inputs: tuple[int, ...], first: Step, shape: tuple[int, ...]) -> Step:
    weight, (step, dilation, transposed, groups) = args[1], (args[3], args[5], args[6], args[8])
    longest = max(range(len(weight.shape) - 2), key=lambda axis: weight.shape[axis + 2])
    stride = first.stride / max(step) if transposed else first.stride * max(step)
    return Step(
        "transposed" if transposed else "conv", shape, inputs, stride, kernel=weight.shape[longest + 2],
        step=max(step), dilation=max(dilation), depthwise=groups > 1 and groups == first.channels,
    )  # fmt: skip


def _pool(name: str, args: Sequence[Any], inputs: tuple[int, ...], first: Step, shape: tuple[int, ...]) -> Step:
    kernel, step = (max(args[i]) if len(args) > i and args[i] else 0 for i in (1, 2))
    step = step or kernel
    return Step("pool", shape, inputs, first.stride * step, kernel=kernel, step=step, name=POOLS[name])


def _resized(first: Step, shape: tuple[int, ...]) -> Fraction:
    """The stride after a resize: a power of two, or of bins, where that is meant and sizes were rounded."""
    exact = first.stride * Fraction(first.size[0], shape[-2])
    for power in range(-3, 8):
        near = Fraction(2) ** power
        if abs(exact / near - 1) < Fraction(1, 4):
            return near
    return exact


def _method(name: str) -> str:
    for method in ("nearest", "bilinear", "bicubic"):
        if method in name:
            return method
    return {"pixel_shuffle": "pixel shuffle", "max_unpool2d": "unpooled"}.get(name, "sampled")
