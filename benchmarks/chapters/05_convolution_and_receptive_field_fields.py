"""Chapter 05: near and far fields with equal parameters, and effective fields before and after training.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import RidgeClassifier, RidgeCV
from torch import nn

from segedu.data import LabelledImages, normalize
from segedu.receptive import effective_field, side

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.convolution_nets import DILATIONS, Block, Net, facts, layer, reaching, stride4
from benchmarks.study import run


def worlds() -> tuple[LabelledImages, LabelledImages]:
    """Pictures to train on, and pictures to validate on."""
    return recipe.scenes(400, seed=0), recipe.scenes(150, seed=1)


def fields(make: Callable[[], Net], layers: bool, seed: int) -> dict[str, Any]:
    """Scores of a network, its effective field, and (if asked) what can be read from each layer."""
    data, val = worlds()
    pictures = normalize(val.images[:32])
    torch.manual_seed(seed)
    net = make()
    maps = nn.Sequential(net.features, net.score)
    before = effective_field(maps, pictures)
    seconds = recipe.train(net, data, seed, 150).seconds
    shapes = before, effective_field(maps, pictures)
    found = facts(net, val) | {
        "seconds": round(seconds, 1),
        "side_before_and_after": [side(shape) for shape in shapes],
        "share_above_before_and_after": [round(float(shape[:48].sum()), 3) for shape in shapes],  # of the middle
    }
    return found | by_layer(net) if layers else found


def by_layer(net: Net, pictures: int = 60) -> dict[str, list[float]]:
    """What can be read from each layer by a linear fit: edge strength (R2), road or water (accuracy)."""
    found: dict[str, list[float]] = {"edges_by_layer": [], "road_or_water_by_layer": []}
    ours, theirs = (cells(net, part[:pictures]) for part in worlds())
    for a, b in zip(ours["layers"], theirs["layers"], strict=True):
        edges = RidgeCV().fit(a, ours["edges"])
        ground = RidgeClassifier().fit(a[ours["ground"]], ours["ids"][ours["ground"]])
        found["edges_by_layer"].append(round(edges.score(b, theirs["edges"]), 3))
        seen = theirs["ground"]
        found["road_or_water_by_layer"].append(round(ground.score(b[seen], theirs["ids"][seen]), 3))
    return found


def cells(net: Net, part: LabelledImages) -> dict[str, Any]:
    """For each cell of 4 x 4 pixels: the features of every layer, edge strength, class, and whether it is ground."""
    kernel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    grey = F.pad(part.images.float().mean(1, keepdim=True) / 255, (1, 1, 1, 1), mode="replicate")
    edges = F.avg_pool2d(F.conv2d(grey, torch.stack([kernel, kernel.T])[:, None]).norm(dim=1), 4).flatten()
    ids, x, layers = part.masks[:, 2::4, 2::4].flatten(), normalize(part.images), []
    net.eval()
    for module in net.features:
        with torch.no_grad():
            x = module(x)
        pooled = F.avg_pool2d(x, x.shape[-1] // 32)  # (N, C, 24, 32)
        layers.append(pooled.permute(0, 2, 3, 1).flatten(0, 2))
    return {"layers": layers, "edges": edges, "ids": ids, "ground": torch.isin(ids, ground_ids(part))}


def ground_ids(data: LabelledImages) -> torch.Tensor:
    """Ids of road and water."""
    return torch.tensor([data.labels.id("road"), data.labels.id("water")])


def patches(seed: int, number: int = 3000) -> dict[str, float]:
    """Accuracy of a forest that sees 9 x 9 pixels of road or water."""
    sides = []
    for part in worlds():
        windows = part.images.unfold(2, 9, 1).unfold(3, 9, 1)  # (N, 3, H - 8, W - 8, 9, 9), without a copy
        ids = part.masks[:, 4:-4, 4:-4]
        ground = torch.isin(ids, ground_ids(part)).nonzero()
        chosen = torch.randperm(len(ground), generator=torch.Generator().manual_seed(seed))[:number]
        n, row, column = ground[chosen].T
        sides.append((windows[n, :, row, column].flatten(1), ids[n, row, column]))
    forest = RandomForestClassifier(100, random_state=seed).fit(*sides[0])
    return {"accuracy": round(float(forest.score(*sides[1])), 3)}


VARIANTS = {
    **{name: partial(fields, partial(reaching, rates), name == "far") for name, rates in DILATIONS.items()},
    "16 layers": partial(fields, lambda: stride4([layer(24, 24) for _ in range(16)]), False),
    "16 layers with skips": partial(fields, lambda: stride4([Block(24, True, True) for _ in range(8)]), False),
    "forest on 9 x 9 patches": patches,
}

if __name__ == "__main__":
    what = "Chapter 05 on Scenes 96 x 128: near and far fields; 400 training and 150 validation pictures"
    run("05_convolution_and_receptive_field_fields", what, VARIANTS)
