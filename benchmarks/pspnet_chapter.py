"""Chapter 11 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/pspnet_chapter.py --seeds 0 1 2 --out benchmarks/results/pspnet_chapter.json
Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets
from segedu.data import LabelledImages, Scenes, normalize, stack
from segedu.evaluate import Score, evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.nets.modes import evaluating
from segedu.receptive import effective_field, receptive_field
from segedu.results import write_measurement
from segedu.train import fit

STEPS, JOINED_STEPS, SMALL_BATCH = 200, 150, 2
PLACE = (72, 64)

VARIANTS: dict[str, tuple[dict[str, object], float]] = {
    "no pooling": ({}, 0.0),
    "1, average": ({"bins": (1,)}, 0.0),
    "1, max": ({"bins": (1,), "pooling": "max"}, 0.0),
    "1 2 3 6, average": ({}, 0.0),
    "1 2 3 6, max": ({"pooling": "max"}, 0.0),
    "1 2 3 6, average, channels not reduced": ({"reduce": False}, 0.0),
    "1 2 3 6, average, auxiliary 0.4": ({}, 0.4),
}
"""Options of the network and weight of the auxiliary loss, by name."""


def make(name: str, num_classes: int) -> nn.Module:
    """The network of a variant; "no pooling" is the pyramid with its pooling layers taken out."""
    net = nets.build("pspnet", num_classes, **VARIANTS[name][0])
    if name == "no pooling":
        for branch in net.classifier[0][0].branches:
            branch[0], branch.bins = nn.Identity(), None
    return net


def facts(score: Score) -> dict[str, float]:
    """The scores that the chapter speaks of."""
    apart = {"road_water": score.told_apart("road", "water"), "car_boat": score.told_apart("car", "boat")}
    return {name: round(value, 4) for name, value in ({"miou": score.miou} | apart).items()}


def opposite_pairs(data: LabelledImages) -> tuple[torch.Tensor, torch.Tensor]:
    """Indices of pictures for the left and for the right: a street and a shore, in turns."""
    water, road = ((data.masks == data.labels.id(name)).sum((1, 2)) for name in ("water", "road"))
    streets, shores = torch.nonzero(road >= water).flatten(), torch.nonzero(road < water).flatten()
    n = min(len(streets), len(shores))
    streets, shores = streets[:n], shores[:n]
    return torch.cat([streets[::2], shores[1::2]]), torch.cat([shores[::2], streets[1::2]])


def side_by_side(data: LabelledImages, halves: bool) -> LabelledImages:
    """Streets beside shores: whole pictures, or the left half of one and the right half of the other."""
    left, right = opposite_pairs(data)
    cut = data.masks.shape[-1] // 2 if halves else None
    join = [
        torch.cat([x[left][..., :cut], x[right][..., cut if halves else 0 :]], -1) for x in (data.images, data.masks)
    ]
    return LabelledImages(*join, data.labels)


def cropped(data: LabelledImages, rows: slice, columns: slice) -> LabelledImages:
    """A window of every picture."""
    return LabelledImages(
        data.images[..., rows, columns].contiguous(), data.masks[..., rows, columns].contiguous(), data.labels
    )


def train(
    name: str, seed: int, data: LabelledImages, loss: object, steps: int, batch_size: int = 8
) -> tuple[nn.Module, float]:
    """One network, and the seconds that it took."""
    torch.manual_seed(seed)
    net = make(name, len(data.labels))
    settings = {"batch_size": batch_size, "lr": 5e-3, "warmup": 20, "loss": loss, "seed": seed, "progress": False}
    history = fit(net, data, steps=steps, auxiliary_weight=VARIANTS[name][1], **settings)
    return net, round(history.seconds, 1)


def far_share(net: nn.Module, window: np.ndarray, images: torch.Tensor) -> float:
    """Share of the effective field outside of a window."""
    return round(float(effective_field(net, images, at=PLACE)[~window].sum()), 4)


@torch.no_grad()
def norm_gaps(net: nn.Module, data: LabelledImages, batch_size: int, batches: int = 12) -> dict[str, float]:
    """How far batch statistics take each batch normalisation from its running ones, relative to what it gives."""
    norms = {k: m for k, m in net.named_modules() if isinstance(m, nn.BatchNorm2d) and not k.startswith("aux")}
    gaps: dict[str, list[float]] = {name: [] for name in norms}

    def measure(name: str, norm: nn.Module, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        batch = F.batch_norm(inputs[0], None, None, norm.weight, norm.bias, training=True, eps=norm.eps)
        gaps[name].append(float((batch - output).norm() / output.norm()))

    hooks = [norm.register_forward_hook(partial(measure, name)) for name, norm in norms.items()]
    generator = torch.Generator().manual_seed(0)
    for _ in range(batches):
        chosen = torch.randperm(len(data), generator=generator)[:batch_size]
        with evaluating(net):
            net(normalize(data.images[chosen]))
    for hook in hooks:
        hook.remove()
    return {name: round(float(np.mean(values)), 4) for name, values in gaps.items()}


def one_seed(seed: int, data: LabelledImages, val: LabelledImages, large: LabelledImages) -> dict[str, object]:
    """Every comparison of the chapter with one seed."""
    loss = partial(cross_entropy, weight=class_weights(data.masks, len(data.labels)))
    joined, joined_val = side_by_side(data, halves=True), side_by_side(val, halves=True)
    elsewhere = {
        "streets beside shores": side_by_side(val, halves=False),
        "left half": cropped(val, slice(None), slice(0, 64)),
        "lower half": cropped(val, slice(48, None), slice(None)),
        "twice the size": large,
    }
    found: dict[str, object] = {}
    for name in VARIANTS:
        net, seconds = train(name, seed, data, loss, STEPS)
        found[name] = facts(evaluate(net, val, tolerance=None)) | {"seconds": seconds}
        if name in ("no pooling", "1, average", "1 2 3 6, average"):
            for where, pictures in elsewhere.items():
                found[f"{name}; {where}"] = facts(evaluate(net, pictures, tolerance=None))
        if name == "no pooling":
            window = receptive_field(net, (96, 128), at=PLACE).mask
        if name == "1 2 3 6, average":
            found["effective field outside of the window"] = far_share(net, window, normalize(val.images[:24]))
            found["batch normalisation"] = {f"batch of {n}": norm_gaps(net, val, n) for n in (2, 8)}
    for name in ("no pooling", "1, average", "1 2 3 6, average"):
        net, _ = train(name, seed, joined, loss, JOINED_STEPS)
        found[f"{name}, trained on joined halves"] = facts(evaluate(net, joined_val, tolerance=None))
    for name in ("no pooling", "1 2 3 6, average"):
        net, _ = train(name, seed, data, loss, STEPS * 8 // SMALL_BATCH, SMALL_BATCH)
        found[f"{name}, batches of {SMALL_BATCH}"] = facts(evaluate(net, val, tolerance=None))
    return found


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    data, val = stack(Scenes(400, seed=0)), stack(Scenes(150, seed=1))
    large = stack(Scenes(60, (192, 256), seed=1))
    runs = {}
    for seed in arguments.seeds:
        runs[str(seed)] = one_seed(seed, data, val, large)
        print(seed, *runs[str(seed)].items(), sep="\n  ", flush=True)
    what = "PSPNet on Scenes 96 x 128: 400 training pictures, 150 validation pictures"
    write_measurement(arguments.out, what, {"seeds": runs})


if __name__ == "__main__":
    main()
