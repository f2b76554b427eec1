"""Chapter 05 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/convolution_chapter.py --seeds 0 1 2 --out benchmarks/results/convolution_chapter.json
Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2). With --camvid, only
the fields on real streets, trained and validated at 96 x 128.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
from convolution_fields import fields, on_camvid, patches
from convolution_nets import Data, Net, deep, facts, plain, train
from torch import nn

from segedu.data import CamVid, LabelledImages, Scenes, normalize, stack
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.results import write_measurement

RATES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
SIZES = ((96, 128), (48, 64))


def batch_norm(seed: int, data: Data) -> dict[str, Any]:
    """Loss and mIoU for each learning rate; scores with statistics of the batch or of all pictures."""
    found: dict[str, Any] = {}
    weight = class_weights(data[0].masks, 9)
    for norm in (False, True):
        for rate in RATES:
            torch.manual_seed(seed)
            net, name = plain(norm), f"{'with' if norm else 'without'}, {rate:g}"
            try:
                history = train(net, data[0], weight, seed, steps=80, lr=rate, optimizer="sgd")
            except FloatingPointError:
                found[name] = "diverged"
                continue
            loss = {f"loss_at_{s}": round(sum(history.loss[s - 10 : s]) / 10, 3) for s in (40, 80)}
            found[name] = facts(net, data[1]) | loss
    few = data[0][:24]
    for name, norm, rate in (("24 pictures, without", False, 0.03), ("24 pictures, with", True, 0.1)):
        torch.manual_seed(seed)
        net = plain(norm)
        train(net, few, weight, seed, steps=150, lr=rate, optimizer="sgd")
        found[name] = facts(net, data[1]) | {"training_miou": round(evaluate(net, few, tolerance=None).miou, 4)}
    for name, everyone in (("statistics of the batch", False), ("statistics of all", True)):
        torch.manual_seed(seed)
        net = plain(True)
        train_on_few(net, few, weight, everyone, seed)
        found[name] = facts(net, data[1]) | {"training_miou": round(evaluate(net, few, tolerance=None).miou, 4)}
    return found


def train_on_few(
    net: Net, few: LabelledImages, weight: torch.Tensor, everyone: bool, seed: int, steps: int = 150
) -> None:
    """Batches of 8; the statistics come from them, or from all the pictures, with the same loss."""
    generator = torch.Generator().manual_seed(seed)
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


def residual(seed: int, data: Data) -> dict[str, Any]:
    """Gradient of the first layer over that of the last, before training; scores after it."""
    found: dict[str, Any] = {}
    images, masks, weight = normalize(data[0].images[:8]), data[0].masks[:8], class_weights(data[0].masks, 9)
    for norm in (False, True):
        for skip in (False, True):
            torch.manual_seed(seed)
            net = deep(norm, skip)
            cross_entropy(net(images), masks, weight).backward()
            convs = [m for m in net.features[1:].modules() if isinstance(m, nn.Conv2d)]
            first, last = (conv.weight.grad.norm().item() for conv in (convs[0], convs[-1]))
            history = train(net, data[0], weight, seed, steps=100, lr=3e-3, warmup=10)
            name = f"{'batch norm' if norm else 'no norm'}, {'skips' if skip else 'plain'}"
            loss = round(sum(history.loss[-10:]) / 10, 3)
            found[name] = facts(net, data[1]) | {"gradient_ratio": float(f"{first / last:.3g}"), "loss": loss}
    return found


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--camvid", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    found: dict[str, Any] = {"seeds": {}}
    if arguments.camvid:
        what = "Chapter 05's near, middle and far fields on CamVid at 96 x 128: mIoU on the validation pictures"
        streets = stack(CamVid("train", (96, 128))), stack(CamVid("val", (96, 128)))
        parts = {"fields": lambda seed: on_camvid(seed, streets)}
    else:
        what = "Chapter 05 on Scenes: fields at 96 x 128, batch normalisation and depth at 48 x 64; 400 + 150 pictures"
        large, small = ([stack(Scenes(n, size, seed=s)) for n, s in ((400, 0), (150, 1))] for size in SIZES)
        found["forest on 9 x 9 patches"] = patches(large)
        parts = {
            "fields": lambda seed: fields(seed, large),
            "batch norm": lambda seed: batch_norm(seed, small),
            "depth": lambda seed: residual(seed, small),
        }
    for seed in arguments.seeds:
        found["seeds"][str(seed)] = runs = {name: part(seed) for name, part in parts.items()}
        for name, run in runs.items():
            print(seed, name, *run.items(), sep="\n  ", flush=True)
    write_measurement(arguments.out, what, found)


if __name__ == "__main__":
    main()
