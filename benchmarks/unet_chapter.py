"""Chapter 07 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/unet_chapter.py --seeds 0 1 2 --out benchmarks/results/unet_chapter.json
Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).

With --longer: what a notebook has no time for. U-Net on 96 x 128 pictures, and twice the steps without skips.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from segedu import nets
from segedu.data import LabelledImages, Scenes, Tissue, normalize, stack
from segedu.evaluate import Score, evaluate
from segedu.losses import border_weights, class_weights, cross_entropy, pixel_weighted_cross_entropy
from segedu.metrics import pieces, rand_score, thin
from segedu.nets.modes import evaluating
from segedu.results import write_measurement
from segedu.train import fit

SMALL, FULL = (48, 64), (96, 128)
STEPS, EQUAL_TIME = 400, 900  # a step of U-Net takes as long as 2.2 to 2.4 of FCN's
THRESHOLDS = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]


def facts(score: Score, strict: Score) -> dict[str, float]:
    """The scores that the chapter speaks of; ``strict`` has borders within 1 pixel."""
    borders = {"boundary_f": round(score.boundary_f, 4), "boundary_f_1px": round(strict.boundary_f, 4)}
    return {"miou": round(score.miou, 4), **borders, **{name: round(value, 4) for name, value in score.iou.items()}}


def train_and_score(
    name: str, seed: int, steps: int, train: LabelledImages, val: LabelledImages, batch_size: int = 8, **options: object
) -> dict[str, float]:
    """One network on the scenes."""
    torch.manual_seed(seed)
    net = nets.build(name, len(train.labels), **options)
    loss = partial(cross_entropy, weight=class_weights(train.masks, len(train.labels)))
    settings = {"batch_size": batch_size, "lr": 5e-3, "warmup": 20, "loss": loss, "seed": seed, "progress": False}
    history = fit(net, train, steps=steps, **settings)
    return facts(evaluate(net, val), evaluate(net, val, tolerance=1)) | {
        "steps": steps,
        "seconds": round(history.seconds, 1),
    }


def separate(weighted: bool, seed: int, steps: int = 120) -> dict[str, list[float]]:
    """U-Net on the tissue, with border weights or without; Rand F of validation pictures by threshold."""
    data, val = Tissue(80, seed=0), Tissue(40, seed=1)
    pictures = stack(data)
    weights = [border_weights(s.instances, sigma=3) if weighted else np.ones(data.size, np.float32) for s in data]
    weights = torch.from_numpy(np.stack(weights))
    torch.manual_seed(seed)
    net = nets.build("unet", 2, levels=4)
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 5e-3 * (1 - step / steps)
        batch = torch.randint(0, len(pictures), (8,))
        logits = net(normalize(pictures.images[batch]))
        loss = pixel_weighted_cross_entropy(logits, pictures.masks[batch], weights[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return score_pieces(net, val)


def score_pieces(net: nn.Module, val: Tissue) -> dict[str, list[float]]:
    """Mean Rand F and pixel accuracy at each of the thresholds."""
    pictures = stack(val)
    with evaluating(net):
        probability = net(normalize(pictures.images)).softmax(1)[:, 1].numpy()
    found = {"threshold": THRESHOLDS, "rand_f": [], "pixel_accuracy": []}
    for threshold in THRESHOLDS:
        scores = [
            rand_score(thin(pieces(p > threshold)), s.instances).f() for p, s in zip(probability, val, strict=True)
        ]
        found["rand_f"].append(round(float(np.mean(scores)), 4))
        right = (probability > threshold) == (pictures.masks.numpy() == 1)
        found["pixel_accuracy"].append(round(float(right.mean()), 4))
    return found


def one_seed(seed: int) -> dict[str, dict]:
    """Every comparison of the chapter with one seed."""
    train, val = stack(Scenes(400, SMALL, seed=0)), stack(Scenes(150, SMALL, seed=1))
    found = {
        "FCN-8s": train_and_score("fcn8s", seed, STEPS, train, val),
        "U-Net": train_and_score("unet", seed, STEPS, train, val),
        "U-Net without skips": train_and_score("unet", seed, STEPS, train, val, skips=False),
    }
    for name in ("fcn8s", "fcn4s"):
        found[f"FCN-{name[3]}s, as long as U-Net"] = train_and_score(name, seed, EQUAL_TIME, train, val)
    for name, weighted in (("equal weights", False), ("border weights", True)):
        found[f"tissue, {name}"] = separate(weighted, seed)
    return found


def longer(seed: int) -> dict[str, dict]:
    """U-Net at twice the height and width, with five levels and with six; and without skips for twice the steps."""
    train, val = stack(Scenes(400, FULL, seed=0)), stack(Scenes(150, FULL, seed=1))
    found = {
        f"U-Net, 96 x 128, {levels} levels": train_and_score("unet", seed, STEPS, train, val, 4, levels=levels)
        for levels in (5, 6)
    }
    train, val = stack(Scenes(400, SMALL, seed=0)), stack(Scenes(150, SMALL, seed=1))
    return found | {"U-Net without skips": train_and_score("unet", seed, 2 * STEPS, train, val, skips=False)}


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--longer", action="store_true", help="what the notebook has no time for, instead")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    runs = {}
    for seed in arguments.seeds:
        runs[str(seed)] = longer(seed) if arguments.longer else one_seed(seed)
        print(seed, *runs[str(seed)].items(), sep="\n  ", flush=True)
    what = "U-Net and FCN on Scenes, 48 x 64 if not said otherwise: 400 training pictures, 150 validation pictures"
    write_measurement(arguments.out, what, {"seeds": runs})


if __name__ == "__main__":
    main()
