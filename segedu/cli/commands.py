"""What each command does."""

from __future__ import annotations

import argparse
import shlex
from functools import partial

import numpy as np
import torch
from torch import nn

from segedu import nets
from segedu.cli.datasets import load
from segedu.data import Augment, Scenes, inspect_folder, stack
from segedu.data.files import read_image, save_image
from segedu.data.label_file import write_labels
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.nets.mirror import MirrorAverage
from segedu.plots import overlay
from segedu.predict import predict
from segedu.results import Run, curve_facts, net_facts, score_facts
from segedu.train import fit

SETTINGS = (
    "steps", "batch_size", "optimizer", "lr", "weight_decay", "warmup", "class_weight_power", "auxiliary_weight",
    "crop", "scale", "brightness", "contrast", "tint", "mixed_precision", "flip",
)  # fmt: skip
"""The options of `train` that a recorded run keeps."""


def run_scenes(arguments: argparse.Namespace) -> None:
    """Write pictures of the made world, their masks and the names of the classes."""
    data = Scenes(arguments.n, size=arguments.size, seed=arguments.seed, domain=arguments.domain)
    for sample in data:
        save_image(arguments.out / "images" / f"{sample.name}.png", sample.image)
        save_image(arguments.out / "masks" / f"{sample.name}.png", sample.mask, data.labels)
    write_labels(arguments.out / "labels.txt", data.labels)
    print(f"{len(data)} pictures in {arguments.out / 'images'}, their masks in {arguments.out / 'masks'}")


def run_data(arguments: argparse.Namespace) -> None:
    """Tell what is in a folder of pictures and masks, and what is wrong with it."""
    print(inspect_folder(arguments.root))


def run_train(arguments: argparse.Namespace) -> None:
    """Train, score and record; goes on where an earlier run of the same command stopped."""
    torch.manual_seed(arguments.seed)
    train = stack(load(arguments, "train", arguments.size))
    val = stack(load(arguments, "val", arguments.size)) if arguments.val_every else None
    net = nets.build(arguments.net, len(train.labels), **dict(arguments.option))
    weight = class_weights(train.masks, len(train.labels), power=arguments.class_weight_power)
    augment = Augment(arguments.crop, arguments.scale, 0.5, arguments.brightness, arguments.contrast, arguments.tint)
    history = fit(
        net, train, val=val, steps=arguments.steps, batch_size=arguments.batch_size, lr=arguments.lr,
        optimizer=arguments.optimizer, weight_decay=arguments.weight_decay, warmup=arguments.warmup,
        loss=partial(cross_entropy, weight=weight.to(arguments.device)), auxiliary_weight=arguments.auxiliary_weight,
        augment=augment, seed=arguments.seed, device=arguments.device, mixed_precision=arguments.mixed_precision,
        val_every=arguments.val_every or None, checkpoint=arguments.out / "state.pt",
    )  # fmt: skip
    nets.save(net, arguments.out / "net.safetensors", train.labels, arguments.size)
    held_out = load(arguments, arguments.split, arguments.size)
    score = evaluate(with_flip(net, arguments), held_out)
    print(f"on {arguments.split}, {len(held_out)} pictures:\n{score.table()}")
    run = Run(
        name=arguments.out.name,
        command=shlex.join(["python", "-m", "segedu", *arguments.typed]),
        seed=arguments.seed,
        net=net_facts(net),
        data={
            "name": arguments.data,
            "size": list(arguments.size),
            "train": len(train),
            arguments.split: len(held_out),
        },
        settings={key: getattr(arguments, key) for key in SETTINGS},
        seconds=round(history.seconds, 1),
        curve=curve_facts(history),
        score=score_facts(score, arguments.split),
    )
    print(f"trained in {history.seconds:.0f} s; weights, state and record are in {run.save(arguments.out).parent}")


def with_flip(net: nn.Module, arguments: argparse.Namespace) -> nn.Module:
    """The network as it is used: with ``--flip`` it looks at the mirror image, too."""
    return MirrorAverage(net) if arguments.flip else net


def run_eval(arguments: argparse.Namespace) -> None:
    """Score a trained network."""
    net, labels, size = nets.load(arguments.weights)
    if not (arguments.size or size):
        raise ValueError(f"{arguments.weights}: saved without the size of its pictures; give --size ROWS COLUMNS")
    data = load(arguments, arguments.split, arguments.size or size)
    if labels is not None and labels.names != data.labels.names:
        raise ValueError(
            f"{arguments.weights}: trained for the classes {', '.join(labels.names)}; --data {arguments.data} has "
            f"{', '.join(data.labels.names)}"
        )
    print(evaluate(with_flip(net, arguments), data, device=arguments.device).table())


def run_predict(arguments: argparse.Namespace) -> None:
    """Label photographs."""
    net, labels, size = nets.load(arguments.weights)
    if labels is None:
        raise ValueError(f"{arguments.weights}: saved without its classes, so there are no colours to draw with")
    net = with_flip(net, arguments).to(arguments.device)
    stems = [path.stem for path in arguments.images]
    if twice := sorted({stem for stem in stems if stems.count(stem) > 1}):
        raise ValueError(f"images: two are called {twice[0]}, and their results would overwrite each other")
    for path in arguments.images:
        image = read_image(path)
        mask = predict(net, image, rows=arguments.rows or (size and size[0]))
        save_image(arguments.out / f"{path.stem}_ids.png", mask, labels)
        save_image(arguments.out / f"{path.stem}_colour.png", labels.colorize(mask))
        save_image(arguments.out / f"{path.stem}_overlay.png", overlay(image, mask, labels))
        print(f"{path}: {', '.join(labels.names[i] for i in np.unique(mask))}")
    print(f"ids, colours and overlays are in {arguments.out}")
