"""Predictions are those of scikit-learn's pipelines on scikit-image's features, put together by hand."""

import numpy as np
import pytest
from skimage.feature import multiscale_basic_features
from sklearn.ensemble import RandomForestClassifier
from sklearn.kernel_approximation import Nystroem
from sklearn.metrics import confusion_matrix
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from segedu.data import Sample, Scenes, stack
from segedu.labels import VOID
from segedu.pixels import (
    FilterBank,
    PixelClassifier,
    evaluate_pixels,
    kernel_svm,
    linear_svm,
    random_forest,
    sample_pixels,
)

TRAIN, TEST = Scenes(4, (48, 64), seed=0), Scenes(2, (48, 64), seed=1)
BANK = FilterBank(1, 4)
KINDS = {
    "linear": (
        linear_svm(BANK),
        lambda: Pipeline([("scale", StandardScaler()), ("svm", LinearSVC(dual=False, random_state=3))]),
    ),
    "kernel": (
        kernel_svm(BANK, landmarks=50),
        lambda: Pipeline(
            [
                ("scale", StandardScaler()),
                ("map", Nystroem(n_components=50, random_state=3)),
                ("svm", LinearSVC(C=10, dual=False, random_state=3)),
            ]
        ),
    ),
    "forest": (random_forest(BANK, trees=8), lambda: RandomForestClassifier(8, random_state=3)),
}


def flat_features(image):
    return multiscale_basic_features(image, sigma_min=1, sigma_max=4, channel_axis=-1).reshape(48 * 64, -1)


def by_hand(model):
    """Fit a bare scikit-learn model to the drawn pixels."""
    drawn = sample_pixels([sample.mask for sample in TRAIN], 40, seed=3)
    x = np.concatenate([flat_features(TRAIN[i].image)[places] for i, places in drawn.items()])
    y = np.concatenate([TRAIN[i].mask.ravel()[places] for i, places in drawn.items()])
    return model.fit(x, y)


@pytest.mark.parametrize("kind", KINDS)
def test_predictions_are_those_of_a_pipeline_made_by_hand(kind):
    ours, theirs = KINDS[kind]
    fitted, model = ours.fit(TRAIN, pixels=40, seed=3), by_hand(theirs())
    for sample in TEST:
        predicted = fitted.predict(sample.image)
        assert predicted.dtype == np.uint8
        np.testing.assert_array_equal(predicted, model.predict(flat_features(sample.image)).reshape(48, 64))


def test_probabilities_are_the_forests_and_sum_to_1():
    ours, theirs = KINDS["forest"]
    shares = ours.fit(TRAIN, pixels=40, seed=3).predict_probabilities(TEST[0].image)
    expected = by_hand(theirs()).predict_proba(flat_features(TEST[0].image))
    assert shares.shape == (len(ours.classes), 48, 64)
    np.testing.assert_allclose(shares.reshape(len(ours.classes), -1).T, expected, atol=1e-6)
    np.testing.assert_allclose(shares.sum(axis=0), 1, atol=1e-5)
    np.testing.assert_array_equal(ours.classes[shares.argmax(axis=0)], ours.predict(TEST[0].image))


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_answer_and_another_seed_another(kind):
    classifier = KINDS[kind][0]
    first, again, other = (classifier.fit(TRAIN, pixels=40, seed=s).predict(TEST[0].image) for s in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_number_of_jobs_changes_nothing():
    one, two = (random_forest(BANK, trees=6, jobs=jobs).fit(TRAIN, pixels=40) for jobs in (None, 2))
    np.testing.assert_array_equal(one.predict(TEST[0].image), two.predict(TEST[0].image))


def test_void_is_never_learned_and_never_predicted():
    image = TRAIN[0].image
    mask = np.full(image.shape[:2], VOID, dtype=np.uint8)
    mask[:5], mask[-5:] = 4, 7
    classifier = random_forest(BANK, trees=5).fit(Sample(image, mask))
    assert classifier.classes.tolist() == [4, 7]
    assert set(np.unique(classifier.predict(image))) <= {4, 7}


def test_a_pixel_does_not_know_where_it_is_unless_the_row_is_a_feature():
    flat = np.full((40, 40, 3), 90, dtype=np.uint8)
    halves = np.zeros((40, 40), dtype=np.uint8)
    halves[20:] = 1
    without, with_row = (random_forest(FilterBank(1, 1, row=row), trees=5).fit(Sample(flat, halves)) for row in (0, 1))
    assert len(np.unique(without.predict(flat))) == 1
    np.testing.assert_array_equal(with_row.predict(flat), halves)


def test_mirrored_pictures_get_mirrored_answers():
    classifier = random_forest(BANK, trees=8).fit(TRAIN, pixels=40)
    mirrored = classifier.predict(np.ascontiguousarray(TEST[0].image[:, ::-1]))[:, ::-1]
    assert (mirrored == classifier.predict(TEST[0].image)).mean() > 0.999  # sums of floats in another order


def test_any_size_is_predicted_at_its_own_size():
    classifier = random_forest(BANK, trees=3).fit(TRAIN, pixels=20)
    for size in ((2, 2), (33, 57)):
        assert classifier.predict(np.zeros((*size, 3), dtype=np.uint8)).shape == size


def test_lists_stacks_and_data_sets_teach_the_same():
    answers = [
        random_forest(BANK, trees=3).fit(data, pixels=20).predict(TEST[0].image)
        for data in (TRAIN, list(TRAIN), stack(TRAIN))
    ]
    for answer in answers[1:]:
        np.testing.assert_array_equal(answer, answers[0])


def test_the_confusion_matrix_is_scikit_learns():
    classifier = random_forest(BANK, trees=8).fit(TRAIN, pixels=40)
    truth = np.concatenate([sample.mask.ravel() for sample in TEST])
    predicted = np.concatenate([classifier.predict(sample.image).ravel() for sample in TEST])
    expected = confusion_matrix(truth[truth != VOID], predicted[truth != VOID], labels=range(9))
    np.testing.assert_array_equal(evaluate_pixels(classifier, TEST).matrix.numpy(), expected)


def test_it_learns():
    assert evaluate_pixels(random_forest().fit(TRAIN, pixels=200), TRAIN).pixel_accuracy > 0.8


def test_fitting_leaves_the_given_model_as_it_was():
    model = RandomForestClassifier(3)
    PixelClassifier(model, BANK).fit(TRAIN, pixels=20, seed=5)
    assert model.random_state is None and not hasattr(model, "classes_")


def test_what_is_not_fitted_says_so():
    for use in ("predict", "predict_probabilities"):
        with pytest.raises(RuntimeError, match=r"was not fitted; call its fit\(data\) first"):
            getattr(random_forest(), use)(TEST[0].image)


def test_an_svm_says_that_it_has_no_probabilities():
    with pytest.raises(TypeError, match="gives no probabilities; a random forest does"):
        linear_svm(BANK).fit(TRAIN, pixels=20).predict_probabilities(TEST[0].image)


def test_a_picture_of_other_channels_is_refused():
    with pytest.raises(ValueError, match=r"found shape \(48, 64\) uint8, expected \(H, W, 3\)"):
        random_forest(BANK, trees=3).fit(TRAIN, pixels=20).predict(TEST[0].image[..., 0])


def test_one_class_alone_is_refused():
    sample = Sample(TRAIN[0].image, np.where(TRAIN[0].mask == 0, 0, VOID).astype(np.uint8))
    with pytest.raises(ValueError, match="every labelled pixel is of class 0; label pixels of a second class"):
        random_forest().fit(sample)


def test_a_picture_without_a_label_is_refused():
    with pytest.raises(ValueError, match="every pixel is void"):
        random_forest().fit(Sample(TRAIN[0].image, np.full((48, 64), VOID, dtype=np.uint8)))


def test_no_picture_at_all_is_refused():
    with pytest.raises(ValueError, match="the data set is empty"):
        random_forest().fit(Scenes(0))
