"""Chapter 15 on CamVid: one change of the recipe at a time.

See `camvid_drives`: the feature pyramid on ImageNet weights learns from two drives and is scored on the third.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.camvid_drives import (
    HELD_OUT,
    LAPTOP,
    LEARNED,
    SAME_LIGHT,
    SETTINGS,
    USUAL,
    drives,
    pyramid,
    trained,
)
from benchmarks.study import run
from segedu import nets
from segedu.data import LabelledImages
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy, hard_cross_entropy
from segedu.nets.flip_average import MirrorAverage
from segedu.train import constant

STEPS = 300
LARGE = (360, 480)
SCALED = replace(USUAL["augment"], scale=(0.7, 1.4))
CROPPED = replace(USUAL["augment"], crop=(160, 208))


def scored(net: nn.Module, held: LabelledImages, seconds: float) -> dict[str, Any]:
    """The scores on the held-out drive."""
    facts = recipe.facts(evaluate(net, held), "boundary_f", classes=held.labels.names)
    return {**facts, "seconds": round(seconds, 1)}


def learn(seed: int, *, steps: int = STEPS, make: recipe.Make = pyramid, **changes: Any) -> dict[str, Any]:
    """Train with the changes, and score."""
    net, history = trained(drives(LEARNED), seed, steps, make, **changes)
    return scored(net, drives(HELD_OUT), history.seconds)


def weighted(power: float, loss: Callable[..., torch.Tensor] = cross_entropy, **options: Any) -> Any:
    """A loss whose class weights are the inverse frequency to a power."""
    data = drives(LEARNED)
    return partial(loss, weight=class_weights(data.masks, len(data.labels), power=power), **options)


def norms(net: nn.Module) -> Iterator[nn.BatchNorm2d]:
    """Batch normalisations of the backbone."""
    return (module for module in net.backbone.modules() if isinstance(module, nn.BatchNorm2d))


def frozen_statistics(num_classes: int) -> nn.Module:
    """Batch normalisation of the backbone keeps ImageNet's statistics; its weights learn."""
    net = pyramid(num_classes)
    for norm in norms(net):
        norm.eval()
    return net


def slow_statistics(num_classes: int) -> nn.Module:
    """Batch normalisation of the backbone follows the batches ten times more slowly, as in TensorFlow."""
    net = pyramid(num_classes)
    for norm in norms(net):
        norm.momentum = 0.01
    return net


def unaligned(num_classes: int) -> nn.Module:
    """Features that lie over the picture as its size has it; see `EfficientNetLite0`."""
    return nets.build("fpn2s", num_classes, padding="tensorflow", **LAPTOP.network)


def with_auxiliary(num_classes: int) -> nn.Module:
    """The pyramid with a second head on the features at stride 16."""
    net = pyramid(num_classes)
    net.add_auxiliary(num_classes)
    return net


def mirrored(seed: int) -> dict[str, Any]:
    """The usual network, whose answer is the mean over the picture and its mirror image."""
    net, history = trained(drives(LEARNED), seed, STEPS)
    return scored(MirrorAverage(net), drives(HELD_OUT), history.seconds)


def averaged(seed: int, decay: float = 0.98) -> dict[str, Any]:
    """The usual training, but what is scored is a running mean of the weights."""
    torch.manual_seed(seed)
    net = pyramid(len(drives(LEARNED).labels))
    follower = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True)
    hook = register_optimizer_step_post_hook(lambda *_: follower.update_parameters(net))
    _, history = trained(drives(LEARNED), seed, STEPS, make=lambda _: net)
    hook.remove()
    return scored(follower.eval(), drives(HELD_OUT), history.seconds)


def at_full_size(seed: int) -> dict[str, Any]:
    """Pictures of twice the height and width, and a quarter of the steps: as many pixels to learn from."""
    data, held = drives(LEARNED, size=LARGE), drives(HELD_OUT, size=LARGE)
    net, history = trained(data, seed, STEPS // 4, warmup=USUAL["warmup"] // 4)
    return scored(net, held, history.seconds)


VARIANTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "usual": learn,
    "constant learning rate": partial(learn, schedule=constant),
    "one rate for backbone and head": partial(learn, lr=3e-3, head_lr=1.0),
    "a third of the rates": partial(learn, lr=LAPTOP.lr / 3),
    "three times the rates": partial(learn, lr=LAPTOP.lr * 3),
    "no class weights": lambda seed: learn(seed, loss=weighted(0.0)),
    "full class weights": lambda seed: learn(seed, loss=weighted(1.0)),
    "hardest quarter of the pixels": lambda seed: learn(seed, loss=weighted(0.5, hard_cross_entropy, share=0.25)),
    "scales from 0.7 to 1.4": partial(learn, augment=SCALED),
    "crops of 160 x 208": partial(learn, augment=CROPPED),
    "crops, and scales": partial(learn, augment=replace(CROPPED, scale=SCALED.scale)),
    "crops, TensorFlow's padding": partial(learn, make=unaligned, augment=CROPPED),
    "TensorFlow's padding": partial(learn, make=unaligned),
    "no change of light": partial(learn, augment=SAME_LIGHT),
    "batch statistics frozen": partial(learn, make=frozen_statistics),
    "batch statistics ten times slower": partial(learn, make=slow_statistics),
    "auxiliary loss": partial(learn, make=with_auxiliary, auxiliary_weight=0.4),
    "pyramid down to stride 4 only": partial(learn, make=partial(nets.build, "fpn4s", **LAPTOP.network)),
    "scored with the mirror image": mirrored,
    "running mean of the weights": averaged,
    "twice the size, a quarter of the steps": at_full_size,
    "twice the steps": partial(learn, steps=2 * STEPS),
}

if __name__ == "__main__":
    what = "One change of the recipe at a time: mIoU on a drive of CamVid that was held out"
    run("15_real_streets_recipes", what, VARIANTS, settings={**SETTINGS, "steps": STEPS})
