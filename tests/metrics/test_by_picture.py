"""IoU of every class in every picture against scikit-learn, and the means in closed form."""

import math

import pytest
import torch
from sklearn.metrics import jaccard_score

from segedu.metrics import ConfusionMatrix, IoUByPicture


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    target = torch.randint(0, 4, (6, 7, 8), generator=generator)
    target[0, target[0] == 3] = 0  # the first picture has no class 3, but its prediction will
    target[torch.rand(target.shape, generator=generator) < 0.2] = 255
    prediction = torch.randint(0, 4, target.shape, generator=generator)
    return prediction, target


def scores_of(prediction, target, num_classes=4):
    scores = IoUByPicture(num_classes)
    scores.update(prediction, target)
    return scores


def test_each_entry_equals_scikit_learn_and_is_nan_where_the_truth_lacks_the_class(batch):
    table = scores_of(*batch).table
    for row, prediction, target in zip(table, *batch, strict=True):
        known = target != 255
        expected = jaccard_score(target[known], prediction[known], labels=range(4), average=None)
        for name in range(4):
            if (target == name).any():
                assert float(row[name]) == pytest.approx(expected[name])
            else:
                assert math.isnan(row[name])
    assert math.isnan(table[0, 3]) and not table[1:].isnan().any()


def test_one_picture_with_all_classes_has_one_score(batch):
    prediction, target = (values[1:2] for values in batch)
    scores, confusion = scores_of(prediction, target), ConfusionMatrix(4)
    confusion.update(prediction, target)
    for value in (scores.by_picture, scores.by_class, scores.worst(0.1), scores.worst(1.0)):
        assert value == pytest.approx(confusion.miou)


def test_pictures_one_by_one_give_what_a_batch_gives(batch):
    scores = IoUByPicture(4)
    for pair in zip(*batch, strict=True):
        scores.update(*pair)
    assert torch.equal(scores.table.nan_to_num(-1), scores_of(*batch).table.nan_to_num(-1))


def test_a_rare_class_weighs_more_by_picture_and_the_worst_are_no_better_than_the_mean():
    # Three pictures of background, one with an object that is missed.
    target = torch.zeros(4, 2, 5, dtype=torch.int64)
    target[3, 0, 0] = 1
    scores = scores_of(torch.zeros_like(target), target, 2)
    assert scores.by_picture == pytest.approx((1 + 1 + 1 + (0.9 + 0) / 2) / 4)
    assert scores.by_class == pytest.approx(((1 + 1 + 1 + 0.9) / 4 + 0) / 2)
    assert scores.worst(0.25) == pytest.approx(0.45) and scores.worst(1) == pytest.approx(scores.by_picture)


def test_a_picture_without_labels_is_left_out(batch):
    prediction, target = batch
    target[2] = 255
    scores = scores_of(prediction, target)
    assert math.isnan(scores.of_pictures[2]) and not math.isnan(scores.by_picture)


@pytest.mark.parametrize("share", [0, -0.1, 1.1])
def test_a_share_is_between_0_and_1(batch, share):
    with pytest.raises(ValueError, match=r"share: found"):
        scores_of(*batch).worst(share)
