"""Self-checks of chapter 11, PSPNet."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F

from segedu.exercises.check import FunctionCheck

Edges = list[tuple[int, int]]


def _edges(size: int, bins: int) -> Edges:
    return [(i * size // bins, math.ceil((i + 1) * size / bins)) for i in range(bins)]


def _equal_blocks(size: int, bins: int) -> Edges:
    side = size // bins
    return [(i * side, (i + 1) * side) for i in range(bins)]


check_bin_edges = FunctionCheck(
    solution=_edges,
    cases=[(6, 3), (16, 6), (7, 3), (4, 6), (5, 1)],
    why="No cell is left out; where the size is no multiple of the bins, neighbours share one.",
    mistakes=[
        (_equal_blocks, "blocks of size // bins cells leave the last cells out (or are empty on a small map)"),
        (lambda size, bins: [(i * size // bins, (i + 1) * size // bins) for i in range(bins)],
         "the end is rounded up, not down; so neighbours may share a cell, and no bin is empty"),
        (lambda size, bins: [(math.ceil(i * size / bins), math.ceil((i + 1) * size / bins)) for i in range(bins)],
         "the start is rounded down, not up"),
        (lambda size, bins: [(start, stop - 1) for start, stop in _edges(size, bins)],
         "the end is the first cell that is no longer in the bin, as in range and in slices"),
    ],
)  # fmt: skip
"""Exercise 1: the cells that each bin of adaptive pooling takes along one axis."""


def _random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _spread(x: torch.Tensor, size: Sequence[int], mode: str = "bilinear", pinned: bool = False) -> torch.Tensor:
    options = {"align_corners": pinned} if mode == "bilinear" else {}
    return F.interpolate(x, size=tuple(size), mode=mode, **options)


def _branch(x: torch.Tensor, weight: torch.Tensor, bins: int, **how: object) -> torch.Tensor:
    return _spread(F.relu(F.conv2d(F.adaptive_avg_pool2d(x, bins), weight)), x.shape[-2:], **how)


def _pyramid(x: torch.Tensor, weights: Sequence[torch.Tensor], bins: Sequence[int], **how: object) -> torch.Tensor:
    return torch.cat([x, *(_branch(x, w, n, **how) for w, n in zip(weights, bins, strict=True))], dim=1)


def _spread_too_early(x: torch.Tensor, weights: Sequence[torch.Tensor], bins: Sequence[int]) -> torch.Tensor:
    spread = [_spread(F.adaptive_avg_pool2d(x, n), x.shape[-2:]) for n in bins]
    return torch.cat([x, *(F.relu(F.conv2d(s, w)) for s, w in zip(spread, weights, strict=True))], dim=1)


def _by_maximum(x: torch.Tensor, weights: Sequence[torch.Tensor], bins: Sequence[int]) -> torch.Tensor:
    pairs = zip(weights, bins, strict=True)
    return torch.cat(
        [x, *(_spread(F.relu(F.conv2d(F.adaptive_max_pool2d(x, n), w)), x.shape[-2:]) for w, n in pairs)], dim=1
    )


def _without_relu(x: torch.Tensor, weights: Sequence[torch.Tensor], bins: Sequence[int]) -> torch.Tensor:
    pairs = zip(weights, bins, strict=True)
    return torch.cat([x, *(_spread(F.conv2d(F.adaptive_avg_pool2d(x, n), w), x.shape[-2:]) for w, n in pairs)], dim=1)


check_pyramid = FunctionCheck(
    solution=_pyramid,
    cases=[
        (_random(2, 4, 6, 8), [_random(2, 4, 1, 1, seed=1)], (1,)),
        (_random(1, 4, 7, 5), [_random(2, 4, 1, 1, seed=1), _random(2, 4, 1, 1, seed=2)], (2, 3)),
    ],
    why="The map keeps its detail, and beside it stands at every place a summary of the whole.",
    mistakes=[
        (lambda x, weights, bins: _pyramid(x, weights, bins)[:, x.shape[1]:], "the map itself is missing in the stack"),
        (lambda x, weights, bins: torch.cat([(y := _pyramid(x, weights, bins))[:, x.shape[1]:], y[:, :x.shape[1]]], 1),
         "the map comes first, then the branches in the order of bins"),
        (_spread_too_early,
         "convolve and apply ReLU on the few bins, before you spread them out: that is cheaper, and ReLU gives "
         "something else after interpolation"),
        (_by_maximum, "you took the maximum of each bin; the pyramid takes the mean"),
        (_without_relu, "the ReLU after the convolution is missing"),
        (lambda x, weights, bins: _pyramid(x, weights, bins, mode="nearest"),
         "spread the bins out bilinearly, so that no edges appear between them"),
        (lambda x, weights, bins: _pyramid(x, weights, bins, pinned=True),
         "with align_corners=True the corner pixels are pinned; here pixels are areas, so align_corners=False"),
    ],
)  # fmt: skip
"""Exercise 2: the forward pass of the pyramid, without batch normalisation."""

VOID = 255


def _loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(logits, target, ignore_index=VOID)


def _two_losses(logits: torch.Tensor, auxiliary: torch.Tensor, target: torch.Tensor, weight: float) -> torch.Tensor:
    return _loss(logits, target) + weight * _loss(auxiliary, target)


def _void_counted(logits: torch.Tensor, auxiliary: torch.Tensor, target: torch.Tensor, weight: float) -> torch.Tensor:
    return _two_losses(logits, auxiliary, torch.where(target == VOID, 0, target), weight)


def _target(*shape: int, void: bool) -> torch.Tensor:
    target = torch.randint(0, 3, shape, generator=torch.Generator().manual_seed(0))
    if void:
        target[:, 0] = VOID
    return target


check_two_losses = FunctionCheck(
    solution=_two_losses,
    cases=[
        (_random(2, 3, 4, 5), _random(2, 3, 4, 5, seed=1), _target(2, 4, 5, void=False), 0.0),
        (_random(2, 3, 4, 5), _random(2, 3, 4, 5, seed=1), _target(2, 4, 5, void=False), 0.4),
        (_random(1, 3, 3, 4, seed=2), _random(1, 3, 3, 4, seed=3), _target(1, 3, 4, void=True), 0.4),
    ],
    why="The main loss keeps its full weight; the second one only adds to it.",
    mistakes=[
        (_void_counted, "void pixels (255) count in no loss; you counted them as class 0"),
        (lambda logits, auxiliary, target, weight:
            (1 - weight) * _loss(logits, target) + weight * _loss(auxiliary, target),
         "the main loss keeps weight 1; only the auxiliary one is multiplied"),
        (lambda logits, auxiliary, target, weight: _loss(logits + weight * auxiliary, target),
         "you added the logits; add the losses, each computed from its own logits"),
        (lambda logits, auxiliary, target, weight: _loss(logits, target) + _loss(auxiliary, target),
         "the auxiliary loss is still to be multiplied by its weight"),
        (lambda logits, auxiliary, target, weight: _loss(logits, target),
         "the auxiliary loss is still to be added"),
    ],
)  # fmt: skip
"""Exercise 3: the loss of a network with an auxiliary head."""
