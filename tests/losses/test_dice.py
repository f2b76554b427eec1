"""The Dice loss equals MONAI's, the Dice score where answers are certain, and closed forms; void counts nowhere."""

import pytest
import torch

from segedu.losses import dice_loss
from segedu.metrics import ConfusionMatrix


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    logits = 3 * torch.randn(2, 4, 6, 7, generator=generator)
    target = torch.randint(0, 4, (2, 6, 7), generator=generator)
    target[torch.rand(2, 6, 7, generator=generator) < 0.3] = 255
    return logits, target


@pytest.mark.parametrize("void", [False, True])
def test_it_equals_monai(batch, void):
    losses = pytest.importorskip("monai.losses", reason="monai is not installed")
    logits, target = batch
    if void:  # MONAI gets the labelled pixels alone, as one picture of one column
        labelled = target != 255
        theirs, true = logits.movedim(1, -1)[labelled].T[None, :, :, None], target[labelled][None, :, None]
    else:
        target = target.where(target != 255, 0)
        theirs, true = logits, target
    oracle = losses.DiceLoss(softmax=True, to_onehot_y=True, batch=True, smooth_nr=0.0, smooth_dr=0.0)
    ours, theirs = logits.clone().requires_grad_(), theirs.clone().requires_grad_()
    loss, expected = dice_loss(ours, target.to(torch.uint8)), oracle(theirs, true.unsqueeze(1))
    loss.backward()
    expected.backward()
    torch.testing.assert_close(loss, expected)
    gradient = ours.grad.movedim(1, -1)[labelled].T[None, :, :, None] if void else ours.grad
    torch.testing.assert_close(gradient, theirs.grad)


def test_certain_answers_give_one_less_the_dice_score(batch):
    logits, target = batch
    confusion = ConfusionMatrix(4)
    confusion.update(logits, target)
    certain = torch.nn.functional.one_hot(logits.argmax(1), 4).movedim(-1, 1) * 1000.0
    assert float(dice_loss(certain, target)) == pytest.approx(1 - float(confusion.dice.mean()))


def test_a_perfect_prediction_costs_nothing():
    target = torch.tensor([[[0, 1], [2, 255]]])
    logits = 200 * torch.nn.functional.one_hot(target.where(target != 255, 0), 3).movedim(-1, 1).float()
    assert float(dice_loss(logits, target)) == 0.0


def test_equal_logits_follow_the_formula():
    # p = 1/2 everywhere, 3 pixels of class 0 and 1 of class 1: 2 * 1.5 / (2 + 3) and 2 * 0.5 / (2 + 1)
    loss = dice_loss(torch.zeros(1, 2, 1, 4), torch.tensor([[[0, 0, 0, 1]]]))
    assert float(loss) == pytest.approx(1 - (3 / 5 + 1 / 3) / 2)


def test_a_class_absent_from_the_truth_is_left_out_of_the_mean():
    target = torch.zeros(1, 1, 4, dtype=torch.long)
    logits = torch.zeros(1, 3, 1, 4, requires_grad=True)  # a third of each pixel goes to the absent classes
    loss = dice_loss(logits, target)
    loss.backward()
    assert loss.item() == pytest.approx(1 - 2 * (4 / 3) / (4 / 3 + 4))
    assert (logits.grad[:, 1:] > 0).all()  # wrongly given to them is missed by class 0


def test_the_scores_are_summed_over_the_batch(batch):
    logits, target = batch
    joined = torch.cat(list(logits), dim=-1)[None], torch.cat(list(target), dim=-1)[None]
    torch.testing.assert_close(dice_loss(logits, target), dice_loss(*joined))


def test_the_gradient_is_the_slope(batch):
    logits, target = batch
    logits = logits[..., :3, :3].double().requires_grad_()
    assert torch.autograd.gradcheck(lambda z: dice_loss(z, target[..., :3, :3]), logits)


def test_void_pixels_get_no_gradient(batch):
    logits, target = batch
    logits.requires_grad_()
    dice_loss(logits, target).backward()
    void = (target == 255).unsqueeze(1).expand_as(logits)
    assert (logits.grad[void] == 0).all()
    assert (logits.grad[~void] != 0).any()


def test_a_batch_of_void_gives_zero_and_zero_gradients():
    logits = torch.randn(2, 3, 4, 4, requires_grad=True)
    value = dice_loss(logits, torch.full((2, 4, 4), 255, dtype=torch.uint8))
    value.backward()
    assert value.item() == 0.0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_bad_input_is_named(batch):
    logits, target = batch
    with pytest.raises(ValueError, match=r"found \(2, 4, 6, 7\) and \(1, 6, 7\)"):
        dice_loss(logits, target[:1])
    with pytest.raises(ValueError, match=r"found ids 7, expected 0\.\.3 or 255"):
        dice_loss(logits, target.clone().fill_(7))
