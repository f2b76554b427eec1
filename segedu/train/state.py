"""The state of a training run on disk, from which it goes on as if nothing had happened."""

from __future__ import annotations

import pickle
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from segedu.storage import written_whole
from segedu.train.history import History


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
        "net": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scaler": scaler.state_dict(),
        "history": asdict(history),
        "settings": settings,
    }
    with written_whole(path) as unfinished:
        torch.save(state, unfinished)


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
        If the file is damaged, or belongs to another network or to a run with other settings.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        found = state["settings"]
    except (RuntimeError, EOFError, KeyError, TypeError, pickle.UnpicklingError) as error:
        raise ValueError(
            f"{path}: damaged, or not a training state ({type(error).__name__}). Remove it to start afresh."
        ) from error
    for key in settings:
        if found.get(key) != settings[key]:
            raise ValueError(
                f"{path}: saved by a run with {key} = {found.get(key)}, this one has {key} = {settings[key]}. "
                "Go on with the same settings, or give another file to start afresh."
            )
    try:
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        scaler.load_state_dict(state["scaler"])
        return History(**state["history"])
    except (RuntimeError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: does not fit this network ({error}). Remove it to start afresh.") from error
