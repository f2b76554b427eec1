"""Chapter 06 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/fcn_chapter.py --seeds 0 1 2 --out benchmarks/results/fcn_chapter.json
Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets
from segedu.data import LabelledImages, Scenes, stack
from segedu.evaluate import Score, evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.nets.backbones import TinyResNet
from segedu.results import write_measurement
from segedu.train import fit

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
    thin = {name: round(score.iou[name], 4) for name in ("car", "person", "pole")}
    return {"miou": round(score.miou, 4), "boundary_f": round(score.boundary_f, 4), **thin}


def one_seed(seed: int, train: LabelledImages, val: LabelledImages) -> dict[str, dict[str, float]]:
    """Every comparison of the chapter with one seed."""
    classes, found, trained = len(train.labels), {}, {}
    loss = partial(cross_entropy, weight=class_weights(train.masks, classes))
    settings = {"batch_size": 8, "loss": loss, "progress": False}
    for stride in (32, 16, 8, 4):
        torch.manual_seed(seed)
        trained[stride] = net = nets.build(f"fcn{stride}s", classes)
        history = fit(net, train, steps=STEPS, lr=5e-3, warmup=20, seed=seed, **settings)
        found[f"FCN-{stride}s"] = facts(evaluate(net, val)) | {"seconds": round(history.seconds, 1)}
    for name, make in (("dense head", DenseHead), ("1 x 1 head", lambda c: nets.build("fcn32s", c))):
        torch.manual_seed(seed)
        net = make(classes)
        few = train[:FEW]
        fit(net, few, steps=FEW_STEPS, lr=5e-3, warmup=20, seed=seed, **settings)
        seen = evaluate(net, few, tolerance=None).miou
        found[f"{name}, {FEW} pictures"] = facts(evaluate(net, val)) | {"training_miou": round(seen, 4)}
    for upsampling in ("fixed", "learned"):
        net = nets.build("fcn8s", classes, upsampling=upsampling)
        net.load_state_dict(trained[8].state_dict(), strict=upsampling == "fixed")
        fit(net, train, steps=FURTHER_STEPS, lr=1e-3, seed=seed + 1, **settings)
        found[f"FCN-8s further, {upsampling}"] = facts(evaluate(net, val))
    return found


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    train, val = stack(Scenes(400, seed=0)), stack(Scenes(150, seed=1))
    runs = {}
    for seed in arguments.seeds:
        runs[str(seed)] = one_seed(seed, train, val)
        print(seed, *runs[str(seed)].items(), sep="\n  ", flush=True)
    what = "FCN on Scenes 96 x 128: 400 training pictures, 150 validation pictures"
    write_measurement(arguments.out, what, {"seeds": runs})


if __name__ == "__main__":
    main()
