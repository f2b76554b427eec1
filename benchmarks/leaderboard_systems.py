"""The systems of the leaderboard: how each learns and predicts, with one common setting for all networks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from segedu import nets
from segedu.crf import dense_crf
from segedu.data import LabelledImages, normalize
from segedu.losses import class_weights, cross_entropy
from segedu.nets.modes import evaluating
from segedu.pixels import FilterBank, PixelClassifier, kernel_svm, linear_svm, random_forest
from segedu.predict import predict, predict_probabilities
from segedu.train import fit

SIZE = (96, 128)
SETTINGS = {"batch_size": 8, "lr": 5e-3, "warmup": 20}  # of chapter 06
PIXELS = 1000  # a class on average, as in chapter 04
CRF = {"iterations": 5, "w1": 8.0, "w2": 0.0, "sigma_alpha": 10.0, "sigma_beta": 6.0}  # chosen in crf_chapter.py
AUXILIARY = 0.4  # weight of PSPNet's auxiliary loss, as in its paper


@dataclass(frozen=True)
class Trained:
    """A system that has learned: from a picture ``(H, W, 3)`` uint8 to class ids ``(H, W)``, and what it cost."""

    predict: Callable[[np.ndarray], np.ndarray]
    seconds: float
    parameters: int
    flops: int | None = None


@dataclass(frozen=True)
class System:
    """A row of the table; ``train(data, steps=..., seed=...)`` gives a `Trained`."""

    title: str
    chapter: str
    train: Callable[..., Trained]


def train_pixels(make: Callable[[FilterBank], PixelClassifier], data: LabelledImages, steps: int, seed: int) -> Trained:
    """A classifier of chapter 04 with its features; it takes no steps."""
    began = time.perf_counter()
    classifier = make(FilterBank(row=True)).fit(data, pixels=PIXELS, seed=seed)
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
    net, seconds = trained_net(name, data, steps, seed, auxiliary_weight, **options)
    return Trained(partial(predict, net), seconds, count_parameters(net), count_flops(net))


def trained_net(
    name: str, data: LabelledImages, steps: int, seed: int, auxiliary_weight: float = 0.0, **options: str
) -> tuple[nn.Module, float]:
    """The network and the seconds of its training."""
    torch.manual_seed(seed)
    net = nets.build(name, len(data.labels), **options)
    loss = partial(cross_entropy, weight=class_weights(data.masks, len(data.labels)))
    history = fit(
        net, data, steps=steps, loss=loss, seed=seed, progress=False, auxiliary_weight=auxiliary_weight, **SETTINGS
    )
    return net, history.seconds


def train_net_with_crf(name: str, data: LabelledImages, steps: int, seed: int) -> Trained:
    """A network whose probabilities go through the dense CRF of chapter 09, which learns nothing."""
    net, seconds = trained_net(name, data, steps, seed)

    def sharpened(image: np.ndarray) -> np.ndarray:
        probabilities = predict_probabilities(net, image)[None]
        better = dense_crf(probabilities, torch.from_numpy(image).permute(2, 0, 1)[None], **CRF)
        return better[0].argmax(dim=0).to(torch.uint8).numpy()

    with FlopCounterMode(display=False) as counter:
        sharpened(np.zeros((*SIZE, 3), dtype=np.uint8))
    return Trained(sharpened, seconds, count_parameters(net), counter.get_total_flops())


def count_parameters(net: nn.Module) -> int:
    """All learned numbers; the running statistics of batch normalisation are not learned."""
    return sum(parameter.numel() for parameter in net.parameters())


def count_flops(net: nn.Module) -> int:
    """Operations for one picture, two for each multiply-add, in convolutions and matrix products alone."""
    x = normalize(torch.zeros(1, 3, *SIZE, dtype=torch.uint8))
    with evaluating(net), FlopCounterMode(display=False) as counter:
        net(x)
    return counter.get_total_flops()


SYSTEMS = {
    "linear_svm": System("Linear SVM", "04", partial(train_pixels, linear_svm)),
    "kernel_svm": System("Kernel SVM", "04", partial(train_pixels, kernel_svm)),
    "random_forest": System("Random forest", "04", partial(train_pixels, random_forest)),
    "fcn32s": System("FCN-32s", "06", partial(train_net, "fcn32s")),
    "fcn16s": System("FCN-16s", "06", partial(train_net, "fcn16s")),
    "fcn8s": System("FCN-8s", "06", partial(train_net, "fcn8s")),
    "fcn4s": System("FCN-4s", "06", partial(train_net, "fcn4s")),
    "unet": System("U-Net", "07", partial(train_net, "unet")),
    "shallow": System("Shallow net", "08", partial(train_net, "fcn", backbone="shallow")),
    "dilated": System("Dilated net", "08", partial(train_net, "dilated")),
    "fcn8s_crf": System("FCN-8s + CRF", "09", partial(train_net_with_crf, "fcn8s")),
    "deeplabv2": System("DeepLab v2", "10", partial(train_net, "deeplabv2")),
    "deeplabv3": System("DeepLab v3", "10", partial(train_net, "deeplabv3")),
    "deeplabv3plus": System("DeepLab v3+", "10", partial(train_net, "deeplabv3plus")),
    "pspnet": System("PSPNet", "11", partial(train_net, "pspnet", auxiliary_weight=AUXILIARY)),
}
