"""Boundary F: equal to its definition, and fair to void and to small pictures."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segedu.metrics import BoundaryF, boundary_f

C = 4


@st.composite
def label_maps(draw):
    """A prediction and a truth of one small size, the truth with void; any class may be absent."""
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    ids = st.integers(0, C - 1)
    prediction = draw(arrays(np.uint8, shape, elements=ids))
    truth = draw(arrays(np.uint8, shape, elements=st.one_of(ids, st.just(255))))
    return prediction, truth


def brute_force_f(prediction, truth, tolerance):
    """Boundary F by its definition, pixel by pixel."""
    height, width = truth.shape
    prediction = np.where(truth == 255, 255, prediction)

    def boundary(ids, c):
        found = []
        for y, x in np.argwhere(ids == c):
            around = [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
            inside = [ids[i, j] for i, j in around if 0 <= i < height and 0 <= j < width]
            if any(other not in (c, 255) for other in inside):
                found.append((y, x))
        return found

    def share(points, others):
        near = [any(math.dist(p, q) <= tolerance for q in others) for p in points]
        return sum(near) / len(near)

    scores = []
    for c in range(C):
        mine, true = boundary(prediction, c), boundary(truth, c)
        if not mine and not true:
            scores.append(math.nan)
        elif not mine or not true:
            scores.append(0.0)
        else:
            precision, recall = share(mine, true), share(true, mine)
            scores.append(0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall))
    return scores


@given(label_maps(), st.sampled_from([0, 1, 1.5, 2, 2.3, 3, 5]))
@settings(max_examples=80, deadline=None)
def test_boundary_f_equals_its_definition(maps, tolerance):
    prediction, truth = maps
    ours = boundary_f(prediction, truth, C, tolerance)
    np.testing.assert_allclose(ours.numpy(), brute_force_f(prediction, truth, tolerance), atol=1e-12)


def test_boundary_f_of_a_shifted_edge_depends_on_the_tolerance():
    truth = np.zeros((8, 12), np.uint8)
    truth[:, 6:] = 1
    shifted = np.roll(truth, 3, axis=1)
    shifted[:, :3] = 0
    assert boundary_f(shifted, truth, 2, tolerance=2).tolist() == [0.0, 0.0]
    assert boundary_f(shifted, truth, 2, tolerance=3).tolist() == [1.0, 1.0]


def test_a_boundary_against_void_is_none():
    truth = np.full((6, 6), 255, np.uint8)
    truth[:, :3] = 0
    prediction = np.zeros((6, 6), np.uint8)
    prediction[:, 3:] = 1  # disagrees only where nobody labelled
    assert boundary_f(prediction, truth, 2).isnan().all()


def test_boundary_f_of_a_set_is_the_mean_over_its_pictures():
    generator = torch.Generator().manual_seed(4)
    prediction = torch.randint(0, 3, (5, 8, 9), generator=generator)
    target = torch.randint(0, 3, (5, 8, 9), generator=generator)
    target[0, :, :4] = 3  # class 3 occurs in one picture only, and is never predicted
    each = torch.stack([boundary_f(p, t, C, 1) for p, t in zip(prediction, target, strict=True)])
    whole, one, two = BoundaryF(C, 1), BoundaryF(C, 1), BoundaryF(C, 1)
    whole.update(prediction, target)
    one.update(prediction[:2], target[:2])
    two.update(torch.nn.functional.one_hot(prediction[2:], C).movedim(-1, 1).float(), target[2:])
    torch.testing.assert_close(whole.f(), each.nanmean(dim=0))
    torch.testing.assert_close((one + two).f(), whole.f())
    assert float(whole.f()[3]) == 0.0
    assert whole.mean() == pytest.approx(float(each.nanmean(dim=0).mean()))
    with pytest.raises(ValueError, match="measure different things"):
        one + BoundaryF(C, 2)
    whole.reset()
    assert repr(whole) == "BoundaryF(4 classes, tolerance=1 px)"


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError, match="found -1"):
        BoundaryF(C, tolerance=-1)
