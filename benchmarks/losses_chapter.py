"""Chapter 03 over several seeds: one small network, trained with one loss after the other.

Run: python benchmarks/losses_chapter.py --seeds 0 1 2 --out benchmarks/results/losses_chapter.json
Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
With --steps, --losses and --rates other questions are asked: does a loss need more time, or another learning rate?
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import torch

from segedu import nets
from segedu.data import LabelledImages, Scenes, normalize, stack
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy, dice_loss, focal_loss, one_hot_bce
from segedu.metrics import per_image_miou
from segedu.results import write_measurement
from segedu.train import fit
from segedu.train.step import Loss

STEPS, RATE = 200, 5e-3


def cross_entropy_and_dice(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Their plain sum."""
    return cross_entropy(logits, target) + dice_loss(logits, target)


def losses(train: LabelledImages) -> dict[str, Loss]:
    """The losses of the chapter by name; ``share`` is the share of a class in the training pixels."""
    weights = {power: class_weights(train.masks, len(train.labels), power) for power in (0.5, 1.0)}
    return {
        "cross-entropy": cross_entropy,
        "one-hot BCE": one_hot_bce,
        "weighted, share ** -0.5": partial(cross_entropy, weight=weights[0.5]),
        "weighted, share ** -1": partial(cross_entropy, weight=weights[1.0]),
        "focal, gamma 2": focal_loss,
        "Dice": dice_loss,
        "cross-entropy + Dice": cross_entropy_and_dice,
    }


def trained_score(
    loss: Loss, steps: int, rate: float, seed: int, train: LabelledImages, val: LabelledImages
) -> dict[str, float]:
    """Train FCN-4s with one loss, and score it."""
    torch.manual_seed(seed)
    net = nets.build("fcn4s", len(train.labels))
    history = fit(net, train, steps=steps, batch_size=8, lr=rate, warmup=20, loss=loss, seed=seed, progress=False)
    score = evaluate(net, val)
    found = {name: score.iou[name] for name in ("sky", "car", "boat", "person", "pole")}
    found |= {"miou": score.miou, "pixel_accuracy": score.pixel_accuracy, "boundary_f": score.boundary_f}
    found |= {"mean_accuracy": score.confusion.mean_accuracy(), "fwiou": score.confusion.fwiou()}
    with torch.no_grad():
        maps = [net(normalize(batch)).max(dim=1).indices for batch in val.images.split(16)]
    each = per_image_miou(torch.cat(maps), val.masks, len(train.labels))
    found |= {"per_image_miou": float(each.mean()), "seconds": history.seconds}
    return {name: round(value, 4) for name, value in found.items()}


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--rates", type=float, nargs="+", default=[RATE])
    parser.add_argument("--losses", nargs="+", help="names as in the file of results; default: all")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    train, val = stack(Scenes(400, seed=0)), stack(Scenes(150, seed=1))
    runs = []
    for name, loss in losses(train).items():
        if arguments.losses and name not in arguments.losses:
            continue
        for rate in arguments.rates:
            for seed in arguments.seeds:
                score = trained_score(loss, arguments.steps, rate, seed, train, val)
                runs.append({"loss": name, "steps": arguments.steps, "learning_rate": rate, "seed": seed} | score)
                print(runs[-1], flush=True)
    what = "FCN-4s on Scenes 96 x 128 with each loss: 400 training pictures, 150 validation pictures, batches of 8"
    write_measurement(arguments.out, what, {"runs": runs})


if __name__ == "__main__":
    main()
