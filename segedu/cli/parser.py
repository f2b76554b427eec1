"""The words of the command line."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

import torch

from segedu import nets
from segedu.bench.recipe import PROFILES
from segedu.cli import datasets
from segedu.cli.commands import run_bench, run_data, run_eval, run_predict, run_scenes, run_train


class DefaultsShown(argparse.ArgumentDefaultsHelpFormatter):
    """Tells each option's default, where its help does not, and where it has one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        silent = action.default is None or action.default is False or action.default == []
        return action.help if silent or "default" in (action.help or "") else super()._get_help_string(action)


def build_parser() -> argparse.ArgumentParser:
    """All commands with their options; ``arguments.run`` is the function of the command that was typed."""
    parser = argparse.ArgumentParser(
        "python -m segedu", description="Semantic segmentation: make data, train, score, predict."
    )
    commands = parser.add_subparsers(required=True, metavar="scenes|data|train|eval|predict|bench")
    add = partial(commands.add_parser, formatter_class=DefaultsShown)

    scenes = add("scenes", help="write pictures of the made world, and their masks")
    scenes.add_argument("--n", type=int, default=12, help="how many")
    scenes.add_argument("--seed", type=int, default=0, help="another one makes other pictures")
    scenes.add_argument("--domain", choices=("day", "night", "fog"), default="day", help="light and weather")
    _add_size(scenes, (96, 128), "size of the pictures")
    scenes.add_argument("--out", type=Path, default=Path("scenes"), help="folder to write to")
    scenes.set_defaults(run=run_scenes)

    data = add("data", help="tell what is in a folder of pictures and masks, and what to mend")
    data.add_argument("root", type=Path, help="a folder with images/, masks/ and perhaps labels.txt")
    data.set_defaults(run=run_data)

    train = add("train", help="train a network; run again to go on after a stop")
    _add_data(train)
    _add_size(train, None, "fit each picture into this size (default: scenes 96 128, files as they are)")
    _add_training(train)
    train.set_defaults(run=run_train)

    score = add("eval", help="score a trained network")
    score.add_argument("weights", type=Path, help="a net.safetensors that `train` wrote")
    _add_data(score)
    _add_size(score, None, "fit each picture into this size (default: as in training)")
    score.add_argument("--split", choices=("train", "val", "test"), default="val", help="which pictures to score")
    _add_flip(score)
    _add_device(score)
    score.set_defaults(run=run_eval)

    prediction = add("predict", help="label photographs: ids, colours and an overlay of each")
    about = (
        "pictures, or folders of pictures; before them the net.safetensors that `train` wrote (default: "
        "segedu's own, for streets)"
    )
    prediction.add_argument("images", type=Path, nargs="+", help=about)
    about = "rows at which the network sees the picture (default: fitted into the size of the training pictures)"
    prediction.add_argument("--rows", type=int, help=about)
    prediction.add_argument("--out", type=Path, default=Path("predictions"), help="folder to write to")
    _add_flip(prediction)
    _add_device(prediction)
    prediction.set_defaults(run=run_predict)
    bench = add("bench", help="train and score every system of the course on one data set, with one recipe")
    bench.add_argument("table", choices=("camvid",), help="real streets")
    bench.add_argument("--profile", choices=PROFILES, default="laptop", help="size of the pictures and of the effort")
    bench.add_argument("--only", nargs="+", metavar="NAME", help="of the rows (default: all)")
    bench.add_argument("--seeds", type=int, nargs="+", default=[0], help="each system is trained once with each")
    bench.add_argument("--root", type=Path, help="folder of the data set (default: its folder under $SEGEDU_DATA)")
    about = "the table (default: benchmarks/results/camvid-PROFILE.json)"
    bench.add_argument("--out", type=Path, help=f"{about}; what it holds is not run again")
    bench.add_argument("--runs", type=Path, default=Path("runs/bench"), help="folder for states and weights")
    bench.set_defaults(run=run_bench)
    return parser


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", choices=datasets.NAMES, default="scenes", help="which pictures")
    parser.add_argument("--root", type=Path, help="folder of the data set (default: its folder under $SEGEDU_DATA)")
    parser.add_argument("--limit", type=int, help="only the first so many pictures of each split")


def _add_size(parser: argparse.ArgumentParser, default: tuple[int, int] | None, about: str) -> None:
    parser.add_argument("--size", type=int, nargs=2, metavar=("ROWS", "COLUMNS"), default=default, help=about)


def _add_flip(parser: argparse.ArgumentParser) -> None:
    about = "also look at each picture's mirror image when predicting, and average (twice the work)"
    parser.add_argument("--flip", action="store_true", help=about)


def _add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", default=_best_device(), help="cpu or cuda (default: cuda where there is one)")


def _add_training(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--net", default="fcn8s", help=f"one of {', '.join(nets.NAMES)}")
    add("--backbone", help=f"instead of the network's own tiny one: {', '.join(nets.BACKBONES)}")
    add(
        "--option",
        type=_option,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the network, e.g. width=48",
    )
    add("--steps", type=int, default=1000, help="of the whole training")
    add("--batch-size", type=int, default=16, help="pictures a step")
    add("--optimizer", choices=("adamw", "sgd"), default="adamw", help="sgd has a momentum of 0.9")
    add("--lr", type=float, default=3e-3, help="greatest learning rate; it falls to 0")
    add("--weight-decay", type=float, default=1e-4, help="share of each weight that a step takes, times the rate")
    add("--auxiliary-weight", type=float, default=0.0, help="of the loss of the auxiliary head, where a net has one")
    add("--head-lr", type=float, default=1.0, help="factor of the learning rate outside of the backbone, e.g. 10")
    add("--clip", type=float, help="greatest length of the gradient (default: any)")
    add("--accumulate", type=int, default=1, help="batches whose gradients are averaged into one step")
    add("--warmup", type=int, default=0, help="steps over which the learning rate rises")
    add(
        "--class-weight-power",
        type=float,
        default=0.5,
        help="weight of a class = its share to minus this power; 0: none",
    )
    add("--crop", type=int, nargs=2, metavar=("ROWS", "COLUMNS"), help="size of a random window (default: all)")
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
    add("--seed", type=int, default=0, help="of the first weights, the order and the windows")
    add(
        "--val-every",
        type=int,
        default=0,
        help="score the validation pictures every so many steps; 0: never",
    )
    add(
        "--split",
        choices=("val", "test"),
        default="val",
        help="split to score at the end; choose on val, report test once",
    )
    add(
        "--mixed-precision",
        action=argparse.BooleanOptionalAction,
        help="half precision (default: on CUDA yes, elsewhere no; some CPUs are faster with it, most are slower)",
    )
    _add_flip(parser)
    _add_device(parser)
    add(
        "--out",
        type=Path,
        default=Path("runs/latest"),
        help="folder for weights, state and record",
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


def _best_device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"
