"""Cross-entropy and one-hot BCE: equal to PyTorch, silent on void, and clear about bad targets."""

import math

import pytest
import torch
import torch.nn.functional as F

from segedu.losses import cross_entropy, one_hot_bce

LOSSES = pytest.mark.parametrize("loss", [cross_entropy, one_hot_bce])


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 5, 6, 7, generator=generator)
    target = torch.randint(0, 5, (2, 6, 7), generator=generator)
    target[torch.rand(2, 6, 7, generator=generator) < 0.3] = 255
    return logits, target, torch.rand(5, generator=generator)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32, torch.int64])
def test_cross_entropy_and_its_gradient_equal_pytorch(batch, weighted, dtype):
    logits, target, weight = batch
    weight = weight if weighted else None
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    loss = cross_entropy(ours, target.to(dtype), weight)
    expected = F.cross_entropy(theirs, target, weight, ignore_index=255)
    loss.backward()
    expected.backward()
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_cross_entropy_knows_another_void_id(batch):
    logits, target, _ = batch
    moved = target.masked_fill(target == 255, -1)
    torch.testing.assert_close(cross_entropy(logits, moved, ignore_index=-1), cross_entropy(logits, target))


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes():
    target = torch.tensor([[[0, 1], [2, 255]]])
    assert float(cross_entropy(torch.zeros(1, 3, 2, 2), target)) == pytest.approx(math.log(3))
    assert float(one_hot_bce(torch.zeros(1, 3, 2, 2), target)) == pytest.approx(math.log(2))


def test_one_hot_bce_equals_pytorch_on_the_labelled_pixels(batch):
    logits, target, weight = batch
    labelled = target != 255
    pixels = logits.movedim(1, -1)[labelled]  # (P, C)
    one_hot = F.one_hot(target[labelled], 5).float()
    expected = F.binary_cross_entropy_with_logits(pixels, one_hot)
    torch.testing.assert_close(one_hot_bce(logits, target.to(torch.uint8)), expected)
    each = F.binary_cross_entropy_with_logits(pixels, one_hot, reduction="none").mean(dim=0)
    torch.testing.assert_close(one_hot_bce(logits, target, weight), (each * weight).sum() / weight.sum())


@LOSSES
def test_void_pixels_get_no_gradient(batch, loss):
    logits, target, weight = batch
    logits.requires_grad_()
    loss(logits, target, weight).backward()
    void = (target == 255).unsqueeze(1).expand_as(logits)
    assert (logits.grad[void] == 0).all()
    assert (logits.grad[~void] != 0).any()


@LOSSES
@pytest.mark.parametrize("weight", [None, torch.ones(3)])
def test_a_batch_of_void_gives_zero_and_zero_gradients(loss, weight):
    logits = torch.randn(2, 3, 4, 4, requires_grad=True)
    value = loss(logits, torch.full((2, 4, 4), 255, dtype=torch.uint8), weight)
    value.backward()
    assert value.item() == 0.0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


@LOSSES
def test_shapes_that_disagree_are_named(loss):
    with pytest.raises(ValueError, match=r"found \(1, 3, 4, 4\) and \(1, 4, 5\)"):
        loss(torch.zeros(1, 3, 4, 4), torch.zeros(1, 4, 5, dtype=torch.long))
    with pytest.raises(ValueError, match=r"logits \(N, C, H, W\)"):
        loss(torch.zeros(3, 4, 4), torch.zeros(4, 4, dtype=torch.long))


@LOSSES
@pytest.mark.parametrize("weight", [None, torch.ones(3)])
def test_a_target_that_is_no_class_is_named(loss, weight):
    target = torch.tensor([[[0, 7], [255, 2]]])
    with pytest.raises(ValueError, match=r"found ids 7, expected 0\.\.2 or 255"):
        loss(torch.zeros(1, 3, 2, 2), target, weight)
