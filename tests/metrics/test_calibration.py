"""The reliability curve against counting by hand, and the temperature against one that is known."""

import math

import pytest
import torch

from segedu.metrics import Calibration, best_temperature


@pytest.fixture
def pictures():
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(3, 5, 20, 30, generator=generator)
    target = torch.multinomial(logits.softmax(1).permute(0, 2, 3, 1).reshape(-1, 5), 1, generator=generator)
    return logits, target.view(3, 20, 30)  # the truth is drawn from the probabilities: calibrated at temperature 1


def test_each_bin_counts_its_pixels(pictures):
    logits, target = pictures
    target[0, :5] = 255
    probabilities = logits.softmax(1)
    calibration = Calibration(bins=4)
    for one in range(3):
        calibration.update(probabilities[one : one + 1], target[one : one + 1])
    sure, ids = probabilities.max(1)
    for place in range(4):
        here = (target != 255) & (sure > place / 4) & (sure <= (place + 1) / 4)
        assert calibration.counts[place] == here.sum()
        if here.any():
            assert float(calibration.accuracy[place]) == pytest.approx(float((ids == target)[here].double().mean()))
            assert float(calibration.confidence[place]) == pytest.approx(float(sure[here].mean()), abs=1e-6)
        else:
            assert math.isnan(calibration.accuracy[place])


def test_a_network_that_draws_its_answers_is_calibrated_and_a_bolder_one_is_not(pictures):
    logits, target = pictures
    errors = []
    for factor in (1, 4):
        calibration = Calibration()
        calibration.update((factor * logits).softmax(1), target)
        errors.append(calibration.error)
    assert errors[0] < 0.03 < 0.1 < errors[1]


def test_certainty_1_falls_into_the_last_bin_and_right_answers_leave_no_error():
    probabilities = torch.zeros(1, 3, 2, 2)
    probabilities[:, 1] = 1
    calibration = Calibration(bins=10)
    calibration.update(probabilities, torch.ones(1, 2, 2, dtype=torch.uint8))
    assert calibration.counts[-1] == 4 and calibration.error == 0


@pytest.mark.parametrize("factor", [0.25, 1, 3])
def test_the_temperature_undoes_a_factor(pictures, factor):
    logits, target = pictures
    assert best_temperature(factor * logits, target) == pytest.approx(factor, rel=0.1)


def test_the_temperature_ignores_void(pictures):
    logits, target = pictures
    logits[0], target[0] = 100, 255
    assert best_temperature(logits, target) == pytest.approx(1, rel=0.1)


def test_logits_are_no_probabilities_and_shapes_must_agree(pictures):
    logits, target = pictures
    with pytest.raises(ValueError, match="logits want a softmax"):
        Calibration().update(logits, target)
    with pytest.raises(ValueError, match="target: expected shape"):
        Calibration().update(logits.softmax(1), target[:, 1:])
    with pytest.raises(ValueError, match="bins: found 0"):
        Calibration(bins=0)
