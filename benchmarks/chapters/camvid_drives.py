"""What the studies of chapter 15 have in common: the drives of CamVid, and one way to train on them.

The training split has frames of three drives: 0001TP at dusk, 0006R0 and 0016E5 by day. Where a study chooses, it
learns from 0001TP and 0016E5 and looks at 0006R0, which no picture of the training shows. It needs the frames in
$SEGEDU_DATA/camvid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from torch import nn

from benchmarks import recipe
from segedu import nets
from segedu.data import Augment, CamVid, LabelledImages, stack
from segedu.history import History

SIZE, CROP, BATCH = (180, 240), (160, 208), 12
LIGHT = {"brightness": 0.3, "contrast": 0.2, "tint": 0.1}
LEARNED, HELD_OUT = ("0001TP", "0016E5"), ("0006R0",)
USUAL = {
    "batch_size": BATCH, "warmup": 20, "lr": 3e-4, "head_lr": 10.0, "augment": Augment(CROP, (0.7, 1.4), **LIGHT),
}  # fmt: skip
SETTINGS = {"size": SIZE, "crop": CROP, "batch_size": BATCH, "learned": LEARNED, "held_out": HELD_OUT}


@cache
def split(name: str = "train", size: tuple[int, int] = SIZE) -> LabelledImages:
    """A split of CamVid."""
    return stack(CamVid(name, size))


@cache
def drives(names: Sequence[str], of: str = "train", size: tuple[int, int] = SIZE) -> LabelledImages:
    """The frames of some drives in a split."""
    data = split(of, size)
    return part(data, [i for i, name in enumerate(data.names) if name.startswith(tuple(names))])


def part(data: LabelledImages, index: Sequence[int]) -> LabelledImages:
    """Some of the pictures."""
    index = list(index)
    names = tuple(data.names[i] for i in index)
    return replace(data, images=data.images[index], masks=data.masks[index], names=names)


def pyramid(num_classes: int, weights: str | None = "imagenet") -> nn.Module:
    """The feature pyramid of chapter 06 on EfficientNet-Lite0."""
    return nets.build("fpn4s", num_classes, backbone="efficientnet_lite0", weights=weights)


def trained(
    data: LabelledImages, seed: int, steps: int, make: recipe.Make = pyramid, **changes: Any
) -> tuple[nn.Module, History]:
    """Train as usual, but for the changes (of `segedu.train.fit`)."""
    return recipe.trained(make, data, seed, steps, **USUAL | changes)
