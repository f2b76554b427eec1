"""Chapter 09: the search for the CRF's parameters, and its gain over several seeds.

Run: python benchmarks/crf_chapter.py --search FCN-8s --out benchmarks/results/crf_search.json
     python benchmarks/crf_chapter.py --seeds 0 1 2 --out benchmarks/results/crf_chapter.json
The search scores the first 12 validation pictures (seed 1), the seeds the 20 after them; the notebook itself reports
test pictures (seed 2).
"""

from __future__ import annotations

import argparse
from functools import partial
from itertools import product
from pathlib import Path

import torch

from segedu import nets
from segedu.crf import dense_crf
from segedu.data import LabelledImages, Scenes, normalize, stack
from segedu.losses import class_weights, cross_entropy
from segedu.metrics import BoundaryF, ConfusionMatrix
from segedu.nets.modes import evaluating
from segedu.results import write_measurement
from segedu.train import fit

STEPS, SEARCHED, SCORED, ITERATIONS = 350, 12, 20, 3
NETS = {"FCN-32s": "fcn32s", "FCN-8s": "fcn8s", "FCN-4s": "fcn4s"}
DEEPLAB = {"w1": 4.0, "w2": 3.0, "sigma_alpha": 67.0, "sigma_beta": 3.0}
EXAMPLE = {"w1": 10.0, "w2": 3.0, "sigma_alpha": 80.0, "sigma_beta": 13.0, "sigma_gamma": 3.0}  # pydensecrf's
SMOOTH = {"w1": 0.0, "w2": 3.0}
CHOSEN = {"w1": 8.0, "w2": 0.0, "sigma_alpha": 10.0, "sigma_beta": 6.0}  # by the search, for FCN-8s
SETS = {"chosen": CHOSEN, "DeepLab's": DEEPLAB, "pydensecrf's example": EXAMPLE, "smoothness alone": SMOOTH}
GRID = {"w1": (2.0, 4.0, 8.0), "sigma_alpha": (5.0, 10.0, 20.0), "sigma_beta": (3.0, 6.0, 12.0)}
NAMES = ("building", "vegetation", "car", "person", "pole")


def trained(name: str, seed: int) -> torch.nn.Module:
    """One network of chapter 06."""
    train = stack(Scenes(400, seed=0))
    torch.manual_seed(seed)
    net = nets.build(NETS[name], len(train.labels))
    loss = partial(cross_entropy, weight=class_weights(train.masks, len(train.labels)))
    settings = {"batch_size": 8, "lr": 5e-3, "warmup": 20, "loss": loss, "seed": seed, "progress": False}
    fit(net, train, steps=STEPS, **settings)
    return net


def probabilities(net: torch.nn.Module, data: LabelledImages) -> torch.Tensor:
    """Class probabilities ``(N, C, H, W)``."""
    with evaluating(net):
        return net(normalize(data.images)).softmax(dim=1)


def facts(probs: torch.Tensor, data: LabelledImages) -> dict[str, float]:
    """The scores that the chapter speaks of."""
    count, borders = len(data.labels), {}
    confusion = ConfusionMatrix(count)
    confusion.update(probs, data.masks)
    for name, tolerance in (("boundary_f", 2), ("boundary_f_1px", 1)):
        boundary = BoundaryF(count, tolerance)
        boundary.update(probs.max(dim=1).indices, data.masks)
        borders[name] = boundary.mean()
    iou = {name: float(confusion.iou()[data.labels.id(name)]) for name in NAMES}
    recall = {f"{name}_recall": float(confusion.class_accuracy()[data.labels.id(name)]) for name in ("person", "pole")}
    found = (
        {"miou": float(confusion.miou()), "pixel_accuracy": float(confusion.pixel_accuracy())} | borders | iou | recall
    )
    return {name: round(value, 4) for name, value in found.items()}


def search(name: str) -> dict[str, list[dict]]:
    """Grid of the appearance kernel; then, at its best, the smoothness kernel and the number of iterations."""
    val = stack(Scenes(SEARCHED, seed=1))
    probs = probabilities(trained(name, seed=0), val)

    def try_one(iterations: int = 5, **parameters: float) -> dict:
        found = facts(dense_crf(probs, val.images, iterations=iterations, **parameters), val)
        print(iterations, parameters, found, flush=True)
        return {"iterations": iterations, **parameters, **found}

    grid = [try_one(w2=0.0, **dict(zip(GRID, values, strict=True))) for values in product(*GRID.values())]
    best = max(grid, key=lambda found: found["miou"])
    parameters = {key: best[key] for key in GRID}
    return {
        "without": [facts(probs, val)],
        "grid": grid,
        "w2": [try_one(w2=w2, **parameters) for w2 in (0.5, 1.0, 3.0)],
        "iterations": [try_one(iterations, w2=0.0, **parameters) for iterations in (1, 2, 3, 10)],
    }


def one_seed(seed: int) -> dict[str, dict[str, float]]:
    """Each network without a CRF and with it."""
    val, found = stack(Scenes(SEARCHED + SCORED, seed=1))[SEARCHED:], {}
    for name in NETS:
        probs = probabilities(trained(name, seed), val)
        found[name] = facts(probs, val)
        for kind in SETS if name == "FCN-8s" else ("chosen", "DeepLab's"):
            q = dense_crf(probs, val.images, iterations=ITERATIONS, **SETS[kind])
            found[f"{name}, CRF, {kind}"] = facts(q, val)
    return found


def main() -> None:
    """Run what is asked for and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--search", choices=NETS, nargs="+", help="search the parameters for these networks, instead")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if arguments.search:
        what = f"Dense CRF after networks with seed 0, on {SEARCHED} validation pictures of Scenes 96 x 128"
        write_measurement(arguments.out, what, {"nets": {name: search(name) for name in arguments.search}})
        return
    runs = {}
    for seed in arguments.seeds:
        runs[str(seed)] = one_seed(seed)
        print(seed, *runs[str(seed)].items(), sep="\n  ", flush=True)
    what = f"Dense CRF after FCN, on {SCORED} validation pictures of Scenes 96 x 128, {ITERATIONS} iterations"
    write_measurement(arguments.out, what, {"parameters": SETS, "seeds": runs})


if __name__ == "__main__":
    main()
