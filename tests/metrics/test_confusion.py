"""The confusion matrix equals its definition, scikit-learn and torchmetrics; bad input is named."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import confusion_matrix, f1_score, jaccard_score

from segedu.metrics import BoundaryF, ConfusionMatrix

C = 4


@st.composite
def label_maps(draw):
    """A prediction and a truth of one small size, the truth with void; any class may be absent."""
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    ids = st.integers(0, C - 1)
    prediction = draw(arrays(np.uint8, shape, elements=ids))
    truth = draw(arrays(np.uint8, shape, elements=st.one_of(ids, st.just(255))))
    return prediction, truth


def counted(prediction, truth):
    confusion = ConfusionMatrix(C)
    confusion.update(prediction, truth)
    return confusion


@given(label_maps())
@settings(max_examples=60, deadline=None)
def test_matrix_and_iou_equal_scikit_learn(maps):
    prediction, truth = maps
    labelled = truth != 255
    confusion = counted(prediction, truth)
    expected = np.zeros((C, C), dtype=int)
    if labelled.any():
        expected = confusion_matrix(truth[labelled], prediction[labelled], labels=range(C))
    np.testing.assert_array_equal(confusion.matrix.numpy(), expected)

    scores = {"iou": jaccard_score, "dice": f1_score}
    for name, oracle in scores.items():
        ours = getattr(confusion, name)
        for c in range(C):
            occurs = (truth[labelled] == c).any() or (prediction[labelled] == c).any()
            assert math.isnan(ours[c]) != occurs
            if occurs:
                theirs = oracle(truth[labelled], prediction[labelled], labels=[c], average="macro", zero_division=0)
                assert float(ours[c]) == pytest.approx(theirs, abs=1e-12)


def test_iou_equals_torchmetrics_with_void_and_absent_classes():
    classification = pytest.importorskip("torchmetrics.classification", reason="torchmetrics is not installed")
    generator = torch.Generator().manual_seed(0)
    ours, theirs = (
        ConfusionMatrix(6),
        classification.MulticlassJaccardIndex(6, average=None, ignore_index=255),
    )
    macro = classification.MulticlassJaccardIndex(6, average="macro", ignore_index=255)
    for _ in range(3):
        logits = torch.randn(2, 6, 9, 11, generator=generator)
        logits[:, 5] = -10.0  # class 5 is never predicted ...
        target = torch.randint(0, 5, (2, 9, 11), generator=generator)  # ... and never true
        target[torch.rand(2, 9, 11, generator=generator) < 0.2] = 255
        for metric in (ours, theirs, macro):
            metric.update(logits, target)
    assert math.isnan(ours.iou[5])
    torch.testing.assert_close(ours.iou.nan_to_num(0.0).float(), theirs.compute())
    assert ours.miou == pytest.approx(float(macro.compute()), abs=1e-6)


def test_scores_of_a_matrix_worked_by_hand():
    confusion = ConfusionMatrix(3)
    confusion.matrix = torch.tensor([[6, 2, 0], [1, 3, 0], [0, 0, 0]])
    assert confusion.pixel_accuracy == pytest.approx(9 / 12)
    assert confusion.class_accuracy[:2].tolist() == pytest.approx([6 / 8, 3 / 4])
    assert confusion.mean_accuracy == pytest.approx(0.75)
    assert confusion.iou[:2].tolist() == pytest.approx([6 / 9, 3 / 6])
    assert confusion.fwiou == pytest.approx(8 / 12 * 6 / 9 + 4 / 12 * 3 / 6)
    assert confusion.dice[:2].tolist() == pytest.approx([12 / 15, 6 / 9])


def test_absent_classes_are_treated_as_the_argument_says():
    confusion = counted(torch.tensor([[0, 0, 1]]), torch.tensor([[0, 0, 1]]))
    assert confusion.miou == confusion.mean_iou(absent="skip") == 1.0
    assert confusion.mean_iou(absent="zero") == 0.5
    assert confusion.mean_iou(absent="one") == 1.0
    with pytest.raises(ValueError, match="'skip', 'zero' or 'one', found 'drop'"):
        confusion.mean_iou(absent="drop")


@pytest.mark.parametrize(("prediction", "truth"), [([0, 0, 1], [0, 0, 0]), ([0, 0, 0], [0, 0, 1])])
def test_a_class_in_only_prediction_or_truth_counts_as_zero(prediction, truth):
    confusion = counted(torch.tensor([prediction]), torch.tensor([truth]))
    assert float(confusion.iou[1]) == 0.0
    assert confusion.miou == pytest.approx((2 / 3 + 0) / 2)


def test_data_set_score_is_not_the_mean_of_picture_scores():
    truth = torch.tensor([[[0, 0, 0, 0]], [[0, 1, 1, 1]]])
    prediction = torch.tensor([[[0, 0, 0, 1]], [[0, 1, 1, 1]]])
    pictures = [counted(p, t).miou for p, t in zip(prediction, truth, strict=True)]
    assert np.mean(pictures) == pytest.approx((3 / 8 + 1) / 2)
    assert counted(prediction, truth).miou == pytest.approx((4 / 5 + 3 / 4) / 2)


def test_adding_and_batching_give_the_same_counts():
    generator = torch.Generator().manual_seed(1)
    prediction = torch.randint(0, C, (6, 5, 5), generator=generator)
    target = torch.randint(0, C, (6, 5, 5), generator=generator)
    whole = counted(prediction, target)
    parts = counted(prediction[:2], target[:2]) + counted(prediction[2:], target[2:])
    assert torch.equal(whole.matrix, parts.matrix)
    whole.reset()
    assert whole.matrix.sum() == 0
    with pytest.raises(ValueError, match="different classes"):
        whole + ConfusionMatrix(C + 1)
    with pytest.raises(TypeError):
        whole + 3


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.int32, torch.int64])
def test_every_integer_type_is_accepted(dtype):
    truth = torch.tensor([[0, 3, 255 if dtype == torch.uint8 else 200]])
    confusion = ConfusionMatrix(C, ignore_index=int(truth[0, 2]))
    confusion.update(torch.tensor([[0, 1, 2]]).to(dtype), truth.to(dtype))
    assert confusion.matrix.sum() == 2
    assert confusion.matrix[3, 1] == 1


def test_a_negative_void_id_does_not_wrap_around_on_bytes():
    confusion = ConfusionMatrix(C, ignore_index=-100)
    with pytest.raises(ValueError, match="156"):  # 156 is what -100 becomes in a byte
        confusion.update(np.zeros((1, 1), np.uint8), np.array([[156]], np.uint8))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16])
def test_logits_count_like_their_argmax(dtype):
    logits = torch.randn(2, C, 5, 7, generator=torch.Generator().manual_seed(2)).to(dtype).requires_grad_()
    target = torch.randint(0, C, (2, 5, 7), generator=torch.Generator().manual_seed(3))
    assert torch.equal(counted(logits, target).matrix, counted(logits.argmax(1), target).matrix)
    assert torch.equal(counted(logits[0], target[0]).matrix, counted(logits[0].argmax(0), target[0]).matrix)


def test_read_only_arrays_are_read_without_a_warning(recwarn):
    truth = np.zeros((2, 2), np.uint8)
    truth.flags.writeable = False
    assert counted(truth, truth).pixel_accuracy == 1.0
    assert not recwarn.list


def test_an_empty_matrix_has_no_score_and_says_so():
    confusion = counted(np.zeros((1, 2), np.uint8), np.full((1, 2), 255, np.uint8))
    values = (confusion.miou, confusion.pixel_accuracy, confusion.mean_accuracy, confusion.fwiou)
    assert all(math.isnan(value) for value in values)
    assert repr(confusion) == "ConfusionMatrix(4 classes, 0 pixels)"
    assert repr(counted(torch.tensor([[0, 1]]), torch.tensor([[0, 0]]))) == (
        "ConfusionMatrix(4 classes, 2 pixels, miou=0.2500, pixel_accuracy=0.5000)"
    )


GOOD = torch.zeros(2, 3, 3, dtype=torch.int64)


@pytest.mark.parametrize("metric", [ConfusionMatrix(C), BoundaryF(C)], ids=["confusion", "boundary"])
@pytest.mark.parametrize(
    ("prediction", "target", "error", "message"),
    [
        (GOOD, GOOD[:1], ValueError, r"differ in shape: \(2, 3, 3\) and \(1, 3, 3\)"),
        (GOOD + 4, GOOD, ValueError, r"prediction: found ids 4, expected 0\.\.3$"),
        (GOOD + 255, GOOD, ValueError, "prediction: found ids 255"),
        (GOOD, GOOD + 7, ValueError, r"target: found ids 7, expected 0\.\.3 or 255 \(void\)"),
        (GOOD, GOOD - 1, ValueError, "target: found ids -1"),
        (GOOD, GOOD.float(), TypeError, "target: expected integer class ids, found torch.float32"),
        (GOOD.float(), GOOD, ValueError, r"expected shape \(2, 4, 3, 3\), found \(2, 3, 3\)"),
        (torch.zeros(2, 5, 3, 3), GOOD, ValueError, r"expected shape \(2, 4, 3, 3\), found \(2, 5, 3, 3\)"),
        (torch.full((2, 4, 3, 3), torch.nan), GOOD, ValueError, "18 of 18 pixels hold a NaN"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_counted(metric, prediction, target, error, message):
    before = repr(metric)
    with pytest.raises(error, match=message):
        metric.update(prediction, target)
    assert repr(metric) == before


def test_one_nan_among_the_channels_is_found():
    logits = torch.zeros(1, C, 2, 2)
    logits[0, 1, 0, 1] = torch.nan
    with pytest.raises(ValueError, match="1 of 4 pixels"):
        ConfusionMatrix(C).update(logits, torch.zeros(1, 2, 2, dtype=torch.uint8))


@pytest.mark.parametrize(("arguments", "message"), [((0,), "num_classes"), ((300,), "ignore_index 255 is the id")])
def test_impossible_settings_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(*arguments)
