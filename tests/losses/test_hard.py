"""The hardest pixels by sorting all of them; with all of them it is the plain loss."""

import pytest
import torch
import torch.nn.functional as F

from segedu.losses import cross_entropy, hard_cross_entropy


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 4, 9, 11, generator=generator, requires_grad=True)
    target = torch.randint(0, 4, (2, 9, 11), generator=generator)
    target[torch.rand(target.shape, generator=generator) < 0.3] = 255
    return logits, target


def test_it_is_the_mean_of_the_largest_losses(batch):
    logits, target = batch
    every = F.cross_entropy(logits, target, ignore_index=255, reduction="none")[target != 255].sort(descending=True)[0]
    kept = round(0.2 * len(every))
    assert torch.allclose(hard_cross_entropy(logits, target, 0.2), every[:kept].mean())


def test_with_weights_it_is_their_weighted_mean(batch):
    logits, target = batch
    weight = torch.tensor([1.0, 2.0, 0.5, 4.0])
    known = target != 255
    every = F.cross_entropy(logits, target, weight, ignore_index=255, reduction="none")[known]
    order = every.argsort(descending=True)[: round(0.3 * len(every))]
    expected = every[order].sum() / weight[target[known][order]].sum()
    assert torch.allclose(hard_cross_entropy(logits, target, 0.3, weight), expected)


@pytest.mark.parametrize("weight", [None, torch.tensor([1.0, 2.0, 0.5, 4.0])])
def test_all_pixels_give_cross_entropy(batch, weight):
    assert torch.allclose(hard_cross_entropy(*batch, 1.0, weight), cross_entropy(*batch, weight))


def test_easy_pixels_and_void_have_no_gradient(batch):
    logits, target = batch
    hard_cross_entropy(logits, target, 0.25).backward()
    moved = logits.grad.abs().sum(1) > 0
    assert moved.sum() == round(0.25 * int((target != 255).sum())) and not moved[target == 255].any()


def test_void_alone_gives_nought_and_one_pixel_is_kept(batch):
    logits, target = batch
    void = torch.full_like(target, 255)
    loss = hard_cross_entropy(logits, void)
    loss.backward()
    assert loss == 0 and not logits.grad.any()
    void[0, 0, 0] = 2
    assert torch.allclose(hard_cross_entropy(logits, void, 0.01), cross_entropy(logits, void))


@pytest.mark.parametrize("share", [0, -1, 1.5])
def test_a_share_is_between_0_and_1(batch, share):
    with pytest.raises(ValueError, match="share: found"):
        hard_cross_entropy(*batch, share)
