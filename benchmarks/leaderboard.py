"""One table over chapters 04 to 11: every system learns from the same pictures and answers the same ones.

Run: python benchmarks/leaderboard.py --seeds 0 1 2 --out benchmarks/results/leaderboard.json
The file is written after every run. What it already holds is skipped, so a run that was stopped goes on. Nothing else
should run meanwhile: times are measured.

The settings are common to all networks and were tuned for none of them. The test pictures (seed 2) are scored once.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import torch
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from segedu import environment, nets
from segedu.crf import dense_crf
from segedu.data import LabelledImages, Scenes, normalize, stack
from segedu.evaluate import Score
from segedu.losses import class_weights, cross_entropy
from segedu.metrics import BoundaryF, ConfusionMatrix
from segedu.nets.modes import evaluating
from segedu.pixels import FilterBank, PixelClassifier, kernel_svm, linear_svm, random_forest
from segedu.predict import predict, predict_probabilities
from segedu.results import write_measurement
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


def train_net(name: str, data: LabelledImages, steps: int, seed: int, **training: float) -> Trained:
    """A network of `segedu.nets.build`, trained with the common settings."""
    net, seconds = trained_net(name, data, steps, seed, **training)
    return Trained(partial(predict, net), seconds, count_parameters(net), count_flops(net))


def trained_net(name: str, data: LabelledImages, steps: int, seed: int, **training: float) -> tuple[nn.Module, float]:
    """The network and the seconds of its training."""
    torch.manual_seed(seed)
    net = nets.build(name, len(data.labels))
    loss = partial(cross_entropy, weight=class_weights(data.masks, len(data.labels)))
    history = fit(net, data, steps=steps, loss=loss, seed=seed, progress=False, **SETTINGS, **training)
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
    "shallow": System("Shallow net", "08", partial(train_net, "shallow")),
    "dilated": System("Dilated net", "08", partial(train_net, "dilated")),
    "fcn8s_crf": System("FCN-8s + CRF", "09", partial(train_net_with_crf, "fcn8s")),
    "deeplabv2": System("DeepLab v2", "10", partial(train_net, "deeplabv2")),
    "deeplabv3": System("DeepLab v3", "10", partial(train_net, "deeplabv3")),
    "deeplabv3plus": System("DeepLab v3+", "10", partial(train_net, "deeplabv3plus")),
    "pspnet": System("PSPNet", "11", partial(train_net, "pspnet", auxiliary_weight=AUXILIARY)),
}


def score(trained: Trained, data: LabelledImages) -> tuple[Score, float]:
    """Predict the pictures one by one; the score, and the median of the milliseconds that one took."""
    confusion, boundary, times = ConfusionMatrix(len(data.labels)), BoundaryF(len(data.labels)), []
    for i in range(len(data)):
        sample = data[i]
        began = time.perf_counter()
        ids = trained.predict(sample.image)
        times.append(1000 * (time.perf_counter() - began))
        confusion.update(ids, sample.mask)
        boundary.update(ids, sample.mask)
    return Score(data.labels, confusion, boundary), median(times)


def run(system: System, seed: int, steps: int, train: LabelledImages, test: LabelledImages) -> dict[str, object]:
    """Train and score one system with one seed: the numbers of its row."""
    trained = system.train(train, steps=steps, seed=seed)
    found, milliseconds = score(trained, test)
    scores = {
        "miou": found.miou,
        "boundary_f": found.boundary_f,
        "thin": (found.iou["person"] + found.iou["pole"]) / 2,
        "road_water": found.told_apart("road", "water"),
        "car_boat": found.told_apart("car", "boat"),
    }
    return {name: rounded(value) for name, value in scores.items()} | {
        "parameters": trained.parameters,
        "flops": trained.flops,
        "seconds": round(trained.seconds, 2),
        "milliseconds": round(milliseconds, 3),
        "iou": {name: rounded(value) for name, value in found.iou.items()},
    }


def rounded(value: float) -> float | None:
    """Four decimals; ``None`` for nan, which JSON does not have."""
    return None if math.isnan(value) else round(value, 4)


def settings(steps: int, threads: int, training_pictures: int, test_pictures: int) -> dict[str, object]:
    """All that a number of the table depends on, for the file."""
    return {
        "steps": steps,
        **SETTINGS,
        "size": list(SIZE),
        "training_pictures": training_pictures,
        "test_pictures": test_pictures,
        "threads": threads,
        "pixels_a_class": PIXELS,
        "crf_parameters": " ".join(f"{name}={value}" for name, value in CRF.items()),
        "auxiliary_weight_of_pspnet": AUXILIARY,
    }


def recorded(path: Path, setting: dict[str, object]) -> dict[str, dict]:
    """The systems that the file already holds.

    Raises
    ------
    ValueError
        If they were measured with other settings, on another machine, or with other versions.
    """
    if not path.exists():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    then = content["setting"] | content["environment"]
    now = setting | environment.describe()
    differ = [f"{key} {then.get(key)} (now {now.get(key)})" for key in then | now if then.get(key) != now.get(key)]
    if differ:
        raise ValueError(f"{path}: recorded with {', '.join(differ)}. Give another --out, or remove the file.")
    return content["systems"]


def save(path: Path, setting: dict[str, object], systems: dict[str, dict]) -> None:
    """Write all rows, in the order of the table. A run in pieces is repeated by one command: that one is recorded."""
    seeds = sorted({int(seed) for row in systems.values() for seed in row["seeds"]})
    pictures = " ".join(map(str, (setting["training_pictures"], setting["test_pictures"])))
    command = (
        f"python benchmarks/leaderboard.py --seeds {' '.join(map(str, seeds))} --steps {setting['steps']} "
        f"--pictures {pictures} --threads {setting['threads']} --out {path}"
    )
    what = "Chapters 04 to 11 on Scenes: each system trained with each seed, scored on the test pictures"
    rows = {name: systems[name] for name in SYSTEMS if name in systems}
    write_measurement(path, what, {"command": command, "setting": setting, "systems": rows})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the file does not hold yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), metavar="NAME")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=350, help="training steps of the networks")
    parser.add_argument("--pictures", type=int, nargs=2, default=[400, 150], metavar=("TRAINING", "TEST"))
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="of torch")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    torch.set_num_threads(asked.threads)
    setting = settings(asked.steps, asked.threads, *asked.pictures)
    systems = recorded(asked.out, setting)
    train, test = (stack(Scenes(n, SIZE, seed=seed)) for n, seed in zip(asked.pictures, (0, 2), strict=True))
    for seed in asked.seeds:
        for name in asked.systems:
            system = SYSTEMS[name]
            row = systems.setdefault(name, {"title": system.title, "chapter": system.chapter, "seeds": {}})
            if str(seed) in row["seeds"]:
                continue
            row["seeds"][str(seed)] = found = run(system, seed, asked.steps, train, test)
            save(asked.out, setting, systems)
            print(f"seed {seed}  {system.title:20}", *(f"{k} {v}" for k, v in found.items() if k != "iou"), flush=True)


if __name__ == "__main__":
    main()
