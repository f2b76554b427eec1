"""Boundary weights against the formula, pixel by pixel; and the loss that uses them."""

import numpy as np
import pytest
import torch
from skimage.segmentation import find_boundaries

from segedu.data import Scenes
from segedu.losses import boundary_weights, cross_entropy, pixel_weighted_cross_entropy

THREE = np.zeros((14, 16), int)
THREE[1:6, 1:6], THREE[1:6, 7:12], THREE[9:13, 4:9] = 4, 9, 2


def by_brute_force(instances, w0, sigma):
    """Every pixel against every boundary pixel; the boundaries from scikit-image."""
    weights = np.ones(instances.shape)
    for y, x in np.ndindex(instances.shape):
        distances = []
        for number in np.unique(instances[instances > 0]):
            boundary = find_boundaries(np.pad(instances, 1, mode="edge") == number, mode="inner")[1:-1, 1:-1]
            rows, columns = np.nonzero(boundary)
            distances.append(np.hypot(rows - y, columns - x).min())
        d1, d2 = sorted(distances)[:2]
        weights[y, x] += w0 * np.exp(-((d1 + d2) ** 2) / (2 * sigma**2))
    return weights


def test_the_weights_follow_equation_2():
    np.testing.assert_allclose(boundary_weights(THREE, w0=10, sigma=3), by_brute_force(THREE, 10, 3), rtol=1e-5)


def test_the_gap_between_two_objects_weighs_most():
    weights = boundary_weights(THREE, w0=10, sigma=2)
    assert weights[1:6, 6].min() > weights[9:13, 12:].max() + 3
    assert weights.max() == weights[1:6, 5:8].max()


def test_a_single_object_and_none_leave_the_balance():
    balance = np.linspace(1, 2, 14 * 16).reshape(14, 16)
    for instances in (THREE == 4, THREE == 77):
        np.testing.assert_allclose(boundary_weights(instances.astype(int), balance), balance, rtol=1e-6)


def test_the_rim_of_the_picture_is_no_border():
    """Two objects that fill the picture meet in the middle only."""
    halves = np.repeat([[1] * 20 + [2] * 20], 8, axis=0)
    weights = boundary_weights(halves, w0=10, sigma=2)
    assert weights[:, 19:21].min() > 9
    assert weights[:, :5].max() < 1.001


def test_scenes_have_touching_objects():
    found = [boundary_weights(Scenes(20)[i].instances).max() for i in range(20)]
    assert max(found) > 5


@pytest.mark.parametrize("wrong", [{"w0": -1}, {"sigma": 0}])
def test_impossible_settings_are_named(wrong):
    with pytest.raises(ValueError, match="w0, sigma: found"):
        boundary_weights(THREE, **wrong)


def test_floats_are_no_instances():
    with pytest.raises(ValueError, match=r"instances: found \(14, 16\) float64"):
        boundary_weights(THREE.astype(float))


def batch():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 4, 5, 6, generator=generator)
    target = torch.randint(0, 4, (2, 5, 6), generator=generator)
    target[0, :2] = 255
    return logits, target, torch.rand(2, 5, 6, generator=generator)


def test_the_loss_is_the_weighted_mean_over_labelled_pixels():
    logits, target, weight = batch()
    top = bottom = 0.0
    for n, y, x in np.ndindex(2, 5, 6):
        if target[n, y, x] != 255:
            top -= weight[n, y, x] * logits[n, :, y, x].log_softmax(0)[target[n, y, x]]
            bottom += weight[n, y, x]
    assert torch.allclose(pixel_weighted_cross_entropy(logits, target, weight), top / bottom)


def test_equal_weights_give_the_plain_loss_and_class_weights_the_class_weighted_one():
    logits, target, _ = batch()
    constant = torch.full(target.shape, 3.0)
    assert torch.allclose(pixel_weighted_cross_entropy(logits, target, constant), cross_entropy(logits, target))
    weight = torch.tensor([1.0, 2.0, 5.0, 0.5])
    by_pixel = weight[target.where(target != 255, 0)]
    theirs = cross_entropy(logits, target, weight)
    assert torch.allclose(pixel_weighted_cross_entropy(logits, target, by_pixel), theirs)


def test_nothing_but_void_gives_zero_with_zero_gradient():
    logits, target, weight = batch()
    logits.requires_grad_()
    loss = pixel_weighted_cross_entropy(logits, torch.full_like(target, 255), weight)
    loss.backward()
    assert loss.item() == 0
    assert (logits.grad == 0).all()


def test_weights_of_another_shape_are_named():
    logits, target, weight = batch()
    with pytest.raises(ValueError, match=r"weight: found shape \(5, 6\), expected \(2, 5, 6\)"):
        pixel_weighted_cross_entropy(logits, target, weight[0])
