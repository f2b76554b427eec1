"""The band along boundaries equals scipy's distances and scikit-image's boundaries; scores in it count nothing else."""

import numpy as np
import pytest
import torch
from scipy.ndimage import distance_transform_edt
from skimage.segmentation import find_boundaries
from sklearn.metrics import confusion_matrix

from segedu.data import Scenes
from segedu.metrics import ConfusionMatrix, boundary_band, trimap_confusion


def maps(seed, void=0.0):
    """Two label maps with large regions, and a share of void in the first."""
    rng = np.random.RandomState(seed)
    truth, prediction = (rng.randint(0, 3, (5, 6)).repeat(4, 0).repeat(4, 1).astype(np.uint8) for _ in range(2))
    truth[rng.rand(*truth.shape) < void] = 255
    return truth, prediction


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("radius", [1, 2, 3, 5])
def test_the_band_are_the_pixels_near_a_border_pixel(seed, radius):
    truth, _ = maps(seed)
    boundaries = find_boundaries(truth, connectivity=1, mode="thick")
    expected = distance_transform_edt(~boundaries) <= radius - 1
    np.testing.assert_array_equal(boundary_band(truth, radius).numpy(), expected)


@pytest.mark.parametrize("void_is_boundary", [False, True])
def test_void_is_a_border_only_if_asked_and_never_in_the_band(void_is_boundary):
    truth = torch.tensor([[0, 0, 0, 255, 255, 1, 1, 1, 2, 2]])
    expected = [0, 0, void_is_boundary, 0, 0, void_is_boundary, 0, 1, 1, 0]
    assert boundary_band(truth, 1, void_is_boundary=void_is_boundary).int().tolist() == [expected]


def test_a_band_reaches_across_void():
    truth = torch.tensor([[0, 1, 255, 1, 1]])
    assert boundary_band(truth, 3).int().tolist() == [[1, 1, 0, 1, 0]]


def test_a_picture_of_one_class_has_no_band():
    assert not boundary_band(np.full((4, 5), 2, np.uint8), 3).any()


@pytest.mark.parametrize("radius", [1, 4])
def test_the_matrix_counts_the_band_alone(radius):
    truth, prediction = maps(4, void=0.1)
    band = boundary_band(truth, radius).numpy()
    assert 0 < band.sum() < band.size
    ours = trimap_confusion(prediction, truth, 3, radius).matrix.numpy()
    np.testing.assert_array_equal(ours, confusion_matrix(truth[band], prediction[band], labels=range(3)))


def test_batches_add_up_and_logits_count_like_their_argmax():
    pairs = [maps(seed, void=0.1) for seed in range(3)]
    truth, prediction = (torch.from_numpy(np.stack(side)) for side in zip(*pairs, strict=True))
    logits = torch.nn.functional.one_hot(prediction.long(), 3).movedim(-1, 1).float()
    whole = trimap_confusion(logits, truth, 3, 2)
    total = ConfusionMatrix(3)
    for t, p in pairs:
        total = total + trimap_confusion(p, t, 3, 2)
    assert torch.equal(whole.matrix, total.matrix)


def test_a_shifted_picture_is_worse_near_the_borders_than_elsewhere():
    truth = Scenes(1)[0].mask
    shifted = np.roll(truth, 1, axis=1).copy()
    shifted[shifted == 255] = 0
    whole = ConfusionMatrix(9)
    whole.update(shifted, truth)
    scores = [trimap_confusion(shifted, truth, 9, radius).pixel_accuracy for radius in (1, 2, 4, 8)]
    assert scores == sorted(scores)
    assert scores[0] < 0.7 < whole.pixel_accuracy


def test_bad_input_is_named():
    truth, prediction = maps(0)
    with pytest.raises(ValueError, match="radius: expected 1 pixel or more, found 0"):
        boundary_band(truth, 0)
    with pytest.raises(ValueError, match="target: found ids 2"):
        trimap_confusion(prediction.clip(0, 1), truth, 2, 1)
    with pytest.raises(ValueError, match="differ in shape"):
        trimap_confusion(prediction[1:], truth, 3, 1)
