"""The Rand F score against counting pairs by hand, and against scikit-image."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.metrics import adapted_rand_error

from segedu.metrics import RandScore, connected_components, expand_labels, rand_score

CUT = arrays(np.int64, (4, 5), elements=st.integers(0, 3))


def by_hand(prediction, truth):
    both = predicted = true = 0
    inside = [(p, t) for p, t in zip(prediction.ravel(), truth.ravel(), strict=True) if t > 0]
    for (p, t), (q, u) in combinations(inside, 2):
        together = p == q and p > 0
        both += together and t == u
        predicted += together
        true += t == u
    return RandScore(both, predicted, true)


@settings(max_examples=60, deadline=None)
@given(prediction=CUT, truth=CUT)
def test_it_counts_the_pairs_that_a_hand_counts(prediction, truth):
    assert rand_score(prediction, truth) == by_hand(prediction, truth)


@settings(max_examples=60, deadline=None)
@given(prediction=CUT, truth=CUT, alpha=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_scikit_image_agrees_on_a_cut_without_membrane(prediction, truth, alpha):
    """Theirs takes predicted 0 for one more piece, so predictions without 0 compare; their alpha weighs the truth."""
    score = rand_score(prediction + 1, truth)
    if min(score.in_prediction, score.in_truth) == 0:
        return  # they divide by zero
    error, _, _ = adapted_rand_error(truth, prediction + 1, alpha=1 - alpha)
    assert score.f(alpha) == pytest.approx(1 - error)


def test_merging_lowers_one_share_and_splitting_the_other():
    truth = np.array([[1] * 10 + [0] + [2] * 10])
    merged, halves = np.ones_like(truth), np.array([[1] * 5 + [3] * 6 + [2] * 10])
    assert (rand_score(truth, truth).f(), rand_score(truth, truth).merge) == (1.0, 1.0)
    assert rand_score(merged, truth).split == 1 > rand_score(merged, truth).merge
    assert rand_score(halves, truth).merge == 1 > rand_score(halves, truth).split


def test_membrane_of_the_truth_does_not_count():
    truth = np.array([[1, 1, 1, 0, 0, 2, 2, 2]])
    assert rand_score(np.array([[1, 1, 1, 1, 2, 2, 2, 2]]), truth).f() == 1


def test_the_equation_with_squares_is_close():
    """The paper also pairs each pixel with itself; with pieces of a hundred pixels that hardly shows."""
    rows, columns = np.indices((60, 60))
    truth, prediction = 1 + rows // 12 + 5 * (columns // 12), 1 + rows // 15 + 4 * (columns // 15)
    table = np.histogram2d(prediction.ravel(), truth.ravel(), bins=(np.arange(1, 18), np.arange(1, 27)))[0]
    p = table / table.sum()
    equation = (p**2).sum() / (0.5 * (p.sum(0) ** 2).sum() + 0.5 * (p.sum(1) ** 2).sum())
    assert rand_score(prediction, truth).f() == pytest.approx(equation, abs=0.01)


def test_scores_of_pictures_add_up():
    one, two = RandScore(2, 6, 2), RandScore(1, 1, 3)
    assert one + two == RandScore(3, 7, 5)
    assert (one + two).f() == pytest.approx(2 * 3 / (7 + 5))


def test_no_pair_is_no_score():
    assert np.isnan(rand_score(np.zeros((3, 3), int), np.zeros((3, 3), int)).f())


def test_pieces_touch_along_edges_and_not_at_corners():
    assert connected_components(np.eye(3, dtype=bool)).max() == 3
    assert connected_components(np.ones((2, 2), bool)).tolist() == [[1, 1], [1, 1]]


def test_thinning_gives_every_pixel_to_the_nearest_piece():
    cut = np.zeros((5, 9), int)
    cut[:, :2], cut[:, 7:] = 3, 5
    thinned = expand_labels(cut)
    assert (thinned[:, :4] == 3).all()
    assert (thinned[:, 5:] == 5).all()
    assert (expand_labels(np.zeros((2, 2), int)) == 0).all()


def test_thinned_the_width_of_a_membrane_does_not_count():
    truth = np.repeat([[1] * 20 + [0] + [2] * 20], 5, axis=0)
    wide = np.repeat([[1] * 15 + [0] * 11 + [2] * 15], 5, axis=0)
    assert rand_score(wide, truth).f() < 0.9
    assert rand_score(expand_labels(wide), truth).f() == 1


@pytest.mark.parametrize("wrong", [np.zeros((2, 2)), -np.ones((2, 2), int)])
def test_floats_and_negative_numbers_are_named(wrong):
    with pytest.raises(ValueError, match="prediction: expected a piece number"):
        rand_score(wrong, np.ones((2, 2), int))


def test_another_shape_is_named():
    with pytest.raises(ValueError, match=r"differ in shape: \(2, 3\) and \(2, 2\)"):
        rand_score(np.ones((2, 3), int), np.ones((2, 2), int))
