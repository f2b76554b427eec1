"""Networks to and from ``.safetensors`` files, which say themselves what they hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import nn

from segedu.labels import LabelSet
from segedu.nets.calling import plain_state, unwrapped
from segedu.nets.catalogue import build
from segedu.nets.earlier import modernise
from segedu.nets.note import FORMAT, read_note
from segedu.storage import written_whole

KEY, CHECKSUM = "segedu", "sha256"
"""The keys of the two texts that a file carries beside its weights."""


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

    The file appears whole or not at all. It carries a checksum of the weights. A network that `torch.compile` or a
    data-parallel wrapper stands around is saved as it is without.

    Parameters
    ----------
    net : nn.Module
    path : path
        Should end in ``.safetensors``.
    labels : LabelSet, optional
        The classes.
    size : (int, int), optional
        Rows and columns of the training pictures, before cropping. Default: what `segedu.train.fit` noted.

    Raises
    ------
    ValueError
        If the network was not made by `build`, has another number of classes than ``labels``, or holds NaN.
    OSError
        If the file cannot be written.
    """
    net = unwrapped(net)
    spec = getattr(net, "spec", None)
    if spec is None:
        raise ValueError(
            f"net: a {type(net).__name__} that segedu.nets.build did not make; save its state_dict() yourself."
        )
    if labels is not None and len(labels) != spec.num_classes:
        raise ValueError(f"labels: {len(labels)} classes, but the network has {spec.num_classes}")
    tensors = {key: value.detach().cpu().contiguous() for key, value in plain_state(net).items()}
    if broken := not_finite(tensors):
        raise ValueError(f"net: {broken} is NaN or infinite, so the network is worthless; {path} was not written.")
    size = size or getattr(net, "trained_size", None)
    about = {"format": FORMAT, **asdict(spec), "labels": asdict(labels) if labels else None, "size": size}
    notes = {KEY: json.dumps(about), CHECKSUM: checksum(tensors)}
    with written_whole(path) as unfinished:
        unfinished.write_bytes(safetensors.torch.save(tensors, notes))


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
    if metadata.get(CHECKSUM, checksum(tensors)) != checksum(tensors):  # older files have none
        raise ValueError(f"{path}: damaged, for its weights do not have their checksum. Copy it again or train again.")
    if KEY not in metadata:
        raise ValueError(f"{path}: weights without a note on the network. Build it and call load_state_dict yourself.")
    about = read_note(path, metadata[KEY])
    spec, tensors = (about.spec, tensors) if about.format == FORMAT else modernise(about.spec, tensors)
    for what, found, expected in (
        ("network", spec.name, name),
        ("number of classes", spec.num_classes, num_classes),
    ):
        if expected is not None and found != expected:
            raise ValueError(f"{path}: holds another {what}: found {found}, expected {expected}.")
    try:
        net = build(spec.name, spec.num_classes, **spec.options)
        net.load_state_dict(tensors)
    except (RuntimeError, ValueError, TypeError) as error:
        raise ValueError(f"{path}: its weights do not fit its note, {spec.name}: {error}") from error
    net.trained_size = about.size
    return Saved(net.eval(), about.labels, about.size)


def not_finite(tensors: Mapping[str, torch.Tensor]) -> str | None:
    """The name of the first tensor that holds NaN or infinity; None if there is none."""
    return next((key for key, value in tensors.items() if not value.isfinite().all()), None)


def checksum(tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 of all weights with their names, in hexadecimal digits."""
    digest = hashlib.sha256()
    for key in sorted(tensors):
        digest.update(key.encode())
        digest.update(tensors[key].contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()
