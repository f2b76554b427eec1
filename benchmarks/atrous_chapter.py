"""Chapter 08 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/atrous_chapter.py --seeds 0 1 2 --out benchmarks/results/atrous_chapter.json
Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets
from segedu.data import Augment, LabelledImages, Scenes, stack
from segedu.evaluate import Score, evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.nets.backbones import TinyResNet
from segedu.nets.dilated import OFFSET
from segedu.nets.parts.blocks import upsample
from segedu.results import write_measurement
from segedu.train import fit

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
    found = {"miou": score.miou, "boundary_f": score.boundary_f, "pixel_accuracy": score.pixel_accuracy}
    found |= {"road_water": score.told_apart("road", "water"), "car_boat": score.told_apart("car", "boat")}
    found |= {name: score.iou[name] for name in ("road", "water", "car", "person", "pole")}
    return {name: round(value, 4) for name, value in found.items()}


def settings_for(train: LabelledImages, seed: int) -> dict[str, object]:
    """How everything here is trained."""
    loss = partial(cross_entropy, weight=class_weights(train.masks, len(train.labels)))
    return {"batch_size": 8, "loss": loss, "seed": seed, "progress": False}


def made_dense(seed: int, train: LabelledImages, val: LabelledImages, **options: object) -> dict[str, dict]:
    """FCN-32s trained; the same weights at finer strides; and (without crops) both trained a little further."""
    classes, settings = len(train.labels), settings_for(train, seed)
    torch.manual_seed(seed)
    trained = FCN32(classes)
    fit(trained, train, steps=STEPS, lr=5e-3, warmup=20, **settings, **options)
    found = {"stride 32": facts(evaluate(trained, val))}
    for stride in (16, 8):
        for moved in (True, False):
            net = FCN32(classes, stride, moved)
            net.load_state_dict(trained.state_dict())
            found[f"stride {stride}" + ("" if moved else ", not moved")] = facts(evaluate(net, val))
    if not options:
        for stride in (32, 16, 8):
            net = FCN32(classes, stride)
            net.load_state_dict(trained.state_dict())
            fit(net, train, steps=FURTHER, lr=2e-3, **settings | {"seed": seed + 1})
            found[f"stride {stride}, further"] = facts(evaluate(net, val))
    return found


def with_rates(seed: int, train: LabelledImages, val: LabelledImages) -> dict[str, dict]:
    """A front end, trained; then a context module of several rates plugged in, and both trained on together."""
    settings = settings_for(train, seed)
    torch.manual_seed(seed)
    front_end = nets.build("dilated", len(train.labels), context=None)
    fit(front_end, train, steps=STEPS, lr=5e-3, warmup=20, **settings)
    found = {"rates: front end": facts(evaluate(front_end, val))}
    for name, rates in RATES.items():
        torch.manual_seed(seed)
        options = {"context": None} if rates is None else {"rates": rates}
        net = nets.build("dilated", len(train.labels), **options)
        net.load_state_dict(front_end.state_dict(), strict=rates is None)
        with torch.no_grad():
            net.score.bias += OFFSET
        history = fit(net, train, steps=WITH_MODULE, lr=3e-3, warmup=20, **settings | {"seed": seed + 1})
        parameters = sum(p.numel() for p in net.parameters())
        about = {"parameters": parameters, "seconds": round(history.seconds, 1)}
        found[f"rates: {name}"] = facts(evaluate(net, val)) | about
    return found


def from_scratch(seed: int, train: LabelledImages, val: LabelledImages) -> dict[str, float]:
    """Front end and module trained together from the start."""
    torch.manual_seed(seed)
    net = nets.build("dilated", len(train.labels))
    fit(net, train, steps=STEPS + WITH_MODULE, lr=3e-3, warmup=20, **settings_for(train, seed))
    return facts(evaluate(net, val))


def one_seed(seed: int) -> dict[str, dict]:
    """Every comparison of the chapter with one seed."""
    train, val = stack(Scenes(400, CROP, seed=0)), stack(Scenes(150, CROP, seed=1))
    found = with_rates(seed, train, val) | {"rates: paper, from scratch": from_scratch(seed, train, val)}
    found |= {f"FCN-32s, {name}": value for name, value in made_dense(seed, train, val).items()}
    larger, larger_val = stack(Scenes(400, LARGER, seed=0)), stack(Scenes(150, LARGER, seed=1))
    crops = made_dense(seed, larger, larger_val, augment=Augment(crop=CROP))
    return found | {f"FCN-32s on crops, {name}": value for name, value in crops.items()}


def main() -> None:
    """Run all seeds and write one file; seeds that are in the file already are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    runs = json.loads(arguments.out.read_text())["seeds"] if arguments.out.exists() else {}
    what = "The dilated network and FCN-32s made dense, on Scenes: 400 training pictures, 150 validation pictures"
    for seed in arguments.seeds:
        runs[str(seed)] = one_seed(seed)
        print(seed, *runs[str(seed)].items(), sep="\n  ", flush=True)
        write_measurement(arguments.out, what, {"seeds": runs})


if __name__ == "__main__":
    main()
