"""Networks to and from ``.safetensors`` files, which say themselves what they hold."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from segedu.labels import LabelSet
from segedu.nets.catalogue import build
from segedu.storage import written_whole

KEY = "segedu"


class Saved(NamedTuple):
    """What a file of weights holds."""

    net: nn.Module
    """In evaluation mode, on the CPU."""
    labels: LabelSet | None
    """The classes it was trained on, if they were saved with it."""
    size: tuple[int, int] | None
    """Rows and columns of the pictures it was trained on, before cropping."""


def save(net: nn.Module, path: str | Path, labels: LabelSet | None = None, size: tuple[int, int] | None = None) -> None:
    """Write a network made by `build`, with what is needed to build it again.

    The file appears whole or not at all.

    Raises
    ------
    ValueError
        If the network was not made by `build`, or has another number of classes than ``labels``.
    """
    spec = getattr(net, "spec", None)
    if spec is None:
        raise ValueError(
            f"net: a {type(net).__name__} that segedu.nets.build did not make; save its state_dict() yourself."
        )
    if labels is not None and len(labels) != spec.num_classes:
        raise ValueError(f"labels: {len(labels)} classes, but the network has {spec.num_classes}")
    about = {**asdict(spec), "labels": asdict(labels) if labels else None, "size": size}
    tensors = {k: v.detach().cpu().contiguous() for k, v in net.state_dict().items()}
    with written_whole(path) as unfinished:
        save_file(tensors, unfinished, metadata={KEY: json.dumps(about)})


def load(path: str | Path, name: str | None = None, num_classes: int | None = None) -> Saved:
    """Read a network that `save` wrote.

    Parameters
    ----------
    path : path
    name, num_classes : optional
        What the caller expects; anything else in the file is an error.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, was not written by `save`, or holds another network or number of classes.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such file. `python -m segedu train --out FOLDER` writes FOLDER/net.safetensors."
        )
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
    except SafetensorError as error:
        raise ValueError(
            f"{path}: damaged, or not a safetensors file ({error}). Copy it again or train again."
        ) from error
    if KEY not in metadata:
        raise ValueError(f"{path}: weights without a note on the network. Build it and call load_state_dict yourself.")
    about = json.loads(metadata[KEY])
    for what, found, expected in (
        ("network", about["name"], name),
        ("number of classes", about["num_classes"], num_classes),
    ):
        if expected is not None and found != expected:
            raise ValueError(f"{path}: holds another {what}: found {found}, expected {expected}.")
    try:
        net = build(about["name"], about["num_classes"], **about["options"])
        net.load_state_dict(tensors)
    except (RuntimeError, ValueError, TypeError) as error:
        raise ValueError(f"{path}: its weights do not fit its note, {about['name']}: {error}") from error
    labels = about["labels"] and LabelSet(
        tuple(about["labels"]["names"]),
        tuple(map(tuple, about["labels"]["colors"])),
        tuple(about["labels"]["void_color"]),
    )
    return Saved(net.eval(), labels, about["size"] and tuple(about["size"]))
