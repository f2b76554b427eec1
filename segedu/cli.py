"""The command line: ``python -m segedu scenes|train|eval|predict``."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from functools import partial
from pathlib import Path

import numpy as np
import torch

from segedu import nets
from segedu.data import Augment, CamVid, Dataset, Scenes, stack
from segedu.data.files import read_image, save_image
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.plots import overlay
from segedu.predict import predict
from segedu.results import Run, curve_facts, net_facts, score_facts
from segedu.train import fit

SCENES_SPLITS = {"train": (400, 0), "val": (100, 1), "test": (150, 2)}
"""Number of pictures and seed of each split of the made world."""


SETTINGS = ("steps", "batch_size", "optimizer", "lr", "weight_decay", "warmup", "class_weight_power",
            "crop", "scale", "brightness", "contrast", "tint")  # fmt: skip
"""The options of `train` that a recorded run keeps."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; an error of the user's is one line on standard error and status 2."""
    typed = sys.argv[1:] if argv is None else argv
    arguments = _parser().parse_args(typed)
    arguments.typed = typed
    try:
        arguments.run(arguments)
    except (ValueError, TypeError, FileNotFoundError, FloatingPointError) as error:
        print(f"segedu: {error}", file=sys.stderr)
        return 2
    return 0


def _load_data(arguments: argparse.Namespace, split: str, size: tuple[int, int]) -> Dataset:
    if arguments.data == "camvid":
        return CamVid(split, size=size, root=arguments.root)
    n, seed = SCENES_SPLITS[split]
    return Scenes(n, size=size, seed=seed)


def _scenes(arguments: argparse.Namespace) -> None:
    data = Scenes(arguments.n, size=arguments.size, seed=arguments.seed, domain=arguments.domain)
    for sample in data:
        save_image(arguments.out / "images" / f"{sample.name}.png", sample.image)
        save_image(arguments.out / "masks" / f"{sample.name}.png", sample.mask, data.labels)
    print(f"{len(data)} pictures in {arguments.out / 'images'}, their masks in {arguments.out / 'masks'}")


def _train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    train = stack(_load_data(arguments, "train", arguments.size))
    val = stack(_load_data(arguments, "val", arguments.size)) if arguments.val_every else None
    net = nets.build(arguments.net, len(train.labels), **dict(arguments.option))
    weight = class_weights(train.masks, len(train.labels), power=arguments.class_weight_power)
    augment = Augment(arguments.crop, arguments.scale, 0.5, arguments.brightness, arguments.contrast, arguments.tint)
    history = fit(
        net, train, val=val, steps=arguments.steps, batch_size=arguments.batch_size, lr=arguments.lr,
        optimizer=arguments.optimizer, weight_decay=arguments.weight_decay, warmup=arguments.warmup,
        loss=partial(cross_entropy, weight=weight.to(arguments.device)), augment=augment, seed=arguments.seed,
        device=arguments.device, val_every=arguments.val_every or None, checkpoint=arguments.out / "state.pt",
    )  # fmt: skip
    nets.save(net, arguments.out / "net.safetensors", train.labels, arguments.size)
    held_out = _load_data(arguments, arguments.score, arguments.size)
    score = evaluate(net, held_out)
    print(f"on {arguments.score}, {len(held_out)} pictures:\n{score.table()}")
    run = Run(
        name=arguments.out.name,
        command=shlex.join(["python", "-m", "segedu", *arguments.typed]),
        seed=arguments.seed,
        net=net_facts(net),
        data={
            "name": arguments.data,
            "size": list(arguments.size),
            "train": len(train),
            arguments.score: len(held_out),
        },
        settings={key: getattr(arguments, key) for key in SETTINGS},
        seconds=round(history.seconds, 1),
        curve=curve_facts(history),
        score=score_facts(score, arguments.score),
    )
    print(f"trained in {history.seconds:.0f} s; weights, state and record are in {run.save(arguments.out).parent}")


def _eval(arguments: argparse.Namespace) -> None:
    net, _, size = nets.load(arguments.weights)
    data = _load_data(arguments, arguments.split, arguments.size or size)
    print(evaluate(net, data, device=arguments.device).table())


def _predict(arguments: argparse.Namespace) -> None:
    net, labels, size = nets.load(arguments.weights)
    if labels is None:
        raise ValueError(f"{arguments.weights}: saved without its classes, so there are no colours to draw with")
    net.to(arguments.device)
    for path in arguments.images:
        image = read_image(path)
        mask = predict(net, image, rows=arguments.rows or (size and size[0]))
        save_image(arguments.out / f"{path.stem}_ids.png", mask, labels)
        save_image(arguments.out / f"{path.stem}_colour.png", labels.colorize(mask))
        save_image(arguments.out / f"{path.stem}_overlay.png", overlay(image, mask, labels))
        print(f"{path}: {', '.join(labels.names[i] for i in np.unique(mask))}")
    print(f"ids, colours and overlays are in {arguments.out}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m segedu", description="Semantic segmentation: make data, train, score, predict."
    )
    commands = parser.add_subparsers(required=True, metavar="scenes|train|eval|predict")

    scenes = commands.add_parser("scenes", help="write pictures of the made world, and their masks")
    scenes.add_argument("--n", type=int, default=12, help="how many (default 12)")
    scenes.add_argument("--seed", type=int, default=0)
    scenes.add_argument("--domain", choices=("day", "night", "fog"), default="day")
    _add_size(scenes, default=(96, 128))
    scenes.add_argument("--out", type=Path, default=Path("scenes"), help="folder to write to (default scenes/)")
    scenes.set_defaults(run=_scenes)

    train = commands.add_parser("train", help="train a network; run again to go on after a stop")
    _add_data(train)
    _add_size(train, default=(96, 128))
    _add_training(train)
    train.set_defaults(run=_train)

    score = commands.add_parser("eval", help="score a trained network")
    score.add_argument("weights", type=Path, help="a net.safetensors that `train` wrote")
    _add_data(score)
    _add_size(score, default=None)
    score.add_argument("--split", choices=("train", "val", "test"), default="val")
    score.add_argument("--device", default=_device())
    score.set_defaults(run=_eval)

    prediction = commands.add_parser("predict", help="label photographs: ids, colours and an overlay of each")
    prediction.add_argument("weights", type=Path, help="a net.safetensors that `train` wrote")
    prediction.add_argument("images", type=Path, nargs="+")
    prediction.add_argument(
        "--rows", type=int, help="rows at which the network sees the picture (default: as in training)"
    )
    prediction.add_argument(
        "--out", type=Path, default=Path("predictions"), help="folder to write to (default predictions/)"
    )
    prediction.add_argument("--device", default=_device())
    prediction.set_defaults(run=_predict)
    return parser


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=("scenes", "camvid"), default="scenes")
    parser.add_argument("--root", type=Path, help="folder of the data set (default: its folder under $SEGEDU_DATA)")


def _add_size(parser: argparse.ArgumentParser, default: tuple[int, int] | None) -> None:
    parser.add_argument("--size", type=int, nargs=2, metavar=("ROWS", "COLUMNS"), default=default)


def _add_training(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--net", default="fcn8s", help=f"one of {', '.join(nets.NAMES)}")
    add(
        "--option",
        type=_option,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the network, e.g. width=48",
    )
    add("--steps", type=int, default=1000)
    add("--batch-size", type=int, default=16)
    add("--optimizer", choices=("adamw", "sgd"), default="adamw")
    add("--lr", type=float, default=3e-3)
    add("--weight-decay", type=float, default=1e-4)
    add("--warmup", type=int, default=0, help="steps over which the learning rate rises")
    add(
        "--class-weight-power",
        type=float,
        default=0.5,
        help="weight of a class = its share to minus this power; 0: none",
    )
    add("--crop", type=int, nargs=2, metavar=("ROWS", "COLUMNS"))
    add(
        "--scale",
        type=float,
        nargs=2,
        metavar=("LOW", "HIGH"),
        default=(1.0, 1.0),
        help="range of random enlargement",
    )
    for name in ("brightness", "contrast", "tint"):
        add(f"--{name}", type=float, default=0.0, help="largest relative change, 0..1")
    add("--seed", type=int, default=0)
    add(
        "--val-every",
        type=int,
        default=0,
        help="score the validation pictures every so many steps (default: never)",
    )
    add(
        "--score",
        choices=("val", "test"),
        default="val",
        help="split to score at the end; choose on val, report test once",
    )
    add("--device", default=_device())
    add(
        "--out",
        type=Path,
        default=Path("runs/latest"),
        help="folder for weights, state and record (default runs/latest)",
    )


def _option(text: str) -> tuple[str, object]:
    """``width=48`` as a name and a Python value."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"found {text!r}, expected NAME=VALUE")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"
