"""Chapter 06: skips from finer layers, the 1 x 1 head, and learned upsampling.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import sys
from functools import lru_cache, partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets
from segedu.evaluate import Score, evaluate
from segedu.nets.backbones import TinyResNet
from segedu.train import History

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

STEPS, FEW, FEW_STEPS, FURTHER_STEPS = 350, 40, 200, 100


class DenseHead(nn.Module):
    """The chapter's counterexample: all scores of the 3 x 4 map from one dense layer."""

    def __init__(self, num_classes: int):
        super().__init__()
        self.num_classes = num_classes
        self.backbone = TinyResNet()
        self.head = nn.Linear(128 * 3 * 4, num_classes * 3 * 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, 3, 96, 128)`` to logits ``(N, num_classes, 96, 128)``."""
        scores = self.head(self.backbone(x)[32].flatten(1)).view(-1, self.num_classes, 3, 4)
        return F.interpolate(scores, x.shape[-2:], mode="bilinear", align_corners=False)


def facts(score: Score) -> dict[str, float]:
    """The scores that the chapter speaks of."""
    return recipe.facts(score, "boundary_f", classes=("car", "person", "pole"))


@lru_cache(maxsize=1)
def trained(stride: int, seed: int) -> tuple[nn.Module, History]:
    """FCN of one stride; kept for those that train it further."""
    return recipe.trained(partial(nets.build, f"fcn{stride}s"), recipe.scenes(400, seed=0), seed, STEPS)


def fcn(stride: int, seed: int) -> dict[str, float]:
    """FCN of one stride."""
    net, history = trained(stride, seed)
    return facts(evaluate(net, recipe.scenes(150, seed=1))) | {"seconds": round(history.seconds, 1)}


def few_pictures(make: recipe.Make, seed: int) -> dict[str, float]:
    """A head that learns from few pictures; its score on these, too."""
    data = recipe.scenes(400, seed=0)
    few = data[:FEW]
    net, _ = recipe.trained(make, few, seed, FEW_STEPS, loss=recipe.weighted(data))
    seen = evaluate(net, few, tolerance=None).miou
    return facts(evaluate(net, recipe.scenes(150, seed=1))) | {"training_miou": round(seen, 4)}


def further(upsampling: str, seed: int) -> dict[str, float]:
    """FCN-8s trained on, with fixed or with learned upsampling."""
    data = recipe.scenes(400, seed=0)
    net = nets.build("fcn8s", len(data.labels), upsampling=upsampling)
    net.load_state_dict(trained(8, seed)[0].state_dict(), strict=upsampling == "fixed")
    recipe.train(net, data, seed + 1, FURTHER_STEPS, lr=1e-3, warmup=0)
    return facts(evaluate(net, recipe.scenes(150, seed=1)))


VARIANTS = {
    "FCN-32s": partial(fcn, 32),
    "FCN-16s": partial(fcn, 16),
    "FCN-4s": partial(fcn, 4),
    "FCN-8s": partial(fcn, 8),
    "FCN-8s further, fixed": partial(further, "fixed"),
    "FCN-8s further, learned": partial(further, "learned"),
    f"dense head, {FEW} pictures": partial(few_pictures, DenseHead),
    f"1 x 1 head, {FEW} pictures": partial(few_pictures, partial(nets.build, "fcn32s")),
}

if __name__ == "__main__":
    run("06_fcn", "FCN on Scenes 96 x 128: 400 training pictures, 150 validation pictures", VARIANTS)
