"""The systems of the tables: how each learns and predicts."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from segedu import nets
from segedu.bench.recipe import Recipe
from segedu.bench.shrink import shrunk, shrunk_picture
from segedu.crf import dense_crf
from segedu.data import LabelledImages, normalize
from segedu.history import History
from segedu.nets.calling import device_of
from segedu.nets.flip_average import MirrorAverage
from segedu.nets.modes import evaluating
from segedu.nets.parts.blocks import resize_to
from segedu.pixels import FilterBank, PixelClassifier, kernel_svm, linear_svm, random_forest
from segedu.predict import predict, predict_probabilities

PIXELS = {"pixels": 1000}  # a class on average, as in chapter 04
CRF = {"iterations": 5, "w1": 8.0, "w2": 0.0, "sigma_alpha": 10.0, "sigma_beta": 6.0}  # chosen in 09_dense_crf.py
PYRAMID = {"channels": 96}
OWN = {"backbone": "fast", "weights": None, "rates": {"lr": 3e-3, "head_lr": 1.0}}  # nobody offers weights for it
AUXILIARY = {"auxiliary_weight": 0.4}  # the weight of PSPNet's paper


@dataclass(frozen=True)
class Trained:
    """A system that has learned: from a picture ``(H, W, 3)`` uint8 to class ids ``(H, W)``, and what it cost."""

    predict: Callable[[np.ndarray], np.ndarray]
    seconds: float
    parameters: int
    flops: int | None = None
    net: nn.Module | None = None
    history: History | None = None


@dataclass(frozen=True)
class System:
    """A row of the tables; ``train(data, recipe, seed, **settings)`` gives a `Trained`.

    ``scenes`` and ``streets`` are its own settings in either table; None: it has no row there.
    """

    chapter: str
    train: Callable[..., Trained]
    scenes: dict[str, Any] | None = field(default_factory=dict)
    streets: dict[str, Any] | None = field(default_factory=dict)


def train_pixels(
    make: Callable[[FilterBank], PixelClassifier], data: LabelledImages, recipe: Recipe, seed: int, pixels: int
) -> Trained:
    """A classifier of chapter 04 with its features; it takes no steps."""
    began, shrink = time.perf_counter(), recipe.shrink_pixels
    classifier = make(FilterBank(row=True)).fit(shrunk(data, shrink), pixels=pixels, seed=seed)

    def answer(image: np.ndarray) -> np.ndarray:
        return classifier.predict(shrunk_picture(image, shrink)).repeat(shrink, axis=0).repeat(shrink, axis=1)

    return Trained(answer, time.perf_counter() - began, count_learned(classifier.fitted))


def count_learned(model: BaseEstimator) -> int:
    """Numbers that a fitted classifier keeps: weights and landmarks of an SVM, nodes of a forest."""
    if isinstance(model, RandomForestClassifier):
        return sum(tree.tree_.node_count for tree in model.estimators_)
    kept = ("coef_", "intercept_", "components_")
    return sum(getattr(step, name).size for _, step in model.steps for name in kept if hasattr(step, name))


def train_net(
    name: str,
    data: LabelledImages,
    recipe: Recipe,
    seed: int,
    auxiliary_weight: float = 0.0,
    val: LabelledImages | None = None,
    checkpoint: Path | None = None,
    rates: Mapping[str, float] = MappingProxyType({}),
    **options: Any,
) -> Trained:
    """A network of `segedu.nets.build`, trained as the recipe says.

    ``rates`` are fields of the recipe that this system needs otherwise, and an option of None is one that it lacks.
    """
    chosen = {key: value for key, value in (recipe.network | options).items() if value is not None}
    make = partial(nets.build, name, **chosen)
    net, history = replace(recipe, **rates).train(make, data, seed, auxiliary_weight, val, checkpoint)
    seen = MirrorAverage(net) if recipe.mirrored else net
    learned = sum(parameter.numel() for parameter in net.parameters())
    return Trained(partial(predict, seen), history.seconds, learned, count_flops(net, recipe.size), seen, history)


def train_net_with_crf(
    name: str,
    data: LabelledImages,
    recipe: Recipe,
    seed: int,
    val: LabelledImages | None = None,
    checkpoint: Path | None = None,
    **crf: float,
) -> Trained:
    """A network whose probabilities go through the dense CRF of chapter 09, which learns nothing."""
    trained = train_net(name, data, recipe, seed, val=val, checkpoint=checkpoint)

    def sharpened(image: np.ndarray) -> np.ndarray:
        small = torch.from_numpy(shrunk_picture(image, recipe.shrink_crf)).permute(2, 0, 1)[None]
        probabilities = predict_probabilities(trained.net, image).cpu()[None]
        if recipe.shrink_crf > 1:
            probabilities = nn.functional.avg_pool2d(probabilities, recipe.shrink_crf)
        better = resize_to(dense_crf(probabilities, small, **crf), image.shape[:2])
        return better[0].argmax(dim=0).to(torch.uint8).numpy()

    with FlopCounterMode(display=False) as counter:
        sharpened(np.zeros((*recipe.size, 3), dtype=np.uint8))
    return Trained(
        sharpened, trained.seconds, trained.parameters, counter.get_total_flops(), trained.net, trained.history
    )


def count_flops(net: nn.Module, size: tuple[int, int]) -> int:
    """Operations for one picture, two for each multiply-add, in convolutions and matrix products alone."""
    x = normalize(torch.zeros(1, 3, *size, dtype=torch.uint8)).to(device_of(net))
    with evaluating(net), FlopCounterMode(display=False) as counter:
        net(x)
    return counter.get_total_flops()


SYSTEMS = {
    "Linear SVM": System("04", partial(train_pixels, linear_svm), PIXELS, PIXELS),
    "Kernel SVM": System("04", partial(train_pixels, kernel_svm), PIXELS, None),
    "Random forest": System("04", partial(train_pixels, random_forest), PIXELS, PIXELS),
    "FCN-32s": System("06", partial(train_net, "fcn32s")),
    "FCN-16s": System("06", partial(train_net, "fcn16s")),
    "FCN-8s": System("06", partial(train_net, "fcn8s")),
    "FCN-4s": System("06", partial(train_net, "fcn4s")),
    "Feature pyramid": System("06", partial(train_net, "fpn2s"), None),
    "U-Net": System("07", partial(train_net, "unet")),
    "Shallow net": System("08", partial(train_net, "fcn"), {"backbone": "shallow"}, None),
    "Dilated net": System("08", partial(train_net, "dilated")),
    "FCN-8s + CRF": System("09", partial(train_net_with_crf, "fcn8s"), CRF, CRF),
    "DeepLab-LargeFOV": System("10", partial(train_net, "largefov"), None, {"hidden": 256}),
    "DeepLab v2": System("10", partial(train_net, "deeplabv2")),
    "DeepLab v3": System("10", partial(train_net, "deeplabv3"), {}, PYRAMID),
    "DeepLab v3+": System("10", partial(train_net, "deeplabv3plus"), {}, PYRAMID),
    "PSPNet": System("11", partial(train_net, "pspnet"), AUXILIARY, AUXILIARY | PYRAMID),
    "Fast-SCNN": System("15", partial(train_net, "fast_scnn"), None, OWN),
}
"""Every row of the tables, by its name there. A new system is a line here.

:meta hide-value:
"""
