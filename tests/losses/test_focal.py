"""The focal loss equals MONAI's, cross-entropy at gamma 0, and its formula; void never reaches a gradient."""

import math

import pytest
import torch

from segedu.losses import cross_entropy, focal_loss


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(2, 5, 6, 7, generator=generator)
    target = torch.randint(0, 5, (2, 6, 7), generator=generator)
    target[torch.rand(2, 6, 7, generator=generator) < 0.3] = 255
    return logits, target, torch.rand(5, generator=generator)


@pytest.mark.parametrize("weighted", [False, True])
def test_gamma_0_is_cross_entropy_with_the_same_gradient(batch, weighted):
    logits, target, weight = batch
    weight = weight if weighted else None
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    loss, expected = focal_loss(ours, target, 0.0, weight), cross_entropy(theirs, target, weight)
    loss.backward()
    expected.backward()
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 5.0])
@pytest.mark.parametrize("void", [False, True])
def test_it_equals_monai(batch, gamma, void):
    losses = pytest.importorskip("monai.losses", reason="monai is not installed")
    logits, target, _ = batch
    if void:  # MONAI averages over all pixels, so it gets the labelled ones alone, as one row
        labelled = target != 255
        theirs, true = logits.movedim(1, -1)[labelled].T[None, :, :, None], target[labelled][None, :, None]
    else:
        target = target.where(target != 255, 0)
        theirs, true = logits, target
    oracle = losses.FocalLoss(use_softmax=True, to_onehot_y=True, gamma=gamma)
    # MONAI also averages over the C channels, of which only the true one is not 0.
    expected = oracle(theirs, true.unsqueeze(1)) * logits.shape[1]
    torch.testing.assert_close(focal_loss(logits, target.to(torch.uint8), gamma), expected)


def test_weights_make_a_weighted_mean_as_in_cross_entropy(batch):
    logits, target, weight = batch
    labelled = target != 255
    p = logits.softmax(1).movedim(1, -1)[labelled].gather(1, target[labelled][:, None]).squeeze(1)
    share = weight[target[labelled]]
    expected = (share * (1 - p) ** 2 * -p.log()).sum() / share.sum()
    torch.testing.assert_close(focal_loss(logits, target, 2.0, weight), expected)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_one_pixel_follows_the_formula(gamma):
    p = 0.9
    logits = torch.tensor([math.log(p), math.log(1 - p)]).view(1, 2, 1, 1)
    expected = (1 - p) ** gamma * -math.log(p)
    assert float(focal_loss(logits, torch.zeros(1, 1, 1, dtype=torch.long), gamma)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
def test_a_perfect_answer_costs_nothing_and_pulls_nowhere(gamma):
    logits = torch.tensor([200.0, 0.0]).view(1, 2, 1, 1).requires_grad_()
    loss = focal_loss(logits, torch.zeros(1, 1, 1, dtype=torch.long), gamma)
    loss.backward()
    assert loss.item() == 0.0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_the_gradient_is_the_slope(batch, gamma):
    logits, target, weight = batch
    logits = logits[..., :3, :3].double().requires_grad_()
    target = target[..., :3, :3]
    assert torch.autograd.gradcheck(lambda z: focal_loss(z, target, gamma, weight.double()), logits)


def test_void_pixels_get_no_gradient(batch):
    logits, target, weight = batch
    logits.requires_grad_()
    focal_loss(logits, target, 2.0, weight).backward()
    void = (target == 255).unsqueeze(1).expand_as(logits)
    assert (logits.grad[void] == 0).all()
    assert (logits.grad[~void] != 0).any()


def test_a_batch_of_void_gives_zero_and_zero_gradients():
    logits = torch.randn(2, 3, 4, 4, requires_grad=True)
    value = focal_loss(logits, torch.full((2, 4, 4), 255, dtype=torch.uint8), weight=torch.ones(3))
    value.backward()
    assert value.item() == 0.0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_another_void_id_and_bytes_work(batch):
    logits, target, _ = batch
    moved = target.masked_fill(target == 255, -1)
    torch.testing.assert_close(focal_loss(logits, moved, ignore_index=-1), focal_loss(logits, target.to(torch.uint8)))


def test_bad_input_is_named(batch):
    logits, target, _ = batch
    with pytest.raises(ValueError, match="gamma: found -1, expected 0 or more"):
        focal_loss(logits, target, gamma=-1)
    with pytest.raises(ValueError, match=r"found \(2, 5, 6, 7\) and \(1, 6, 7\)"):
        focal_loss(logits, target[:1])
    with pytest.raises(ValueError, match=r"found ids 7, expected 0\.\.4 or 255"):
        focal_loss(logits, target.clone().fill_(7))
