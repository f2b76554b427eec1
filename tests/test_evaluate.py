"""Scores of a network on a data set."""

import math

import pytest
import torch
from torch import nn

from segedu.data import Scenes, stack
from segedu.evaluate import evaluate
from segedu.metrics import BoundaryF, ConfusionMatrix

DATA = stack(Scenes(5, size=(48, 64), seed=3))
CLASSES = len(DATA.labels)


class Oracle(nn.Module):
    """Answers with what it was told; the weight is only there to have a device."""

    def __init__(self, answers):
        super().__init__()
        self.answers, self.at, self.weight = answers, 0, nn.Parameter(torch.zeros(1))

    def forward(self, x):
        ids = self.answers[self.at : self.at + len(x)].long()
        self.at += len(x)
        return nn.functional.one_hot(ids, CLASSES).movedim(-1, 1).float()


def filled(masks):
    """The truth with its void pixels given to class 0: a prediction has no void."""
    return masks.where(masks != 255, 0)


def test_the_truth_scores_one():
    score = evaluate(Oracle(filled(DATA.masks)), DATA, batch_size=2)
    assert score.miou == score.pixel_accuracy == 1
    assert score.boundary_f == pytest.approx(1, abs=0.01)


def test_the_score_does_not_depend_on_the_batch_size_and_equals_the_metrics():
    answers = filled(DATA.masks).roll(1, dims=2)
    whole, split = (evaluate(Oracle(answers), DATA, batch_size=size) for size in (5, 2))
    confusion, boundary = ConfusionMatrix(CLASSES), BoundaryF(CLASSES)
    confusion.update(answers, DATA.masks)
    boundary.update(answers, DATA.masks)
    assert torch.equal(whole.confusion.matrix, confusion.matrix)
    assert torch.equal(split.confusion.matrix, confusion.matrix)
    assert whole.boundary_f == pytest.approx(split.boundary_f) == pytest.approx(float(boundary.mean()))


def test_without_tolerance_no_border_is_measured():
    score = evaluate(Oracle(filled(DATA.masks)), DATA, tolerance=None)
    assert math.isnan(score.boundary_f)
    assert score.boundary_f_by_class == {}


def test_the_network_is_left_in_the_mode_it_came_in():
    for training in (True, False):
        net = Oracle(filled(DATA.masks)).train(training)
        evaluate(net, DATA, tolerance=None)
        assert net.training is training


def test_frozen_parts_stay_frozen_and_an_error_restores_the_mode():
    net = nn.Sequential(nn.BatchNorm2d(3).eval(), nn.Conv2d(3, 4, 1))
    with pytest.raises(ValueError, match="gives 4 classes"):
        evaluate(net, DATA)
    assert [m.training for m in net.modules()] == [True, False, True]


def test_a_score_can_be_counted_on():
    score = evaluate(Oracle(filled(DATA.masks)), DATA)
    before = int(score.confusion.matrix.sum())
    score.confusion.update(filled(DATA.masks), DATA.masks)
    assert int(score.confusion.matrix.sum()) == 2 * before


def test_the_table_names_every_class():
    table = evaluate(Oracle(filled(DATA.masks)), DATA).table()
    assert all(name in table for name in DATA.labels.names)
    assert "mIoU 1.000" in table


def test_another_number_of_classes_is_an_error():
    net = nn.Conv2d(3, 4, 1)
    with pytest.raises(ValueError, match="gives 4 classes, but the data have 9"):
        evaluate(net, DATA)


def test_nan_logits_are_an_error():
    net = nn.Conv2d(3, CLASSES, 1)
    nn.init.constant_(net.weight, float("nan"))
    with pytest.raises(ValueError, match=r"(?i)nan"):
        evaluate(net, DATA)
