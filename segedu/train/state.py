"""The state of a training run on disk, from which it goes on as if nothing had happened."""

from __future__ import annotations

import pickle
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from segedu.history import History
from segedu.nets.calling import load_plain_state, plain_state, unwrapped
from segedu.nets.earlier import modernise
from segedu.nets.weights import not_finite
from segedu.storage import written_whole

DAMAGE = (
    RuntimeError, EOFError, KeyError, TypeError, ValueError, pickle.UnpicklingError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged state may raise."""
NEWER = {"head_lr": 1.0, "clip": "None", "accumulate": 1, "schedule": "poly"}
"""Settings that states from before they were there do not name, and what they were."""


def save_state(
    path: Path,
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    history: History,
    settings: dict[str, Any],
) -> None:
    """Write everything that the next step depends on; the file appears whole or not at all.

    Random numbers are not in it: `fit` draws them afresh from the seed and the number of the step.
    """
    state = {
        "net": plain_state(net),
        "optimizer": optimizer.state_dict(),
        "scaler": scaler.state_dict(),
        "history": asdict(history),
        "settings": settings,
    }
    with written_whole(path) as unfinished:
        torch.save(state, unfinished)  # a ZIP archive: each tensor with a checksum


def load_state(
    path: Path,
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    settings: dict[str, Any],
) -> History:
    """Put a saved state into the network and the optimizer, and give the history so far.

    Raises
    ------
    ValueError
        If the file is damaged, holds NaN, or belongs to another network or to a run with other settings.
    """
    try:
        _check_archive(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
        found = state["settings"]
    except DAMAGE as error:
        raise ValueError(
            f"{path}: damaged, or not a training state ({type(error).__name__}). Remove it to start afresh."
        ) from error
    found = NEWER | found
    finished = len(state["history"].get("loss", ())) == found.get("steps")
    if finished and settings["steps"] > found["steps"]:  # a finished run may be given more steps
        state["history"]["resumed"], found["steps"] = found["steps"], settings["steps"]
    for key in settings:
        if found.get(key) != settings[key]:
            raise ValueError(
                f"{path}: saved by a run with {key} = {found.get(key)}, this one has {key} = {settings[key]}. "
                "Go on with the same settings, or give another file to start afresh."
            )
    if broken := not_finite(state["net"]):
        raise ValueError(
            f"{path}: {broken} is NaN or infinite, so nothing can be trained from it. Remove it to start afresh, "
            "with a lower learning rate."
        )
    try:
        spec, weights = getattr(unwrapped(net), "spec", None), state["net"]
        if spec and weights.keys() != plain_state(net).keys():
            _, weights = modernise(spec, weights)
        load_plain_state(net, weights)
        for group in state["optimizer"]["param_groups"]:
            group.setdefault("factor", 1.0)
        optimizer.load_state_dict(state["optimizer"])
        scaler.load_state_dict(state["scaler"])
        return History(**state["history"])
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: does not fit this network ({error}). Remove it to start afresh.") from error


def _check_archive(path: Path) -> None:
    """Raise `zipfile.BadZipFile` if an entry does not have its checksum; torch does not look."""
    with zipfile.ZipFile(path) as archive:
        if damaged := archive.testzip():
            raise zipfile.BadZipFile(damaged)
