"""The score of each picture equals scikit-learn's and torchmetrics', and is not the score of the set."""

import math

import pytest
import torch
from sklearn.metrics import jaccard_score

from segedu.metrics import ConfusionMatrix, per_image_miou


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(0)
    target = torch.randint(0, 4, (5, 6, 7), generator=generator)
    target[0, target[0] == 3] = 0  # class 3 is absent from the first truth
    prediction = target.where(torch.rand(5, 6, 7, generator=generator) < 0.7, target.flip(0))
    prediction[0, prediction[0] == 3] = 1  # and from the first prediction
    return prediction, target


def test_every_picture_equals_scikit_learn(batch):
    prediction, target = batch
    target[torch.rand(5, 6, 7, generator=torch.Generator().manual_seed(1)) < 0.2] = 255
    scores = per_image_miou(prediction, target, 4)
    for score, p, t in zip(scores.tolist(), prediction, target, strict=True):
        labelled = t != 255
        occurring = sorted({*t[labelled].tolist(), *p[labelled].tolist()})
        assert score == pytest.approx(jaccard_score(t[labelled], p[labelled], labels=occurring, average="macro"))


def test_the_mean_equals_torchmetrics_per_sample_score(batch):
    segmentation = pytest.importorskip("torchmetrics.segmentation", reason="torchmetrics is not installed")
    prediction, target = batch[0][1:], batch[1][1:]  # pictures with all classes: absent ones are treated differently
    oracle = segmentation.MeanIoU(4, input_format="index")
    oracle.update(prediction, target)
    assert float(per_image_miou(prediction, target, 4).mean()) == pytest.approx(float(oracle.compute()))


def test_one_picture_alone_is_a_set_of_one(batch):
    prediction, target = batch
    confusion = ConfusionMatrix(4)
    confusion.update(prediction[:1], target[:1])
    assert per_image_miou(prediction, target, 4)[0] == confusion.miou


def test_the_mean_over_pictures_is_not_the_score_of_the_set():
    target = torch.tensor([[[0, 0, 0, 0]], [[0, 0, 0, 1]]])
    prediction = torch.zeros_like(target)
    whole = ConfusionMatrix(2)
    whole.update(prediction, target)
    assert per_image_miou(prediction, target, 2).tolist() == [1.0, (3 / 4 + 0) / 2]
    assert whole.miou == (7 / 8 + 0) / 2


def test_logits_count_like_their_argmax_and_void_gives_nan(batch):
    _, target = batch
    logits = torch.randn(5, 4, 6, 7, generator=torch.Generator().manual_seed(2))
    target[2] = 255
    scores = per_image_miou(logits, target, 4)
    assert torch.equal(scores.nan_to_num(2), per_image_miou(logits.argmax(1), target, 4).nan_to_num(2))
    assert [math.isnan(score) for score in scores.tolist()] == [False, False, True, False, False]


def test_bad_input_is_named(batch):
    prediction, target = batch
    with pytest.raises(ValueError, match=r"expected pictures \(N, H, W\), found shape \(6, 7\)"):
        per_image_miou(prediction[0], target[0], 4)
    with pytest.raises(ValueError, match="target: found ids 9"):
        per_image_miou(prediction, target + 9 * (target == 0), 4)
