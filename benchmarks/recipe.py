"""What the studies have in common: the made world, the training of the chapters, and scores as numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import torch
from torch import nn

from segedu.bench import SCENES
from segedu.bench.recipe import weighted
from segedu.data import LabelledImages, Scenes, stack
from segedu.evaluate import Score
from segedu.train import History, fit

Make = Callable[[int], nn.Module]
"""From a number of classes to a network."""


@cache
def scenes(count: int, seed: int, size: tuple[int, int] = (96, 128)) -> LabelledImages:
    """Pictures of the made world, drawn once; seed 0 is for training, 1 for validation, 2 for the test."""
    return stack(Scenes(count, size, seed=seed))


def train(net: nn.Module, data: LabelledImages, seed: int, steps: int, **settings: Any) -> History:
    """Train as the chapters do, but for the ``settings`` (of `segedu.train.fit`) that are given."""
    usual = {key: getattr(SCENES, key) for key in ("batch_size", "lr", "warmup")} | {"progress": False}
    loss = settings.pop("loss", None) or weighted(data)
    return fit(net, data, steps=steps, seed=seed, loss=loss, **usual | settings)


def trained(make: Make, data: LabelledImages, seed: int, steps: int, **settings: Any) -> tuple[nn.Module, History]:
    """Make a network and train it, both with one seed."""
    torch.manual_seed(seed)
    net = make(len(data.labels))
    return net, train(net, data, seed, steps, **settings)


def facts(
    score: Score, *also: str, classes: Iterable[str] = (), pairs: Iterable[tuple[str, str]] = ()
) -> dict[str, float | None]:
    """MIoU and other attributes of a score, the IoU of classes, and how well pairs of classes are told apart."""
    found = {name: getattr(score, name) for name in ("miou", *also)}
    found |= {name: score.iou[name] for name in classes}
    return rounded(found | {f"{one}_{other}": score.pairwise_accuracy(one, other) for one, other in pairs})


def rounded(numbers: dict[str, float]) -> dict[str, float | None]:
    """Four decimals; ``None`` for nan, which JSON does not have."""
    return {name: None if math.isnan(value) else round(float(value), 4) for name, value in numbers.items()}


def parameters(net: nn.Module) -> int:
    """How many numbers were learned."""
    return sum(parameter.numel() for parameter in net.parameters())
