"""How any network is called, also one that was not built here."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

COMPILED = "_orig_mod."
"""What `torch.compile` puts before the names of the weights of a module that it wraps."""


def unwrapped(net: nn.Module) -> nn.Module:
    """The network itself, where `torch.compile` or a data-parallel wrapper stands around it."""
    while True:
        if isinstance(net, nn.DataParallel | nn.parallel.DistributedDataParallel):
            net = net.module
        elif hasattr(net, "_orig_mod"):
            net = net._orig_mod
        else:
            return net


def plain_state(net: nn.Module) -> dict[str, torch.Tensor]:
    """The weights and buffers of a network by the names that they have without any wrapper."""
    return {key.replace(COMPILED, ""): value for key, value in unwrapped(net).state_dict().items()}


def plain_parameters(net: nn.Module) -> list[tuple[str, nn.Parameter]]:
    """The parameters of a network with the names that they have without any wrapper."""
    return [(key.replace(COMPILED, ""), value) for key, value in unwrapped(net).named_parameters()]


def load_plain_state(net: nn.Module, state: Mapping[str, torch.Tensor]) -> None:
    """Put what `plain_state` gave into a network, wrapped or not; `RuntimeError` if it does not fit."""
    net = unwrapped(net)
    own = {key.replace(COMPILED, ""): key for key in net.state_dict()}
    net.load_state_dict({own.get(key, key): value for key, value in state.items()})


def device_of(net: nn.Module) -> torch.device:
    """Where a network is; a rule without weights is on the CPU."""
    first = next((tensor for part in (net.parameters(), net.buffers()) for tensor in part), None)
    return torch.device("cpu") if first is None else first.device


def logits_of(net: nn.Module, x: torch.Tensor) -> torch.Tensor:
    """Call a network on normalised pictures, and look at what comes back.

    Parameters
    ----------
    net : nn.Module
        Gives logits, or a dictionary with logits as ``"out"``, as the models of torchvision do. Pictures are turned
        into the network's precision (``net.half()``, ``net.double()``).
    x : (N, 3, H, W) float32 tensor

    Returns
    -------
    (N, C, h, w) floating point tensor

    Raises
    ------
    TypeError
        If something else comes back: it says what, and how to wrap the network.
    """
    kinds = {tensor.dtype for tensor in net.parameters() if tensor.is_floating_point()}
    answer = net(x.to(kinds.pop()) if len(kinds) == 1 else x)
    logits = answer.get("out") if isinstance(answer, Mapping) else answer
    if isinstance(logits, torch.Tensor) and logits.ndim == 4 and logits.is_floating_point():
        return logits
    found = f"a {type(answer).__name__}"
    if isinstance(answer, torch.Tensor):
        found = f"a tensor of shape {tuple(answer.shape)} and type {answer.dtype}"
    elif isinstance(answer, Mapping):
        found += f" of {', '.join(map(str, answer))}"
    raise TypeError(
        f"net: {type(net).__name__} gives {found}, expected logits (N, C, H, W). Wrap it in a module whose forward "
        "returns the logits alone."
    )
