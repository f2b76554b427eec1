"""Chapter 11: pyramid pooling, and what it knows of the whole picture.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets
from segedu.data import LabelledImages, Scenes, normalize
from segedu.evaluate import evaluate
from segedu.nets.modes import evaluating
from segedu.receptive import effective_field, receptive_field

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

STEPS, JOINED_STEPS, SMALL_BATCH = 200, 150, 2
PLACE = (72, 64)


def no_pooling(num_classes: int) -> nn.Module:
    """The pyramid with its pooling layers taken out."""
    net = nets.build("pspnet", num_classes)
    for branch in net.classifier[0][0].branches:
        branch[0], branch.bins = nn.Identity(), None
    return net


def facts(net: nn.Module, data: LabelledImages) -> dict[str, float]:
    """The scores that the chapter speaks of."""
    return recipe.facts(evaluate(net, data, tolerance=None), pairs=(("road", "water"), ("car", "boat")))


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


def elsewhere(net: nn.Module) -> dict[str, dict[str, float]]:
    """Scores on pictures that are composed, cut or sized otherwise than those of the training."""
    val = recipe.scenes(150, seed=1)
    pictures = {
        "streets beside shores": side_by_side(val, halves=False),
        "left half": cropped(val, slice(None), slice(0, 64)),
        "lower half": cropped(val, slice(48, None), slice(None)),
        "twice the size": recipe.scenes(60, seed=1, size=(192, 256)),
    }
    return {where: facts(net, data) for where, data in pictures.items()}


def far_share(net: nn.Module) -> float:
    """Share of the effective field outside of the window that the network without pooling can see."""
    window = receptive_field(no_pooling(len(Scenes.labels)), (96, 128), at=PLACE).mask
    field = effective_field(net, normalize(recipe.scenes(150, seed=1).images[:24]), at=PLACE)
    return round(float(field[~window].sum()), 4)


@torch.no_grad()
def norm_gaps(net: nn.Module, batch_size: int, batches: int = 12) -> dict[str, float]:
    """How far batch statistics take each batch normalisation from its running ones, relative to what it gives."""
    data = recipe.scenes(150, seed=1)
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


def pooled(
    make: recipe.Make, seed: int, *, places: bool = False, inside: bool = False, **settings: Any
) -> dict[str, Any]:
    """One network; also on other pictures (``places``), and what is inside of it."""
    net, history = recipe.trained(make, recipe.scenes(400, seed=0), seed, STEPS, **settings)
    found: dict[str, Any] = facts(net, recipe.scenes(150, seed=1)) | {"seconds": round(history.seconds, 1)}
    if places:
        found["elsewhere"] = elsewhere(net)
    if inside:
        found["effective field outside of the window"] = far_share(net)
        found["batch normalisation"] = {f"batch of {n}": norm_gaps(net, n) for n in (2, 8)}
    return found


def on_joined_halves(make: recipe.Make, seed: int) -> dict[str, float]:
    """Trained and scored on halves of two pictures."""
    data, val = recipe.scenes(400, seed=0), recipe.scenes(150, seed=1)
    net, _ = recipe.trained(make, side_by_side(data, halves=True), seed, JOINED_STEPS, loss=recipe.weighted(data))
    return facts(net, side_by_side(val, halves=True))


def in_small_batches(make: recipe.Make, seed: int) -> dict[str, float]:
    """Trained on as many pictures, two at a time."""
    data = recipe.scenes(400, seed=0)
    net, _ = recipe.trained(make, data, seed, STEPS * 8 // SMALL_BATCH, batch_size=SMALL_BATCH)
    return facts(net, recipe.scenes(150, seed=1))


PSPNET = partial(nets.build, "pspnet")
THREE = {"no pooling": no_pooling, "1, average": partial(PSPNET, bins=(1,)), "1 2 3 6, average": PSPNET}
VARIANTS = {
    **{name: partial(pooled, make, places=True, inside=make is PSPNET) for name, make in THREE.items()},
    "1, max": partial(pooled, partial(PSPNET, bins=(1,), pooling="max")),
    "1 2 3 6, max": partial(pooled, partial(PSPNET, pooling="max")),
    "1 2 3 6, average, channels not reduced": partial(pooled, partial(PSPNET, reduce=False)),
    "1 2 3 6, average, auxiliary 0.4": partial(pooled, PSPNET, auxiliary_weight=0.4),
    **{f"{name}, trained on joined halves": partial(on_joined_halves, make) for name, make in THREE.items()},
    f"no pooling, batches of {SMALL_BATCH}": partial(in_small_batches, no_pooling),
    f"1 2 3 6, average, batches of {SMALL_BATCH}": partial(in_small_batches, PSPNET),
}

if __name__ == "__main__":
    what = "PSPNet on Scenes 96 x 128: 400 training pictures, 150 validation pictures"
    run("11_pspnet", what, VARIANTS)
