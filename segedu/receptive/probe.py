"""The theoretical field of any network, with its branches, skips and holes, found by a probe.

An input pixel belongs to the field of an output if a path of layers leads from one to the other. A gradient walks
all paths at once, but in a real network it can miss some: a ReLU is closed, a max pooling chose another pixel,
positive and negative weights cancel. So the probe walks through a copy in which none of this can happen.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from segedu.nets.modes import evaluating

Pick = Callable[[Any], torch.Tensor]
"""Takes the maps ``(N, C, h, w)`` in question out of what a network returns."""

NORMALISING = nn.GroupNorm | nn.LayerNorm | nn.modules.batchnorm._NormBase
"""Layers that may subtract a mean over the picture."""


@dataclass(frozen=True, eq=False)
class Field:
    """The pixels that can change one output.

    Attributes
    ----------
    mask : (H, W) bool array
        True at these pixels. A dilated convolution leaves holes.
    """

    mask: np.ndarray

    @property
    def rows(self) -> range:
        """Rows of the smallest rectangle around them; none if the output sees nothing but padding."""
        return _span(self.mask.any(axis=1))

    @property
    def columns(self) -> range:
        """Columns of that rectangle."""
        return _span(self.mask.any(axis=0))

    @property
    def clipped(self) -> bool:
        """Whether the field touches the rim of the picture, so that a larger picture might show more of it."""
        edges = [self.mask[0], self.mask[-1], self.mask[:, 0], self.mask[:, -1]]
        return any(bool(edge.any()) for edge in edges)


def _span(seen: np.ndarray) -> range:
    places = np.flatnonzero(seen)
    return range(int(places[0]), int(places[-1]) + 1) if len(places) else range(0)


def receptive_field(
    net: nn.Module,
    size: tuple[int, int] = (256, 256),
    *,
    at: tuple[int, int] | None = None,
    channels: int = 3,
    pick: Pick | None = None,
) -> Field:
    """Find the input pixels that can change one output of a network.

    The copy that is probed has positive weights (each filter takes the mean of its window), open ReLUs (nothing
    negative comes in), mean pooling for max pooling, and no batch statistics. It computes in double precision,
    where even a path with one chance in 10^300 leaves a gradient. The answer is then held against the network
    itself: if pixels outside of the field change its output, the probe has missed them, and says so.

    Parameters
    ----------
    net : nn.Module
        Pictures ``(1, channels, H, W)`` to maps. It is not changed.
    size : (H, W)
        Of the picture to probe with; larger than the field, or the field is `Field.clipped`.
    at : (row, column), optional
        Of the output map; by default the middle.
    channels : int
        Of the picture.
    pick : callable, optional
        For a network that returns several maps: ``pick=lambda features: features[32]``.

    Raises
    ------
    ValueError
        If the output is not ``(1, C, h, w)``, ``at`` lies outside of it, or the probe missed pixels (a network with
        max pooling that is no module, or with dilated max pooling).

    Examples
    --------
    >>> net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 1, 3))
    >>> field = receptive_field(net, (32, 32), at=(5, 6))
    >>> field.rows, field.columns
    (range(10, 18), range(12, 20))
    """
    pick = pick or (lambda output: output)
    generator = torch.Generator().manual_seed(0)
    picture = 0.5 + torch.rand(1, channels, *size, dtype=torch.float64, generator=generator)
    picture.requires_grad_()
    maps = pick(_all_positive(net)(picture * 1))  # a first layer that works in place may not touch a leaf
    row, column = place_in(maps, at)
    (gradient,) = torch.autograd.grad(maps[0, :, row, column].sum(), picture)
    seen = (gradient[0] != 0).any(dim=0)
    _check_outside(net, seen, channels, lambda output: pick(output)[0, :, row, column])
    return Field(seen.numpy())


def place_in(maps: torch.Tensor, at: tuple[int, int] | None) -> tuple[int, int]:
    """The place ``at`` in maps ``(N, C, h, w)``, by default the middle; `ValueError` if there is none such."""
    if not isinstance(maps, torch.Tensor) or maps.ndim != 4:
        found = tuple(maps.shape) if isinstance(maps, torch.Tensor) else type(maps).__name__
        raise ValueError(f"net: found {found} as its output, expected maps (N, C, h, w). Choose them with pick=...")
    height, width = maps.shape[-2:]
    row, column = at or (height // 2, width // 2)
    if not (0 <= row < height and 0 <= column < width):
        raise ValueError(f"at: found {(row, column)}, expected a place in the output map of {height} x {width}")
    return row, column


@torch.no_grad()
def _all_positive(net: nn.Module) -> nn.Module:
    """A copy in which every path passes its share on, and none is closed, outvoted or cancelled."""
    twin = copy.deepcopy(net).cpu().double().eval()
    twin = _mean_pooling(twin)
    for module in twin.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if parameter.ndim > 1:
                parameter.fill_(1 / parameter[0].numel())
            else:
                parameter.fill_(0 if name.endswith("bias") else 1)
        if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.track_running_stats:
            module.reset_running_stats()
        elif isinstance(module, NORMALISING) and module.bias is not None:
            module.bias.fill_(10)  # these centre what comes in; lift it, so that the next ReLU stays open
    return twin


def _mean_pooling(net: nn.Module) -> nn.Module:
    """The network with means for maxima; a pooling that is used at several places is replaced at each."""
    for path, module in list(net.named_modules(remove_duplicate=False)):
        if isinstance(module, nn.MaxPool2d) and module.dilation in (1, (1, 1)) and not module.return_indices:
            mean = nn.AvgPool2d(module.kernel_size, module.stride, module.padding, module.ceil_mode)
        elif isinstance(module, nn.AdaptiveMaxPool2d) and not module.return_indices:
            mean = nn.AdaptiveAvgPool2d(module.output_size)
        else:
            continue
        if not path:
            return mean
        net.set_submodule(path, mean)
    return net


def _check_outside(net: nn.Module, seen: torch.Tensor, channels: int, answer: Pick) -> None:
    """Raise `ValueError` if the network itself changes its answer when only pixels outside of ``seen`` change."""
    like = next(net.parameters(), torch.empty(0))
    generator = torch.Generator().manual_seed(1)
    picture, other = torch.randn(2, 1, channels, *seen.shape, generator=generator).to(like)
    mixed = torch.where(seen.to(like.device), picture, other)
    with evaluating(net):
        ours, theirs, all_changed = (answer(net(x.clone())) for x in (picture, mixed, other))
    rounding = 1e-5 * ours.abs().max()
    if (ours - theirs).abs().max() > 1e-3 * (ours - all_changed).abs().max() + rounding:
        raise ValueError(
            "net: pixels outside of the probed field change its output. The probe cannot look through max pooling that "
            "is a function (F.max_pool2d) or dilated: use the module nn.MaxPool2d, without dilation."
        )
