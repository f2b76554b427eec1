"""What the studies of chapter 15 have in common: the drives of CamVid, and one way to train on them.

The training split has frames of three drives: 0001TP at dusk, 0006R0 and 0016E5 by day. Where a study chooses, it
learns from 0001TP and 0016E5 and looks at 0006R0, which no picture of the training shows. The recipe is that of
``python -m segedu bench camvid --profile laptop``. It needs the frames in $SEGEDU_DATA/camvid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache, partial
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks import recipe
from segedu import nets
from segedu.bench import PROFILES
from segedu.data import CamVid, LabelledImages, stack
from segedu.history import History

LAPTOP = PROFILES["laptop"]
LEARNED, HELD_OUT = ("0001TP", "0016E5"), ("0006R0",)
USUAL = {key: getattr(LAPTOP, key) for key in ("batch_size", "lr", "head_lr", "warmup", "augment")}
SAME_LIGHT = replace(LAPTOP.augment, brightness=0.0, contrast=0.0, tint=0.0)
SETTINGS = {
    "recipe": {"size": LAPTOP.size} | USUAL | {"augment": asdict(LAPTOP.augment)},
    "learned": LEARNED,
    "held_out": HELD_OUT,
}


@cache
def split(name: str = "train", size: tuple[int, int] = LAPTOP.size) -> LabelledImages:
    """A split of CamVid."""
    return stack(CamVid(name, size))


@cache
def drives(names: Sequence[str], of: str = "train", size: tuple[int, int] = LAPTOP.size) -> LabelledImages:
    """The frames of some drives in a split."""
    data = split(of, size)
    return part(data, [i for i, name in enumerate(data.names) if name.startswith(tuple(names))])


def joined(*parts: LabelledImages) -> LabelledImages:
    """The pictures of several sets in one."""
    images, masks = (torch.cat([getattr(one, key) for one in parts]) for key in ("images", "masks"))
    return replace(parts[0], images=images, masks=masks, names=sum((one.names for one in parts), ()))


def part(data: LabelledImages, index: Sequence[int]) -> LabelledImages:
    """Some of the pictures."""
    index = list(index)
    names = tuple(data.names[i] for i in index)
    return replace(data, images=data.images[index], masks=data.masks[index], names=names)


def spread(data: LabelledImages, count: int, seed: int) -> LabelledImages:
    """So many pictures at equal distances, which begin elsewhere with each seed."""
    if count >= len(data):
        return data
    start = np.random.default_rng(seed).random()
    return part(data, ((np.arange(count) + start) * len(data) / count).astype(int).tolist())


def pyramid(num_classes: int, weights: str | None = "imagenet") -> nn.Module:
    """The feature pyramid of chapter 06 on EfficientNet-Lite0, down to stride 2."""
    return nets.build("fpn2s", num_classes, backbone="efficientnet_lite0", weights=weights)


def trained(
    data: LabelledImages, seed: int, steps: int, make: recipe.Make = pyramid, **changes: Any
) -> tuple[nn.Module, History]:
    """Train as usual, but for the changes (of `segedu.train.fit`)."""
    return recipe.trained(partial(side_by_side, make), data, seed, steps, **USUAL | changes)


def side_by_side(make: recipe.Make, num_classes: int) -> nn.Module:
    """A network whose channels lie side by side in memory, which is faster on a CPU."""
    return make(num_classes).to(memory_format=torch.channels_last)
