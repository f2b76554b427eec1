"""Losses of half-precision logits are those of float32: a sum over a picture passes float16's largest number."""

from functools import partial

import pytest
import torch

from segedu.losses import cross_entropy, dice_loss, focal_loss, one_hot_bce, pixel_weighted_cross_entropy

LOGITS = torch.zeros(1, 2, 300, 300)
LOGITS[:, 0] = 3
TARGET = torch.zeros(1, 300, 300, dtype=torch.uint8)
TARGET[:, :10], TARGET[:, -5:] = 1, 255
WEIGHT = torch.tensor([1.0, 3.0])

LOSSES = {
    "cross_entropy": cross_entropy,
    "weighted cross_entropy": partial(cross_entropy, weight=WEIGHT),
    "focal_loss": focal_loss,
    "weighted focal_loss": partial(focal_loss, weight=WEIGHT),
    "dice_loss": dice_loss,
    "one_hot_bce": one_hot_bce,
    "weighted one_hot_bce": partial(one_hot_bce, weight=WEIGHT),
    "pixel_weighted_cross_entropy": partial(pixel_weighted_cross_entropy, weight=torch.ones(1, 300, 300)),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_gives_the_loss_and_the_gradient_of_float32(loss, dtype):
    gradients, values = [], []
    for kind in (torch.float32, dtype):
        logits = LOGITS.to(kind, copy=True).requires_grad_()
        values.append(loss(logits, TARGET))
        values[-1].backward()
        gradients.append(logits.grad.float())
    assert values[1].dtype == torch.float32
    assert torch.allclose(values[0], values[1], atol=1e-4)
    assert torch.allclose(*gradients, atol=1e-6, rtol=1e-2)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_double_precision_stays(loss):
    if "pixel" in str(loss):
        loss = partial(pixel_weighted_cross_entropy, weight=torch.ones(1, 300, 300, dtype=torch.float64))
    assert loss(LOGITS.double(), TARGET).dtype == torch.float64
