"""What a training run is: the settings that a resumed run must share."""

from __future__ import annotations

import zlib
from functools import partial
from typing import Any

import torch
from torch import nn

from segedu.data import LabelledImages
from segedu.nets.calling import unwrapped


def describe_run(net: nn.Module, data: LabelledImages, loss: object, **settings: Any) -> dict[str, Any]:
    """Everything that decides the outcome of a run, as plain values that compare.

    Network, data and loss become short texts: two runs with the same text are the same run.
    """
    parameters = sum(p.numel() for p in net.parameters())
    plain = {k: v if isinstance(v, bool | int | str) else float(v) for k, v in settings.items()}
    return {
        "net": f"{getattr(net, 'spec', type(unwrapped(net)).__name__)} with {parameters} parameters",
        "data": f"{len(data)} pictures of {_size(data)}, checksum {_checksum(data.images, data.masks)}",
        "loss": _describe_loss(loss),
        **plain,
    }


def _size(data: LabelledImages) -> str:
    return " x ".join(map(str, data.masks.shape[-2:]))


def _checksum(*tensors: torch.Tensor) -> str:
    value = 0
    for tensor in tensors:
        value = zlib.crc32(tensor.detach().cpu().contiguous().view(torch.uint8).numpy(), value)
    return f"{value:08x}"


def _describe_loss(loss: object) -> str:
    """The loss function by its name, with the arguments that `functools.partial` gave it."""
    if not isinstance(loss, partial):
        return getattr(loss, "__qualname__", type(loss).__qualname__)
    given = [*enumerate(loss.args), *loss.keywords.items()]
    written = [f"{k}={_checksum(v) if isinstance(v, torch.Tensor) else v!r}" for k, v in given]
    return f"{_describe_loss(loss.func)}({', '.join(written)})"
