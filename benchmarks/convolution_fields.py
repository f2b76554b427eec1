"""The part of chapter 05 about receptive fields, for one seed; `convolution_chapter.py` runs it."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from convolution_nets import Block, Data, Net, facts, layer, stride4, train
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import RidgeClassifier, RidgeCV
from torch import nn

from segedu.data import normalize
from segedu.evaluate import evaluate
from segedu.losses import class_weights
from segedu.receptive import effective_field, side

DILATIONS = {"near": (1, 1, 1, 1), "middle": (1, 2, 2, 1), "far": (1, 2, 4, 8)}


def fields(seed: int, data: Data) -> dict[str, Any]:
    """Near and far fields with equal parameters; effective fields before and after training."""
    found: dict[str, Any] = {}
    pictures, weight = normalize(data[1].images[:32]), class_weights(data[0].masks, 9)
    nets = {name: lambda d=d: stride4([layer(24, 24, 1, i) for i in d]) for name, d in DILATIONS.items()}
    nets["16 layers"] = lambda: stride4([layer(24, 24) for _ in range(16)])
    nets["16 layers with skips"] = lambda: stride4([Block(24, True, True) for _ in range(8)])
    for name, make in nets.items():
        torch.manual_seed(seed)
        net = make()
        maps = nn.Sequential(net.features, net.score)
        before = effective_field(maps, pictures)
        seconds = train(net, data[0], weight, seed, steps=150, lr=5e-3, warmup=20).seconds
        shapes = before, effective_field(maps, pictures)
        found[name] = facts(net, data[1]) | {
            "seconds": round(seconds, 1),
            "side_before_and_after": [side(shape) for shape in shapes],
            "share_above_before_and_after": [round(float(shape[:48].sum()), 3) for shape in shapes],  # of the middle
        }
        if name == "far":
            found[name] |= by_layer(net, data)
    return found


def by_layer(net: Net, data: Data, pictures: int = 60) -> dict[str, list[float]]:
    """What can be read from each layer by a linear fit: edge strength (R2), road or water (accuracy)."""
    kernel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    found: dict[str, list[float]] = {"edges_by_layer": [], "road_or_water_by_layer": []}
    sides = []
    for part in (data[0][:pictures], data[1][:pictures]):
        grey = F.pad(part.images.float().mean(1, keepdim=True) / 255, (1, 1, 1, 1), mode="replicate")
        edges = F.avg_pool2d(F.conv2d(grey, torch.stack([kernel, kernel.T])[:, None]).norm(dim=1), 4).flatten()
        ids, x, layers = part.masks[:, 2::4, 2::4].flatten(), normalize(part.images), []
        net.eval()
        for module in net.features:
            with torch.no_grad():
                x = module(x)
            cells = F.avg_pool2d(x, x.shape[-1] // 32)  # (N, C, 24, 32)
            layers.append(cells.permute(0, 2, 3, 1).flatten(0, 2))
        ground = torch.isin(ids, torch.tensor([part.labels.id("road"), part.labels.id("water")]))
        sides.append((layers, edges, ids, ground))
    (ours, edges, ids, ground), (others, their_edges, their_ids, their_ground) = sides
    for a, b in zip(ours, others, strict=True):
        fit_edges = RidgeCV().fit(a, edges)
        fit_ground = RidgeClassifier().fit(a[ground], ids[ground])
        found["edges_by_layer"].append(round(fit_edges.score(b, their_edges), 3))
        found["road_or_water_by_layer"].append(round(fit_ground.score(b[their_ground], their_ids[their_ground]), 3))
    return found


def on_camvid(seed: int, data: Data, steps: int = 300) -> dict[str, float]:
    """MIoU of near, middle and far fields on real streets."""
    found, classes = {}, len(data[0].labels)
    for name, dilations in DILATIONS.items():
        torch.manual_seed(seed)
        net = stride4([layer(24, 24, 1, d) for d in dilations], classes)
        train(net, data[0], class_weights(data[0].masks, classes), seed, steps=steps, lr=5e-3, warmup=20)
        found[name] = round(evaluate(net, data[1], tolerance=None).miou, 4)
    return found


def patches(data: Data, number: int = 3000) -> float:
    """Accuracy of a forest that sees 9 x 9 pixels of road or water."""
    sides = []
    for part in data:
        windows = part.images.unfold(2, 9, 1).unfold(3, 9, 1)  # (N, 3, H - 8, W - 8, 9, 9), without a copy
        ids = part.masks[:, 4:-4, 4:-4]
        ground = torch.isin(ids, torch.tensor([part.labels.id("road"), part.labels.id("water")])).nonzero()
        chosen = torch.randperm(len(ground), generator=torch.Generator().manual_seed(0))[:number]
        n, row, column = ground[chosen].T
        sides.append((windows[n, :, row, column].flatten(1), ids[n, row, column]))
    forest = RandomForestClassifier(100, random_state=0).fit(*sides[0])
    return round(float(forest.score(*sides[1])), 3)
