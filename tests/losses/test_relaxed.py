"""Label relaxation: by hand pixel by pixel, cross-entropy inside, its border and void rules, and never NaN."""

from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F

from segedu.losses import cross_entropy, relaxed_cross_entropy


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 4, 9, 11, generator=generator)
    target = torch.randint(0, 4, (2, 5, 6), generator=generator).repeat_interleave(2, 1).repeat_interleave(2, 2)
    target = target[:, :9, :11].contiguous()
    target[torch.rand(target.shape, generator=generator) < 0.2] = 255
    return logits, target


def by_hand(logits, target, radius, weight=None):
    total = mass = 0.0
    probabilities = logits.softmax(dim=1)
    for n, row, column in (target != 255).nonzero().tolist():
        rows, columns = (
            slice(max(row - radius, 0), row + radius + 1),
            slice(max(column - radius, 0), column + radius + 1),
        )
        allowed = set(target[n, rows, columns].flatten().tolist()) - {255}
        share = 1.0 if weight is None else weight[target[n, row, column]].item()
        total -= share * probabilities[n, sorted(allowed), row, column].sum().log().item()
        mass += share
    return total / mass


@pytest.mark.parametrize("weight", [None, torch.tensor([1.0, 2.0, 0.5, 4.0])])
@pytest.mark.parametrize("radius", [0, 1, 2, 20])
def test_it_is_the_loss_by_hand(batch, radius, weight):
    found = relaxed_cross_entropy(*batch, radius, weight)
    assert found.item() == pytest.approx(by_hand(*batch, radius, weight), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("weight", [None, torch.tensor([1.0, 2.0, 0.5, 4.0])])
def test_without_a_window_it_is_cross_entropy(batch, weight):
    torch.testing.assert_close(relaxed_cross_entropy(*batch, 0, weight), cross_entropy(*batch, weight))


def test_it_is_the_form_of_the_authors_code(batch):
    """Minus the mean, over the classes N of the window, of the log of the larger of p_c and the sum of p over N."""
    logits, target = batch
    target = target.where(target != 255, 0)
    own = F.one_hot(target, 4).permute(0, 3, 1, 2).float()
    near = F.max_pool2d(own, 3, stride=1, padding=1)
    p = logits.softmax(dim=1)
    together = (p * near).sum(dim=1, keepdim=True)
    theirs = -(near * torch.maximum(p, together).log()).sum(dim=1) / near.sum(dim=1)
    torch.testing.assert_close(relaxed_cross_entropy(logits, target), theirs.mean())


def test_it_is_cross_entropy_where_a_window_holds_one_class():
    logits = torch.randn(1, 3, 8, 8)
    target = torch.full((1, 8, 8), 2)
    torch.testing.assert_close(relaxed_cross_entropy(logits, target, 3), cross_entropy(logits, target))


def test_a_wider_window_never_costs_more(batch):
    losses = [relaxed_cross_entropy(*batch, radius) for radius in range(5)]
    assert all(wide <= narrow for narrow, wide in pairwise(losses)) and losses[4] < losses[0]


def test_a_void_pixel_neither_counts_nor_lends_a_class():
    logits = torch.randn(1, 3, 1, 3)
    target = torch.tensor([[[0, 255, 1]]])
    alone = torch.stack([-logits.log_softmax(dim=1)[0, 0, 0, 0], -logits.log_softmax(dim=1)[0, 1, 0, 2]])
    torch.testing.assert_close(relaxed_cross_entropy(logits, target), alone.mean())


def test_all_void_gives_nothing_and_no_gradient():
    logits = torch.randn(1, 3, 4, 4, requires_grad=True)
    loss = relaxed_cross_entropy(logits, torch.full((1, 4, 4), 255))
    loss.backward()
    assert loss == 0 and not logits.grad.any()


def test_gradients_are_finite_where_one_class_is_certain_and_wrong():
    logits = torch.tensor([-1e4, 1e4, -1e4]).view(1, 3, 1, 1).expand(1, 3, 4, 4).clone().requires_grad_()
    relaxed_cross_entropy(logits, torch.zeros(1, 4, 4, dtype=torch.uint8)).backward()
    assert logits.grad.isfinite().all() and logits.grad.any()


def test_its_gradient_is_that_of_numbers():
    logits = torch.randn(1, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    target = torch.randint(0, 3, (1, 4, 5))
    assert torch.autograd.gradcheck(lambda x: relaxed_cross_entropy(x, target), logits)


def test_half_precision_is_widened():
    logits = torch.randn(1, 3, 64, 64) * 50
    target = torch.randint(0, 3, (1, 64, 64))
    found = relaxed_cross_entropy(logits.half(), target)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, relaxed_cross_entropy(logits.half().float(), target))


def test_a_negative_radius_is_an_error(batch):
    with pytest.raises(ValueError, match="radius: found -1, expected 0 or more"):
        relaxed_cross_entropy(*batch, -1)


def test_unlike_shapes_are_an_error(batch):
    with pytest.raises(ValueError, match=r"expected logits \(N, C, H, W\)"):
        relaxed_cross_entropy(batch[0], batch[1][0])
