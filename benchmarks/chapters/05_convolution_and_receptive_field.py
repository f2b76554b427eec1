"""Chapter 05: batch normalisation at several rates, and 40 layers with and without skips.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from segedu.data import LabelledImages, normalize
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.convolution_nets import Net, deep, facts, plain
from benchmarks.study import run

SIZE, FEW = (48, 64), 24
RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


def worlds() -> tuple[LabelledImages, LabelledImages]:
    """Pictures to train on, and pictures to validate on."""
    return recipe.scenes(400, seed=0, size=SIZE), recipe.scenes(150, seed=1, size=SIZE)


def at_rate(norm: bool, rate: float, seed: int) -> dict[str, Any]:
    """Loss and scores of eight layers, trained at one learning rate."""
    data, val = worlds()
    torch.manual_seed(seed)
    net = plain(norm)
    try:
        history = recipe.train(net, data, seed, 80, lr=rate, warmup=0, optimizer="sgd")
    except FloatingPointError:
        return {"diverged": True}
    return facts(net, val) | {f"loss_at_{s}": round(sum(history.loss[s - 10 : s]) / 10, 3) for s in (40, 80)}


def on_few(norm: bool, rate: float, seed: int) -> dict[str, float]:
    """Eight layers, trained on few pictures: scores on others, and on these."""
    data, val = worlds()
    torch.manual_seed(seed)
    net = plain(norm)
    settings = {"lr": rate, "warmup": 0, "optimizer": "sgd", "loss": recipe.weighted(data)}
    recipe.train(net, data[:FEW], seed, 150, **settings)
    return facts(net, val) | {"training_miou": round(evaluate(net, data[:FEW], tolerance=None).miou, 4)}


def statistics(everyone: bool, seed: int, steps: int = 150) -> dict[str, float]:
    """Batches of 8 of few pictures; the statistics come from them, or from all the pictures, with the same loss."""
    data, val = worlds()
    few, weight = data[:FEW], class_weights(data.masks, len(data.labels))
    torch.manual_seed(seed)
    net, generator = plain(True), torch.Generator().manual_seed(seed)
    images, masks = normalize(few.images), few.masks
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.PolynomialLR(optimizer, steps, power=0.9)
    net.train()
    for _ in range(steps):
        batch = torch.randperm(len(few), generator=generator)[:8]
        logits = net(images)[batch] if everyone else net(images[batch])
        optimizer.zero_grad()
        cross_entropy(logits, masks[batch], weight).backward()
        optimizer.step()
        schedule.step()
    net.eval()
    return facts(net, val) | {"training_miou": round(evaluate(net, few, tolerance=None).miou, 4)}


def gradient_ratio(net: Net, data: LabelledImages) -> float:
    """Gradient of the first layer over that of the last."""
    weight = class_weights(data.masks, len(data.labels))
    cross_entropy(net(normalize(data.images[:8])), data.masks[:8], weight).backward()
    convs = [m for m in net.features[1:].modules() if isinstance(m, nn.Conv2d)]
    first, last = (conv.weight.grad.norm().item() for conv in (convs[0], convs[-1]))
    return float(f"{first / last:.3g}")


def forty_layers(norm: bool, skip: bool, seed: int) -> dict[str, float]:
    """The ratio of gradients before training; scores after it."""
    data, val = worlds()
    torch.manual_seed(seed)
    net = deep(norm, skip)
    ratio = gradient_ratio(net, data)
    history = recipe.train(net, data, seed, 100, lr=3e-3, warmup=10)
    return facts(net, val) | {"gradient_ratio": ratio, "loss": round(sum(history.loss[-10:]) / 10, 3)}


VARIANTS = {
    **{f"{n} norm, rate {rate:g}": partial(at_rate, n == "batch", rate) for n in ("no", "batch") for rate in RATES},
    f"{FEW} pictures, no norm": partial(on_few, False, 0.03),
    f"{FEW} pictures, batch norm": partial(on_few, True, 0.1),
    f"{FEW} pictures, statistics of the batch": partial(statistics, False),
    f"{FEW} pictures, statistics of all": partial(statistics, True),
    "40 layers, no norm, plain": partial(forty_layers, False, False),
    "40 layers, no norm, skips": partial(forty_layers, False, True),
    "40 layers, batch norm, plain": partial(forty_layers, True, False),
    "40 layers, batch norm, skips": partial(forty_layers, True, True),
}

if __name__ == "__main__":
    what = "Chapter 05 on Scenes 48 x 64: batch normalisation and depth; 400 training and 150 validation pictures"
    run("05_convolution_and_receptive_field", what, VARIANTS)
