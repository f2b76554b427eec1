"""One step of training: a batch, a forward and a backward pass, an update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import nn

from segedu.data import Augment, LabelledImages
from segedu.nets.calling import logits_of

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""``loss(logits (N, C, H, W), target (N, H, W) int64) -> scalar``."""


@dataclass
class Stepper:
    """Trains ``net`` for one step a call.

    All random numbers of a batch come from the seed and the number of the batch, none from those before. So
    a run that is resumed needs no saved generator, and cannot differ.
    """

    net: nn.Module
    data: LabelledImages
    optimizer: torch.optim.Optimizer
    loss: Loss
    augment: Augment
    batch_size: int
    seed: int
    mixed_precision: bool
    auxiliary_weight: float = 0.0
    clip: float | None = None
    accumulate: int = 1
    scaler: torch.amp.GradScaler = field(init=False)

    def __post_init__(self) -> None:
        self.device = self.data.images.device
        # Older GPUs (Colab's T4) only imitate bfloat16, slowly.
        has_bfloat16 = self.device.type != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False)
        self.dtype = torch.bfloat16 if has_bfloat16 else torch.float16
        # float16 alone needs its loss scaled up, lest small gradients vanish.
        self.scaler = torch.amp.GradScaler(enabled=self.mixed_precision and self.dtype == torch.float16)

    def __call__(self, step: int, lr: float) -> torch.Tensor:
        """Train with learning rate ``lr`` on the batches of a step (from 0); the loss comes back as a scalar tensor.

        It is not read here: reading would make a GPU wait for the CPU at every step.
        """
        self.optimizer.zero_grad(set_to_none=True)
        losses = [self._gradient(step * self.accumulate + part) for part in range(self.accumulate)]
        for group in self.optimizer.param_groups:
            group["lr"] = lr * group["factor"]
        if self.clip is not None:
            self.scaler.unscale_(self.optimizer)
            nn.utils.clip_grad_norm_((p for group in self.optimizer.param_groups for p in group["params"]), self.clip)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return torch.stack(losses).mean() if self.accumulate > 1 else losses[0]

    def _gradient(self, number: int) -> torch.Tensor:
        """Add a batch's share of the gradient; its loss comes back."""
        images, target = self.batch(number)
        self._seed_dropout(number)
        with torch.autocast(self.device.type, self.dtype, enabled=self.mixed_precision):
            loss = self._loss_of(images, target)
        self.scaler.scale(loss / self.accumulate if self.accumulate > 1 else loss).backward()
        return loss.detach()

    def _loss_of(self, images: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        if not self.auxiliary_weight:
            return self.loss(logits_of(self.net, images), target)
        logits, auxiliary = self.net.forward_with_auxiliary(images)
        return self.loss(logits, target) + self.auxiliary_weight * self.loss(auxiliary, target)

    def batch(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Pictures ``(N, 3, H, W)`` and target ``(N, H, W)`` of a batch (from 0); every epoch has its own order."""
        n = len(self.data)
        first = number * self.batch_size
        epochs = range(first // n, (first + self.batch_size - 1) // n + 1)
        order = torch.cat([torch.randperm(n, generator=self._generator(-1 - epoch)) for epoch in epochs])
        index = order[first % n :][: self.batch_size].to(self.device)
        return self.augment(self.data.images[index], self.data.masks[index], self._generator(number))

    def _seed_dropout(self, number: int) -> None:
        # torch.manual_seed would seed every device there is, which takes milliseconds where none is initialised.
        if self.device.type == "cuda":
            torch.cuda.manual_seed(self._key(number))
        else:
            torch.default_generator.manual_seed(self._key(number))

    def _key(self, number: int) -> int:
        """A seed for one batch (from 0) or one epoch (from -1 down), far from those of other seeds."""
        return (self.seed * 0x9E3779B97F4A7C15 + number) % 2**63

    def _generator(self, number: int) -> torch.Generator:
        return torch.Generator().manual_seed(self._key(number))
