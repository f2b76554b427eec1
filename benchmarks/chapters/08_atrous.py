"""Chapter 08: a context module of several rates, and FCN-32s made dense.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import sys
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets
from segedu.data import Augment, LabelledImages
from segedu.evaluate import Score, evaluate
from segedu.nets.backbones import TinyResNet
from segedu.nets.dilated import OFFSET
from segedu.nets.parts.blocks import upsample

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

STEPS, WITH_MODULE, FURTHER = 300, 200, 100
CROP, LARGER = (96, 128), (128, 160)
RATES = {
    "no context": None,
    "1 everywhere": (1,) * 7,
    "paper": (1, 1, 2, 4, 8, 16, 1),
    "paper, 16 last": (1, 1, 1, 2, 4, 8, 16),
    "multiples of 3, same field": (3, 3, 3, 6, 6, 9, 3),
    "2 everywhere": (2,) * 7,
    "3 everywhere": (3,) * 7,
    "5 everywhere": (5,) * 7,
}


class FCN32(nn.Module):
    """FCN-32s, or with the same weights its dense version; the score map is moved to where it belongs."""

    def __init__(self, num_classes: int, output_stride: int = 32, moved: bool = True):
        super().__init__()
        self.backbone = TinyResNet(output_stride=output_stride)
        self.score = nn.Conv2d(self.backbone.channels[32], num_classes, 1)
        self.output_stride = output_stride
        self.offset = (32 - output_stride) // 2 if moved else 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, 3, H, W)`` to logits ``(N, num_classes, H, W)``."""
        height, width = x.shape[-2:]
        scores = upsample(self.score(self.backbone(x)[32]), self.output_stride, (height, width))
        return F.pad(scores, (self.offset, 0, self.offset, 0), mode="replicate")[..., :height, :width]


def facts(score: Score) -> dict[str, float]:
    """The scores that the chapter speaks of."""
    classes, pairs = ("road", "water", "car", "person", "pole"), (("road", "water"), ("car", "boat"))
    return recipe.facts(score, "boundary_f", "pixel_accuracy", classes=classes, pairs=pairs)


def worlds(size: tuple[int, int] = CROP) -> tuple[LabelledImages, LabelledImages]:
    """Pictures to train on, and pictures to validate on."""
    return recipe.scenes(400, seed=0, size=size), recipe.scenes(150, seed=1, size=size)


@lru_cache(maxsize=1)
def front_end(seed: int) -> nn.Module:
    """A front end, trained; kept for the modules that are plugged in."""
    return recipe.trained(partial(nets.build, "dilated", context=None), worlds()[0], seed, STEPS)[0]


def front_end_alone(seed: int) -> dict[str, float]:
    """The scores of the front end."""
    return facts(evaluate(front_end(seed), worlds()[1]))


def with_rates(rates: tuple[int, ...] | None, seed: int) -> dict[str, float]:
    """A context module plugged into the front end, and both trained on together."""
    train, val = worlds()
    start = front_end(seed).state_dict()
    torch.manual_seed(seed)
    options: dict[str, Any] = {"context": None} if rates is None else {"rates": rates}
    net = nets.build("dilated", len(train.labels), **options)
    net.load_state_dict(start, strict=rates is None)
    with torch.no_grad():
        net.score.bias += OFFSET
    history = recipe.train(net, train, seed + 1, WITH_MODULE, lr=3e-3)
    about = {"parameters": recipe.parameters(net), "seconds": round(history.seconds, 1)}
    return facts(evaluate(net, val)) | about


def from_scratch(seed: int) -> dict[str, float]:
    """Front end and module trained together from the start."""
    train, val = worlds()
    net, _ = recipe.trained(partial(nets.build, "dilated"), train, seed, STEPS + WITH_MODULE, lr=3e-3)
    return facts(evaluate(net, val))


@lru_cache(maxsize=1)
def fcn32(crops: bool, seed: int) -> nn.Module:
    """FCN-32s trained, on whole pictures or on crops of larger ones."""
    if crops:
        return recipe.trained(FCN32, worlds(LARGER)[0], seed, STEPS, augment=Augment(crop=CROP))[0]
    return recipe.trained(FCN32, worlds()[0], seed, STEPS)[0]


def as_trained(crops: bool, seed: int) -> dict[str, float]:
    """FCN-32s at its own stride."""
    return facts(evaluate(fcn32(crops, seed), worlds(LARGER if crops else CROP)[1]))


def at_stride(crops: bool, stride: int, seed: int, *, moved: bool = True, further: bool = False) -> dict[str, float]:
    """The same weights at another stride, as they are or trained a little further."""
    train, val = worlds(LARGER if crops else CROP)
    net = FCN32(len(train.labels), stride, moved)
    net.load_state_dict(fcn32(crops, seed).state_dict())
    if further:
        recipe.train(net, train, seed + 1, FURTHER, lr=2e-3, warmup=0)
    return facts(evaluate(net, val))


def made_dense(crops: bool) -> dict[str, partial]:
    """The strides of FCN-32s by name."""
    found = {"stride 32": partial(as_trained, crops)}
    for stride in (16, 8):
        found[f"stride {stride}"] = partial(at_stride, crops, stride)
        found[f"stride {stride}, not moved"] = partial(at_stride, crops, stride, moved=False)
    if not crops:
        found |= {
            f"stride {stride}, further": partial(at_stride, crops, stride, further=True) for stride in (32, 16, 8)
        }
    return {f"FCN-32s{' on crops' if crops else ''}, {name}": variant for name, variant in found.items()}


VARIANTS = {
    "rates: front end": front_end_alone,
    **{f"rates: {name}": partial(with_rates, rates) for name, rates in RATES.items()},
    "rates: paper, from scratch": from_scratch,
    **made_dense(crops=False),
    **made_dense(crops=True),
}

if __name__ == "__main__":
    what = "The dilated network and FCN-32s made dense, on Scenes: 400 training pictures, 150 validation pictures"
    run("08_atrous", what, VARIANTS)
