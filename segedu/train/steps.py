"""The steps of a training run, with what is looked at between them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from tqdm.auto import tqdm

from segedu.data import LabelledImages
from segedu.evaluate import evaluate
from segedu.history import History
from segedu.nets.modes import train_mode
from segedu.nets.weights import not_finite
from segedu.nets.weights import save as save_net
from segedu.train.step import Stepper

READ_EVERY = 20
"""Steps between looks at the loss on a GPU; each look makes it wait."""


def run_steps(
    stepper: Stepper,
    rates: list[float],
    history: History,
    val: LabelledImages | None,
    saving: Callable[[], None] | None,
    every: dict[str, int],
    progress: bool,
    best: str | Path | None = None,
) -> None:
    """All steps that are still to do."""
    read_every = 1 if stepper.device.type == "cpu" else READ_EVERY
    began = time.perf_counter() - history.seconds
    unread: list[torch.Tensor] = []
    train_mode(stepper.net)
    first, last = len(history.loss), len(rates)
    for step in tqdm(range(first, last), initial=first, total=last, disable=not progress):
        history.lr.append(rates[step])
        unread.append(stepper(step, rates[step]))
        done = step + 1
        score = val is not None and (done % every["score"] == 0 or done == last)
        save = saving is not None and (done % every["save"] == 0 or done == last)
        if len(unread) == read_every or score or save or done == last:
            _read(unread, history)
        if save or done == last:
            _check_weights(stepper.net, done, rates[step])
        if score:
            history.val_steps.append(done)
            history.val_miou.append(evaluate(stepper.net, val, tolerance=None).miou)
            if best is not None and history.val_miou[-1] > max(history.val_miou[:-1], default=-1):
                save_net(stepper.net, best, val.labels)
        history.seconds = time.perf_counter() - began
        if save:
            saving()


def _read(unread: list[torch.Tensor], history: History) -> None:
    """Move the losses of the last steps into the history; stop at the first that is not finite."""
    for value in torch.stack(unread).tolist():
        step = len(history.loss)
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss is {value} at step {step + 1} with learning rate {history.lr[step]:.3g}. "
                "Lower the learning rate, add warm-up steps, or look for NaN in the data and the loss."
            )
        history.loss.append(value)
    unread.clear()


def _check_weights(net: nn.Module, done: int, lr: float) -> None:
    """Stop before weights that are NaN are saved, or taken for trained: no later step could mend them."""
    if broken := not_finite(net.state_dict()):
        raise FloatingPointError(
            f"{broken} is NaN or infinite after step {done} with learning rate {lr:.3g}; the loss was finite. Nothing "
            "was saved of it. Lower the learning rate, or look at the gradient of the loss."
        )
