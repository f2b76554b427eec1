"""What it costs on CamVid to resize maps to fit, where they should be enlarged by a whole factor and cut.

Run: python benchmarks/camvid_enlarge.py --out benchmarks/results/camvid_enlarge.json
It needs the frames in $SEGEDU_DATA/camvid (see `segedu.data.CamVid`). The settings are those of the recorded run
camvid_fcn4s_wide2, with fewer steps. The drive 0006R0 is held out of the training frames: it and the validation clip
are scored; the test split is not touched.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import torch
from input_sizes import ResizingFCN
from torch import nn

from segedu.data import Augment, CamVid, LabelledImages, stack
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.nets.fcn import FCN
from segedu.results import write_measurement
from segedu.train import fit

SIZE = (180, 240)
HELD_OUT = "0006R0"
NETS = {"enlarged by whole factors": FCN, "resized to fit": ResizingFCN}


def drives(size: tuple[int, int]) -> tuple[LabelledImages, LabelledImages]:
    """The training frames without the held-out drive, and that drive."""
    frames, without, held_out = CamVid("train", size=size), CamVid("train", size=size), CamVid("train", size=size)
    without.names = tuple(name for name in frames.names if not name.startswith(HELD_OUT))
    held_out.names = tuple(name for name in frames.names if name.startswith(HELD_OUT))
    return stack(without), stack(held_out)


def train(net: nn.Module, data: LabelledImages, steps: int, seed: int) -> float:
    """Train as the recorded run did; returns the seconds."""
    augment = Augment(crop=(160, 208), scale=(0.8, 1.6), flip=0.5, brightness=0.3)
    loss = partial(cross_entropy, weight=class_weights(data.masks, len(data.labels)))
    options = {"steps": steps, "batch_size": 12, "lr": 3e-3, "weight_decay": 0.1, "warmup": 50, "seed": seed}
    return fit(net, data, loss=loss, augment=augment, mixed_precision=True, progress=False, **options).seconds


def main() -> None:
    """Train both networks with every seed and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=800)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    without, held_out = drives(SIZE)
    val = stack(CamVid("val", size=SIZE))
    runs: dict[str, dict] = {}
    for seed in arguments.seeds:
        for name, make in NETS.items():
            torch.manual_seed(seed)
            net = make(len(without.labels), stride=4, width=arguments.width)
            seconds = train(net, without, arguments.steps, seed)
            scores = {"held_out": evaluate(net, held_out), "val": evaluate(net, val)}
            found = {f"{split}_miou": round(score.miou, 4) for split, score in scores.items()}
            found |= {f"{split}_boundary_f": round(score.boundary_f, 4) for split, score in scores.items()}
            runs.setdefault(str(seed), {})[name] = found | {"seconds": round(seconds, 1)}
            print(seed, name, runs[str(seed)][name], flush=True)
    what = f"FCN-4s on CamVid at 180 x 240, drive {HELD_OUT} held out, {arguments.steps} steps"
    write_measurement(arguments.out, what, {"steps": arguments.steps, "width": arguments.width, "seeds": runs})


if __name__ == "__main__":
    main()
