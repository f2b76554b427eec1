"""Chapter 02 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/data_chapter.py --seeds 0 1 2 --out benchmarks/results/data_chapter.json
Trained on 60 pictures (seed 0) and scored on the validation pictures (seed 1); the notebook itself reports the test
pictures (seed 2).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from segedu import nets
from segedu.data import Augment, LabelledImages, Scenes, normalize, stack
from segedu.data.annotation import Annotation, brush, polygon, scribbles
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.results import write_measurement
from segedu.train import fit

PICTURES, FEW, STEPS = 60, 20, 150


def redraw(data: LabelledImages, tool: Callable[[np.ndarray], Annotation]) -> tuple[LabelledImages, dict[str, float]]:
    """The same pictures with labels by hand, and what these are like."""
    drawn = [tool(mask) for mask in data.masks.numpy()]
    masks = np.stack([d.mask for d in drawn])
    labelled, truth = masks != 255, data.masks.numpy()
    facts = {
        "cost": sum(d.cost for d in drawn),
        "labelled": round(float(labelled.mean()), 4),
        "wrong": round(float((masks != truth)[labelled].mean()), 4),
    }
    return replace(data, masks=torch.from_numpy(masks)), facts


def flip_apart(
    images: torch.Tensor, masks: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """The classic bug: picture and mask are mirrored by two draws of their own."""
    one, other = (torch.rand(len(images), generator=generator) < 0.5 for _ in range(2))
    images = torch.where(one.view(-1, 1, 1, 1), images.flip(-1), images)
    return normalize(images), torch.where(other.view(-1, 1, 1), masks.flip(-1), masks).long()


def train_and_score(
    data: LabelledImages, val: LabelledImages, seed: int, weighted: bool = True, augment: Callable | None = None
) -> dict[str, float]:
    """FCN-8s trained on ``data``; its scores on the true labels of ``val``."""
    torch.manual_seed(seed)
    net = nets.build("fcn8s", len(data.labels))
    weight = class_weights(data.masks, len(data.labels)) if weighted else None
    loss, augment = partial(cross_entropy, weight=weight), augment or Augment()
    settings = {"steps": STEPS, "batch_size": 8, "lr": 5e-3, "warmup": 20, "progress": False}
    history = fit(net, data, loss=loss, augment=augment, seed=seed, **settings)
    score = evaluate(net, val)
    thin = {name: round(score.iou[name], 4) for name in ("road", "car", "person", "pole")}
    means = {name: round(getattr(score, name), 4) for name in ("miou", "pixel_accuracy", "boundary_f")}
    return means | thin | {"seconds": round(history.seconds, 1)}


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    exact, val = stack(Scenes(PICTURES, seed=0)), stack(Scenes(100, seed=1))
    tools = {
        "polygons, 1 px": partial(polygon, tolerance=1, layered=True),
        "polygons, 4 px": partial(polygon, tolerance=4, layered=True),
        "brush, radius 2": partial(brush, radius=2),
        "scribbles, every 1000 px": partial(scribbles, every=1000),
        "scribbles, one a region": partial(scribbles, every=10**6),
    }
    drawn = {name: redraw(exact, tool) for name, tool in tools.items()}
    drawn[f"polygons, 1 px, {FEW} pictures"] = redraw(exact[:FEW], tools["polygons, 1 px"])
    runs = {}
    for seed in arguments.seeds:
        found = {"exact": train_and_score(exact, val, seed)}
        found["exact, unweighted"] = train_and_score(exact, val, seed, weighted=False)
        found["exact, flipped apart"] = train_and_score(exact, val, seed, augment=flip_apart)
        found |= {name: train_and_score(data, val, seed) for name, (data, _) in drawn.items()}
        runs[str(seed)] = found
        print(seed, *found.items(), sep="\n  ", flush=True)
    what = (
        f"FCN-8s after {STEPS} steps on {PICTURES} pictures of Scenes 96 x 128 with labels by hand, 100 for validation"
    )
    write_measurement(
        arguments.out, what, {"labels": {name: facts for name, (_, facts) in drawn.items()}, "seeds": runs}
    )


if __name__ == "__main__":
    main()
