"""The scores of chapter 10."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks import recipe
from segedu.data import Scenes, normalize
from segedu.evaluate import evaluate
from segedu.metrics import trimap_confusion
from segedu.nets.modes import evaluating

WIDTHS = {"under 6": (1, 6), "6 to 11": (6, 12), "12 to 23": (12, 24), "24 and more": (24, 129)}
RADII = (1, 2, 3, 5, 8, 12)


def by_width(ids: torch.Tensor, world: Scenes) -> dict[str, float]:
    """Share of the car and boat pixels that are right, by the width of the object that they belong to."""
    right, pixels = dict.fromkeys(WIDTHS, 0), dict.fromkeys(WIDTHS, 0)
    for sample, predicted in zip(world, ids.numpy(), strict=True):
        for number in np.unique(sample.instances[np.isin(sample.mask, [5, 6])]):
            thing = sample.instances == number
            width = np.ptp(np.nonzero(thing)[1]) + 1
            name = next(name for name, (low, high) in WIDTHS.items() if low <= width < high)
            right[name] += int((predicted == sample.mask)[thing].sum())
            pixels[name] += int(thing.sum())
    return {name: round(right[name] / pixels[name], 4) for name in WIDTHS}


def facts(net: nn.Module) -> dict[str, Any]:
    """The scores that the chapter speaks of."""
    val = recipe.scenes(150, seed=1)
    score = evaluate(net, val)
    with evaluating(net):
        ids = torch.cat([net(normalize(part)).max(dim=1).indices for part in val.images.split(25)])
    bands = {str(radius): trimap_confusion(ids, val.masks, len(val.labels), radius).miou for radius in RADII}
    return recipe.facts(score, "boundary_f", pairs=(("road", "water"), ("car", "boat"))) | {
        "parameters": recipe.parameters(net),
        "by_width": by_width(ids, Scenes(150, seed=1)),
        "band_miou": recipe.rounded(bands),
        "iou": recipe.rounded(score.iou),
    }
