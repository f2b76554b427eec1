"""The systems of the leaderboard: how each learns and predicts, with one common setting for all networks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import recipe
from segedu import nets
from segedu.crf import dense_crf
from segedu.data import LabelledImages, normalize
from segedu.nets.modes import evaluating
from segedu.pixels import FilterBank, PixelClassifier, kernel_svm, linear_svm, random_forest
from segedu.predict import predict, predict_probabilities

SIZE = (96, 128)
SETTINGS = {"batch_size": 8, "lr": 5e-3, "warmup": 20}  # of chapter 06
PIXELS = {"pixels": 1000}  # a class on average, as in chapter 04
CRF = {"iterations": 5, "w1": 8.0, "w2": 0.0, "sigma_alpha": 10.0, "sigma_beta": 6.0}  # chosen in 09_dense_crf.py


@dataclass(frozen=True)
class Trained:
    """A system that has learned: from a picture ``(H, W, 3)`` uint8 to class ids ``(H, W)``, and what it cost."""

    predict: Callable[[np.ndarray], np.ndarray]
    seconds: float
    parameters: int
    flops: int | None = None


@dataclass(frozen=True)
class System:
    """A row of the table; ``train(data, steps=..., seed=..., **settings)`` gives a `Trained`."""

    chapter: str
    train: Callable[..., Trained]
    settings: dict[str, Any] = field(default_factory=dict)


def train_pixels(
    make: Callable[[FilterBank], PixelClassifier], data: LabelledImages, steps: int, seed: int, pixels: int
) -> Trained:
    """A classifier of chapter 04 with its features; it takes no steps."""
    began = time.perf_counter()
    classifier = make(FilterBank(row=True)).fit(data, pixels=pixels, seed=seed)
    return Trained(classifier.predict, time.perf_counter() - began, count_learned(classifier.fitted))


def count_learned(model: BaseEstimator) -> int:
    """Numbers that a fitted classifier keeps: weights and landmarks of an SVM, nodes of a forest."""
    if isinstance(model, RandomForestClassifier):
        return sum(tree.tree_.node_count for tree in model.estimators_)
    kept = ("coef_", "intercept_", "components_")
    return sum(getattr(step, name).size for _, step in model.steps for name in kept if hasattr(step, name))


def train_net(
    name: str, data: LabelledImages, steps: int, seed: int, auxiliary_weight: float = 0.0, **options: str
) -> Trained:
    """A network of `segedu.nets.build`, trained with the common settings."""
    make = partial(nets.build, name, **options)
    net, history = recipe.trained(make, data, seed, steps, auxiliary_weight=auxiliary_weight, **SETTINGS)
    return Trained(partial(predict, net), history.seconds, recipe.parameters(net), count_flops(net))


def train_net_with_crf(name: str, data: LabelledImages, steps: int, seed: int, **crf: float) -> Trained:
    """A network whose probabilities go through the dense CRF of chapter 09, which learns nothing."""
    net, history = recipe.trained(partial(nets.build, name), data, seed, steps, **SETTINGS)

    def sharpened(image: np.ndarray) -> np.ndarray:
        probabilities = predict_probabilities(net, image)[None]
        better = dense_crf(probabilities, torch.from_numpy(image).permute(2, 0, 1)[None], **crf)
        return better[0].argmax(dim=0).to(torch.uint8).numpy()

    with FlopCounterMode(display=False) as counter:
        sharpened(np.zeros((*SIZE, 3), dtype=np.uint8))
    return Trained(sharpened, history.seconds, recipe.parameters(net), counter.get_total_flops())


def count_flops(net: nn.Module) -> int:
    """Operations for one picture, two for each multiply-add, in convolutions and matrix products alone."""
    x = normalize(torch.zeros(1, 3, *SIZE, dtype=torch.uint8))
    with evaluating(net), FlopCounterMode(display=False) as counter:
        net(x)
    return counter.get_total_flops()


SYSTEMS = {
    "Linear SVM": System("04", partial(train_pixels, linear_svm), PIXELS),
    "Kernel SVM": System("04", partial(train_pixels, kernel_svm), PIXELS),
    "Random forest": System("04", partial(train_pixels, random_forest), PIXELS),
    "FCN-32s": System("06", partial(train_net, "fcn32s")),
    "FCN-16s": System("06", partial(train_net, "fcn16s")),
    "FCN-8s": System("06", partial(train_net, "fcn8s")),
    "FCN-4s": System("06", partial(train_net, "fcn4s")),
    "U-Net": System("07", partial(train_net, "unet")),
    "Shallow net": System("08", partial(train_net, "fcn"), {"backbone": "shallow"}),
    "Dilated net": System("08", partial(train_net, "dilated")),
    "FCN-8s + CRF": System("09", partial(train_net_with_crf, "fcn8s"), CRF),
    "DeepLab v2": System("10", partial(train_net, "deeplabv2")),
    "DeepLab v3": System("10", partial(train_net, "deeplabv3")),
    "DeepLab v3+": System("10", partial(train_net, "deeplabv3plus")),
    "PSPNet": System("11", partial(train_net, "pspnet"), {"auxiliary_weight": 0.4}),  # the weight of its paper
}
"""Every row of the leaderboard, by its name there. A new system is a line here."""
