"""How every network of a table learns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from segedu.data import Augment, LabelledImages
from segedu.history import History
from segedu.losses import class_weights, cross_entropy
from segedu.train import fit
from segedu.train.step import Loss


def weighted(data: LabelledImages) -> Loss:
    """Cross-entropy in which a class counts more, the rarer it is in the data; on the device of the data."""
    return partial(cross_entropy, weight=class_weights(data.masks, len(data.labels)).to(data.masks.device))


@dataclass(frozen=True)
class Recipe:
    """The settings that all networks of a table have in common; they were tuned for none of them.

    Parameters
    ----------
    size : (int, int)
        Rows and columns of the pictures.
    steps, batch_size, lr, warmup, head_lr
        As in `segedu.train.fit`.
    augment : Augment
    network : dict
        Options of `segedu.nets.build` for every network.
    channels_last : bool
        Whether the channels of a pixel lie side by side in memory. That rounds otherwise, and changes the time.
    mirrored : bool
        Whether an answer is the mean over the picture and its mirror image.
    shrink_pixels, shrink_crf : int
        How many times smaller the pictures are that the classifiers of single pixels see, and the dense CRF, whose work
        grows with the square of the number of pixels.
    """

    size: tuple[int, int]
    steps: int
    batch_size: int = 8
    lr: float = 5e-3
    warmup: int = 20
    head_lr: float = 1.0
    augment: Augment = field(default_factory=Augment)
    network: dict[str, Any] = field(default_factory=dict)
    channels_last: bool = False
    mirrored: bool = False
    shrink_pixels: int = 1
    shrink_crf: int = 1

    def train(
        self,
        make: Callable[[int], nn.Module],
        data: LabelledImages,
        seed: int,
        auxiliary_weight: float = 0.0,
        val: LabelledImages | None = None,
        checkpoint: Path | None = None,
    ) -> tuple[nn.Module, History]:
        """Make a network for a number of classes and train it, both with one seed; see `segedu.train.fit`."""
        torch.manual_seed(seed)
        net = make(len(data.labels))
        if self.channels_last:
            net = net.to(memory_format=torch.channels_last)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        data = data.to(device)
        history = fit(
            net, data, steps=self.steps, batch_size=self.batch_size, lr=self.lr, warmup=self.warmup,
            head_lr=self.head_lr, augment=self.augment, loss=weighted(data),
            auxiliary_weight=auxiliary_weight, seed=seed, val=val, val_every=max(1, self.steps // 2),
            checkpoint=checkpoint, progress=False,
        )  # fmt: skip
        return net, history

    def facts(self) -> dict[str, Any]:
        """All settings, for a record."""
        return asdict(self)


SCENES = Recipe(size=(96, 128), steps=350)
"""Of chapter 06, where FCN was trained."""

_LAPTOP = Recipe(
    size=(180, 240),
    steps=300,
    batch_size=6,
    lr=1e-3,
    head_lr=10.0,
    warmup=40,
    augment=Augment(brightness=0.3, contrast=0.2, tint=0.1),
    network={"backbone": "efficientnet_lite0", "weights": "imagenet"},
    channels_last=True,
    mirrored=True,
    shrink_crf=2,
)
_FULL = replace(_LAPTOP, size=(360, 480), steps=600, batch_size=4, shrink_pixels=2, shrink_crf=4)

PROFILES = {
    "laptop": _LAPTOP,
    "ten-minutes": _FULL,
    "gpu": replace(_FULL, steps=4000, batch_size=12),
    "tiny": replace(_LAPTOP, size=(64, 96), steps=2, batch_size=2, network={}, shrink_crf=1),
}
"""Of the table of real streets, by name. ``"ten-minutes"`` is what a network of its speed takes on two cores, meant for
the best one, and ``"tiny"`` tries the command out.

:meta hide-value:
"""
