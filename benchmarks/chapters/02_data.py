"""Chapter 02: one network, taught with labels that were drawn in several ways.

Trained on 60 pictures (seed 0) and scored on the true labels of validation pictures (seed 1); the notebook itself
reports the test pictures (seed 2).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from segedu import nets
from segedu.data import LabelledImages, normalize
from segedu.data.annotation import Annotation, brush, polygon, scribbles
from segedu.evaluate import evaluate
from segedu.losses import cross_entropy

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

PICTURES, FEW, STEPS = 60, 20, 150
POLYGONS = partial(polygon, tolerance=1, layered=True)
TOOLS = {
    "polygons, 1 px": POLYGONS,
    "polygons, 4 px": partial(polygon, tolerance=4, layered=True),
    "brush, radius 2": partial(brush, radius=2),
    "scribbles, every 1000 px": partial(scribbles, every=1000),
    "scribbles, one a region": partial(scribbles, every=10**6),
}


def by_hand(tool: Callable[[np.ndarray], Annotation], pictures: int, seed: int) -> dict[str, Any]:
    """Labels drawn with a tool: what they are like, and what a network learns from them."""
    data = recipe.scenes(PICTURES, seed=0)[:pictures]
    drawn = [tool(mask) for mask in data.masks.numpy()]
    masks = np.stack([d.mask for d in drawn])
    labelled, truth = masks != 255, data.masks.numpy()
    labels = {
        "cost": sum(d.cost for d in drawn),
        "labelled": round(float(labelled.mean()), 4),
        "wrong": round(float((masks != truth)[labelled].mean()), 4),
    }
    return {"labels": labels} | train_and_score(replace(data, masks=torch.from_numpy(masks)), seed)


def flip_apart(
    images: torch.Tensor, masks: torch.Tensor, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """The classic bug: picture and mask are mirrored by two draws of their own."""
    one, other = (torch.rand(len(images), generator=generator) < 0.5 for _ in range(2))
    images = torch.where(one.view(-1, 1, 1, 1), images.flip(-1), images)
    return normalize(images), torch.where(other.view(-1, 1, 1), masks.flip(-1), masks).long()


def train_and_score(data: LabelledImages, seed: int, **settings: Any) -> dict[str, Any]:
    """FCN-8s trained on ``data``; its scores on true labels."""
    net, history = recipe.trained(partial(nets.build, "fcn8s"), data, seed, STEPS, **settings)
    classes = ("road", "car", "person", "pole")
    found = recipe.facts(evaluate(net, recipe.scenes(100, seed=1)), "pixel_accuracy", "boundary_f", classes=classes)
    return found | {"seconds": round(history.seconds, 1)}


def exact(seed: int, **settings: Any) -> dict[str, Any]:
    """The true labels."""
    return train_and_score(recipe.scenes(PICTURES, seed=0), seed, **settings)


VARIANTS = {
    "exact": exact,
    "exact, unweighted": partial(exact, loss=cross_entropy),
    "exact, flipped apart": partial(exact, augment=flip_apart),
    **{name: partial(by_hand, tool, PICTURES) for name, tool in TOOLS.items()},
    f"polygons, 1 px, {FEW} pictures": partial(by_hand, POLYGONS, FEW),
}

if __name__ == "__main__":
    what = (
        f"FCN-8s after {STEPS} steps on {PICTURES} pictures of Scenes 96 x 128 with labels by hand, 100 for validation"
    )
    run("02_data", what, VARIANTS)
