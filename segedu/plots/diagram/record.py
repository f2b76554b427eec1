"""Run a network once and write down what passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from segedu.nets.calling import device_of, unwrapped
from segedu.nets.modes import evaluating
from segedu.plots.diagram.operations import step_of
from segedu.plots.diagram.steps import Record, Step

ASKING = ("_local_scalar_dense", "nonzero", "unique", "_unique2", "unique_dim", "masked_select")
"""Operations whose result decides, by its numbers, what comes next."""

CHEAP = 5e10
"""Below this product of parameters and pixels a network is computed: quicker than loading torch's rules of shapes."""


class Watch(TorchDispatchMode):
    """Sees every operation on tensors, of modules and of plain functions alike, and keeps those that the picture feeds.

    Parameters
    ----------
    picture : (N, C, H, W) tensor
    """

    def __init__(self, picture: torch.Tensor):
        super().__init__()
        self.steps = [Step("input", tuple(picture.shape))]
        self.place = {id(picture): 0}
        self.kept = [picture]  # alive, so that no other tensor gets the id of one that was seen

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        name = func.overloadpacket.__name__.rstrip("_")
        inputs = tuple(dict.fromkeys(self.place[id(t)] for t in _tensors([args, kwargs]) if id(t) in self.place))
        if inputs and name in ASKING:
            raise _AskedError(name)
        result = func(*args, **(kwargs or {}))
        if inputs and not name.startswith(("new_", "empty")) and not name.endswith("_like"):
            self._note(name, args, inputs, _tensors(result))
        return result

    def _note(self, name: str, args: tuple, inputs: tuple[int, ...], results: list[torch.Tensor]) -> None:
        if not results:
            return
        step = step_of(name, args, inputs, [self.steps[i] for i in inputs], tuple(results[0].shape))
        if step is not None:
            self.steps.append(step)
        for tensor in results:
            self.place[id(tensor)] = inputs[0] if step is None else len(self.steps) - 1
            self.kept.append(tensor)


class _AskedError(Exception):
    """A number of a map was asked for."""


def record(net: nn.Module, size: tuple[int, int], in_channels: int | None = None, output: str = "out") -> Record:
    """Run a network on zeros and write down its steps, as `segedu.plots.diagram` describes it."""
    net = unwrapped(net)
    watch, answer = _run(net, (1, in_channels or channels_of(net), *size))
    answer, others = _chosen(net, answer, output)
    if id(answer) not in watch.place:
        raise ValueError(
            f"net: {type(net).__name__} gives an answer that cannot be traced back to the picture. Compute it from the "
            "picture by operations of torch, without writing into a prepared tensor, NumPy, or detours."
        )
    return Record(type(net).__name__, _leading_to(watch.steps, watch.place[id(answer)]), others)


def channels_of(net: nn.Module) -> int:
    """Channels of the pictures that a network takes: what it says, or its first convolution, or 3."""
    said = getattr(net, "in_channels", None)
    layers = (layer.in_channels for layer in net.modules() if isinstance(layer, nn.Conv2d))
    return said if isinstance(said, int) else next(layers, 3)


def _run(net: nn.Module, shape: tuple[int, ...]) -> tuple[Watch, Any]:
    """The steps and the answer; without computing anything, where that is possible and would take long."""
    device = device_of(net)
    work = sum(p.numel() for p in net.parameters()) * shape[-2] * shape[-1]
    meta = device.type == "meta"
    try:
        if meta or work > CHEAP:
            try:
                return _watched(net, shape, torch.device("meta"), _without_numbers(net))
            except _AskedError:
                raise
            except Exception:
                if meta:
                    raise
        return _watched(net, shape, device, net)  # some networks hold tensors that have numbers and cannot do without
    except _AskedError as asked:
        raise ValueError(
            f"net: {type(net).__name__} decides by the numbers in a map what to do next ({asked}), so it has no one "
            "diagram. Draw a network that takes one way, such as a part of this one."
        ) from None
    except (RuntimeError, ValueError, IndexError, AssertionError) as error:
        raise ValueError(
            f"size: {type(net).__name__} does not take {shape[1]} channels of {shape[2]} x {shape[3]} pixels: {error} "
            "Give another size (rows, columns) or in_channels."
        ) from error


def _watched(
    net: nn.Module, shape: tuple[int, ...], device: torch.device, call: Callable[[torch.Tensor], Any]
) -> tuple[Watch, Any]:
    kinds = {p.dtype for p in net.parameters() if p.is_floating_point()}
    picture = torch.zeros(shape, device=device, dtype=kinds.pop() if len(kinds) == 1 else torch.float32)
    with evaluating(net), Watch(picture) as watch:
        return watch, call(picture)


def _without_numbers(net: nn.Module) -> Callable[[torch.Tensor], Any]:
    """The network with weights that have shapes only, for as long as a call takes."""
    named = [*net.named_parameters(), *net.named_buffers()]
    state = {name: tensor.detach().to("meta") for name, tensor in named}
    return lambda picture: torch.func.functional_call(net, state, (picture,))


def _chosen(net: nn.Module, answer: Any, output: str) -> tuple[torch.Tensor, tuple[str, ...]]:
    others: tuple[str, ...] = ()
    if isinstance(answer, Mapping):
        found = f"a {type(answer).__name__} of {', '.join(map(str, answer)) or 'nothing'}"
        others = tuple(str(key) for key in answer if key != output)
        answer = answer.get(output)
    else:
        found = f"a {type(answer).__name__}"
    if not isinstance(answer, torch.Tensor):
        raise TypeError(
            f"net: {type(net).__name__} gives {found}, expected a tensor, or a dictionary with one as {output!r}. "
            "Name another with output=..., or wrap the network in a module whose forward returns the logits alone."
        )
    return answer, others


def _leading_to(steps: list[Step], last: int) -> tuple[Step, ...]:
    """The steps that the answer needs, renumbered."""
    needed, waiting = set(), [last]
    while waiting:
        place = waiting.pop()
        if place not in needed:
            needed.add(place)
            waiting += steps[place].inputs
    new = {old: place for place, old in enumerate(sorted(needed))}
    return tuple(replace(steps[old], inputs=tuple(new[i] for i in steps[old].inputs)) for old in new)


def _tensors(nested: Any) -> list[torch.Tensor]:
    if isinstance(nested, torch.Tensor):
        return [nested]
    if isinstance(nested, Mapping):
        nested = list(nested.values())
    return [t for item in nested for t in _tensors(item)] if isinstance(nested, list | tuple) else []
