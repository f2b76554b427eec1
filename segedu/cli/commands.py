"""What each command does."""

from __future__ import annotations

import argparse
import shlex
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from segedu import nets
from segedu.bench import STREETS
from segedu.cli.datasets import load
from segedu.cli.device import check_device
from segedu.data import Augment, Scenes, inspect_folder, stack
from segedu.data.files import read_image, save_image
from segedu.data.folder_files import pictures_in
from segedu.data.label_file import write_labels
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.nets.flip_average import MirrorAverage
from segedu.plots import overlay
from segedu.predict import predict
from segedu.results import Run, curve_facts, net_facts, score_facts
from segedu.storage import check_place
from segedu.train import fit

SETTINGS = (
    "steps", "batch_size", "optimizer", "lr", "weight_decay", "warmup", "class_weight_power", "auxiliary_weight",
    "head_lr", "clip", "accumulate", "crop", "scale", "brightness", "contrast", "tint", "mixed_precision", "flip",
)  # fmt: skip
"""The options of `train` that a recorded run keeps."""
WEIGHTS = ".safetensors"


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
    check_device(arguments.device)
    name = arguments.out.resolve().name or "run"
    state, weights = arguments.out / "state.pt", arguments.out / "net.safetensors"
    for place in (state, weights, arguments.out / f"{name}.json"):
        check_place(place)  # now, and not after hours
    torch.manual_seed(arguments.seed)
    train = stack(load(arguments, "train", arguments.size))
    size = tuple(train.images.shape[-2:])
    held_out = stack(load(arguments, arguments.split, size))
    val = None
    if arguments.val_every:
        val = held_out if arguments.split == "val" else stack(load(arguments, "val", size))
    print(
        f"{len(train)} pictures of {size[0]} x {size[1]} to train on, in {len(train.labels)} classes; "
        f"{len(held_out)} of {arguments.split} to score",
        flush=True,
    )
    options = {"backbone": arguments.backbone} if arguments.backbone else {}
    net = nets.build(arguments.net, len(train.labels), **options, **dict(arguments.option))
    weight = class_weights(train.masks, len(train.labels), power=arguments.class_weight_power)
    augment = Augment(arguments.crop, arguments.scale, 0.5, arguments.brightness, arguments.contrast, arguments.tint)
    history = fit(
        net, train, val=val, steps=arguments.steps, batch_size=arguments.batch_size, lr=arguments.lr,
        optimizer=arguments.optimizer, weight_decay=arguments.weight_decay, warmup=arguments.warmup,
        head_lr=arguments.head_lr, clip=arguments.clip, accumulate=arguments.accumulate,
        loss=partial(cross_entropy, weight=weight.to(arguments.device)), auxiliary_weight=arguments.auxiliary_weight,
        augment=augment, seed=arguments.seed, device=arguments.device, mixed_precision=arguments.mixed_precision,
        val_every=arguments.val_every or None, checkpoint=state,
        best=arguments.out / "best.safetensors" if arguments.val_every else None,
    )  # fmt: skip
    nets.save(net, weights, train.labels, size)
    score = evaluate(with_flip(net, arguments), held_out)
    print(f"on {arguments.split}, {len(held_out)} pictures:\n{score.table()}")
    run = Run(
        name=name,
        command=shlex.join(["python", "-m", "segedu", *arguments.typed]),
        seed=arguments.seed,
        net=net_facts(net),
        data={"name": arguments.data, "size": list(size), "train": len(train), arguments.split: len(held_out)},
        settings={key: getattr(arguments, key) for key in SETTINGS},
        seconds=round(history.seconds, 1),
        curve=curve_facts(history),
        score=score_facts(score, arguments.split),
    )
    print(f"trained in {history.seconds:.0f} s; weights, state and record are in {run.save(arguments.out).parent}")


def run_bench(arguments: argparse.Namespace) -> None:
    """Fill in a table of systems; goes on where an earlier run stopped."""
    from segedu.bench import streets  # with scikit-learn, which the other commands need not load

    unknown = [name for name in arguments.only or () if name not in streets.ROWS]
    if unknown:
        raise ValueError(f"--only: no row {', '.join(unknown)}; there are {', '.join(streets.ROWS)}")
    profile = arguments.profile
    out = arguments.out or Path("benchmarks") / "results" / f"camvid-{profile}.json"
    streets.run_streets(
        profile, arguments.only or streets.ROWS, arguments.seeds, out, arguments.runs / profile, arguments.root
    )
    print(f"the table is in {out}, states and weights in {arguments.runs / profile}")


def with_flip(net: nn.Module, arguments: argparse.Namespace) -> nn.Module:
    """The network as it is used: with ``--flip`` it looks at the mirror image, too."""
    return MirrorAverage(net) if arguments.flip else net


def run_eval(arguments: argparse.Namespace) -> None:
    """Score a trained network."""
    check_device(arguments.device)
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
    check_device(arguments.device)
    first, *others = arguments.images
    weights, images = (first, others) if first.suffix == WEIGHTS else (STREETS, arguments.images)
    net, labels, _ = nets.load(weights)
    if labels is None:
        raise ValueError(f"{weights}: saved without its classes, so there are no colours to draw with")
    if not images:
        raise ValueError(f"{weights}: weights, and no picture to label; give pictures or folders after them")
    net = with_flip(net, arguments).to(arguments.device)
    pictures = _named(images)
    check_place(arguments.out / f"{next(iter(pictures))}_ids.png")
    left_out = []
    for name, path in pictures.items():
        try:
            image = read_image(path)
            mask = predict(net, image, rows=arguments.rows)
        except (ValueError, FileNotFoundError) as error:  # the others can be labelled all the same
            left_out.append(str(error) if str(path) in str(error) else f"{path}: {str(error).removeprefix('image: ')}")
            continue
        save_image(arguments.out / f"{name}_ids.png", mask, labels)
        save_image(arguments.out / f"{name}_colour.png", labels.colorize(mask))
        save_image(arguments.out / f"{name}_overlay.png", overlay(image, mask, labels))
        print(f"{path}: {', '.join(labels.names[i] for i in np.unique(mask))}")
    if len(left_out) < len(pictures):
        print(f"ids, colours and overlays are in {arguments.out}")
    if left_out:
        more = f" And {len(left_out) - 3} more." if len(left_out) > 3 else ""
        raise ValueError(f"{len(left_out)} of {len(pictures)} pictures were left out. {' '.join(left_out[:3])}{more}")


def _named(paths: list[Path]) -> dict[str, Path]:
    """Pictures by the name of their results: the file's, or in a folder its path there."""
    named: dict[str, Path] = {}
    for path in paths:
        found = pictures_in(path, "") if path.is_dir() else {path.stem: path}
        if twice := sorted(set(found) & set(named)):
            raise ValueError(
                f"images: two are called {twice[0]}, and their results would overwrite each other: {named[twice[0]]}, "
                f"{found[twice[0]]}. Give the folder that both are in, or predict them one after the other."
            )
        named |= found
    return named
