"""The training loop."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from segedu.data import Augment, Dataset, LabelledImages, stack
from segedu.history import History
from segedu.losses import cross_entropy
from segedu.nets.calling import device_of, unwrapped
from segedu.storage import check_place
from segedu.train.optimizer import Schedule, make_optimizer, poly
from segedu.train.settings import describe_run
from segedu.train.state import load_state, save_state
from segedu.train.step import Loss, Stepper
from segedu.train.steps import run_steps


def fit(
    net: nn.Module,
    data: Dataset | LabelledImages,
    *,
    steps: int,
    val: Dataset | LabelledImages | None = None,
    batch_size: int = 16,
    optimizer: Literal["adamw", "sgd"] = "adamw",
    lr: float = 3e-3,
    weight_decay: float = 1e-4,
    warmup: int = 0,
    schedule: Schedule = poly,
    head_lr: float = 1.0,
    clip: float | None = None,
    accumulate: int = 1,
    loss: Loss = cross_entropy,
    auxiliary_weight: float = 0.0,
    augment: Augment | None = None,
    seed: int = 0,
    device: torch.device | str | None = None,
    mixed_precision: bool | None = None,
    val_every: int | None = None,
    checkpoint: str | Path | None = None,
    checkpoint_every: int = 100,
    best: str | Path | None = None,
    progress: bool = True,
) -> History:
    """Train ``net`` in place.

    The pictures sit on the device as bytes; batches are cut and changed there. With the same seed, settings,
    library versions and number of threads, a run on a CPU gives the same weights bit for bit, also when it was
    killed and resumed in between.

    Parameters
    ----------
    net : nn.Module
        Normalised pictures ``(N, 3, H, W)`` to logits ``(N, C, H, W)``. Parts that are frozen (no parameter with
        ``requires_grad``, or in evaluation mode while the whole is not) stay as they are, batch statistics too.
    data, val : sequence of Sample with ``.labels``, or LabelledImages
        Training pictures, and pictures to score now and then (never the test split).
    steps : int
        Batches to train on in all.
    batch_size : int
    optimizer : {"adamw", "sgd"}
        SGD has momentum 0.9.
    lr, weight_decay : float
        Learning rate at its highest.
    warmup : int
        Steps over which the learning rate first rises.
    schedule : callable
        ``schedule(step, steps, warmup)`` gives the factor of the learning rate at a step, 0 .. steps - 1; `poly`
        falls to 0.
    head_lr : float
        Factor of the learning rate outside of ``net.backbone``; 10 in DeepLab, whose backbone is trained already (Chen
        et al., PAMI 2018, section 4.1).
    clip : float, optional
        Greatest length of the gradient, all parameters together; a longer one is shortened to it.
    accumulate : int
        Batches a step, of ``batch_size`` pictures each. Their gradients are averaged, so that many pictures share one
        update where memory holds few.
    loss : callable
        ``loss(logits (N, C, H, W), target (N, H, W) int64) -> scalar``; void is 255.
    auxiliary_weight : float
        Above 0, the loss of the network's auxiliary head, times this, is added to that of its output (0.4 in Zhao et
        al., PSPNet, CVPR 2017, section 3.3). The network then needs a method ``forward_with_auxiliary`` that gives
        `segedu.nets.parts.heads.WithAuxiliary`. The history holds the sum.
    augment : Augment, optional
        Default: left-right flips.
    seed : int
        Of the order of the pictures, the augmentation and dropout. The initial weights are the caller's.
    device : optional
        Default: where the network is.
    mixed_precision : bool, optional
        bfloat16, or float16 with loss scaling where the GPU lacks it. Default: on CUDA yes, elsewhere no.
    val_every : int, optional
        Steps between scores on ``val``; default: a fifth of ``steps``.
    checkpoint : path, optional
        Save the state here every ``checkpoint_every`` steps. **If the file exists, training goes on from it.** A
        finished run may be given more ``steps``: they have a schedule of their own. A link is followed.
    checkpoint_every : int
    best : path, optional
        Write the network here (`segedu.nets.save`) each time that it scores higher on ``val`` than before.
    progress : bool
        Show a progress bar.

    Returns
    -------
    History
        The network itself is changed in place and left in evaluation mode. It remembers the size of the pictures as
        ``net.trained_size``, which `segedu.predict` goes by.

    Raises
    ------
    TypeError
        If ``auxiliary_weight`` is above 0 and the network has no auxiliary head.
    FloatingPointError
        If the loss is not finite, or the weights are not when they are saved: it names the step and the learning rate.
    OSError
        If the checkpoint cannot be written; before the first step.
    ValueError
        If the data are bad, everything is frozen, ``head_lr`` meets a network without backbone, ``best`` comes without
        ``val`` or with a network that `segedu.nets.build` did not make, or the checkpoint is damaged or belongs to
        another network or other settings.
    """
    for name, value in (("steps", steps), ("batch_size", batch_size), ("checkpoint_every", checkpoint_every),
                        ("accumulate", accumulate)):  # fmt: skip
        if value < 1:
            raise ValueError(f"{name}: found {value}, expected 1 or more")
    if clip is not None and not clip > 0:
        raise ValueError(f"clip: found {clip}, expected a length above 0, or None")
    _check_auxiliary(net, auxiliary_weight)
    _check_best(net, best, val)
    for place in (checkpoint, best):
        if place is not None:
            check_place(place)
    device = torch.device(device) if device else device_of(net)
    data, lr, weight_decay, auxiliary_weight = stack(data), float(lr), float(weight_decay), float(auxiliary_weight)
    augment = augment or Augment()
    mixed_precision = device.type == "cuda" if mixed_precision is None else mixed_precision
    settings = describe_run(
        net, data, loss, steps=steps, batch_size=batch_size, optimizer=optimizer, lr=lr, weight_decay=weight_decay,
        warmup=warmup, augment=repr(augment), seed=seed, mixed_precision=mixed_precision,
        auxiliary_weight=auxiliary_weight, head_lr=float(head_lr), clip=str(clip), accumulate=accumulate,
        schedule=getattr(schedule, "__qualname__", repr(schedule)),
    )  # fmt: skip
    net.to(device, memory_format=torch.channels_last)
    update = make_optimizer(net, optimizer, lr, weight_decay, head_lr)
    stepper = Stepper(
        net, data.to(device), update, loss, augment, batch_size, seed, mixed_precision, auxiliary_weight, clip,
        accumulate,
    )  # fmt: skip
    path, history = None if checkpoint is None else Path(checkpoint), History()
    if path is not None and path.exists():
        history = load_state(path, net, update, stepper.scaler, settings)
    val = None if val is None else stack(val).to(device)
    saving = partial(save_state, path, net, update, stepper.scaler, history, settings)

    unwrapped(net).trained_size = tuple(data.images.shape[-2:])
    began = history.resumed
    rates = [*history.lr[:began], *(lr * schedule(step, steps - began, warmup) for step in range(steps - began))]
    every = {"score": val_every or max(1, steps // 5), "save": checkpoint_every}
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        run_steps(stepper, rates, history, val, saving if path else None, every, progress, best)
    net.eval()
    return history


def _check_best(net: nn.Module, best: str | Path | None, val: object) -> None:
    if best is not None and val is None:
        raise ValueError(f"best: found {best}, but no val to choose on. Give validation pictures.")
    if best is not None and not hasattr(unwrapped(net), "spec"):
        raise ValueError(f"best: found {best}, but {type(unwrapped(net)).__name__} was not made by segedu.nets.build.")


def _check_auxiliary(net: nn.Module, weight: float) -> None:
    if not (math.isfinite(weight) and weight >= 0):
        raise ValueError(f"auxiliary_weight: found {weight}, expected 0 (no auxiliary loss) or more")
    inner = unwrapped(net)
    if weight and not (hasattr(inner, "forward_with_auxiliary") and getattr(inner, "aux_classifier", True)):
        raise TypeError(
            f"auxiliary_weight: found {weight}, but {type(inner).__name__} has no auxiliary head. Leave "
            "the weight at 0, build it with auxiliary=True, or take a network that has one, such as pspnet."
        )
