"""Bands by repeated erosion, as the paper's code makes them, are the bands here."""

import numpy as np
import pytest
import torch
from scipy.ndimage import binary_erosion

from segedu.metrics import BoundaryIoU, ConfusionMatrix, band_width


def blobs(seed, shape=(3, 20, 27), classes=3):
    """Blocks of 4 x 4 pixels, so that masks have an inside."""
    small = np.random.default_rng(seed).integers(0, classes, (shape[0], shape[1] // 4 + 1, shape[2] // 4 + 1))
    return torch.from_numpy(small.repeat(4, axis=1).repeat(4, axis=2)[:, : shape[1], : shape[2]])


def eroded_band(mask, width):
    return mask & ~binary_erosion(mask, np.ones((3, 3)), iterations=width, border_value=0)


@pytest.mark.parametrize("width", [1, 2, 5])
@pytest.mark.parametrize("void", [False, True])
def test_the_bands_are_those_of_repeated_erosion(width, void):
    prediction, target = blobs(0), blobs(1)
    if void:
        target[:, 5:9, 3:20] = 255
    score = BoundaryIoU(3, width)
    score.update(prediction, target)
    known = (target != 255).numpy()
    for name in range(3):
        pairs = [
            (eroded_band((p == name) & k, width), eroded_band((t == name) & k, width))
            for p, t, k in zip(prediction.numpy(), target.numpy(), known, strict=True)
        ]
        both, either = (sum(int(join(p, t).sum()) for p, t in pairs) for join in (np.logical_and, np.logical_or))
        assert float(score.iou[name]) == pytest.approx(both / either)


def test_a_band_as_wide_as_the_picture_is_the_mask():
    prediction, target = blobs(2), blobs(3)
    score, confusion = BoundaryIoU(3, width=30), ConfusionMatrix(3)
    score.update(prediction, target)
    confusion.update(prediction, target)
    assert torch.allclose(score.iou, confusion.iou)


def test_inside_a_large_thing_it_is_stricter_than_iou():
    target = torch.zeros(40, 40, dtype=torch.int64)
    target[8:32, 8:32] = 1
    prediction = target.roll(2, dims=1)
    score, confusion = BoundaryIoU(2, width=3), ConfusionMatrix(2)
    score.update(prediction, target)
    confusion.update(prediction, target)
    assert score.iou[1] < confusion.iou[1] - 0.2


def test_right_is_1_absent_is_nan_and_single_pictures_add_up():
    target = blobs(4)
    whole, parts = BoundaryIoU(4, 2), BoundaryIoU(4, 2)
    whole.update(target, target)
    for picture in target:
        parts.update(picture, picture)
    assert whole.iou[:3].tolist() == [1, 1, 1] == parts.iou[:3].tolist() and whole.iou[3].isnan() and whole.mean == 1


def test_the_width_must_be_a_pixel_at_least_and_follows_the_diagonal():
    with pytest.raises(ValueError, match="width: expected 1 pixel"):
        BoundaryIoU(2, 0)
    assert band_width((10, 10)) == 1 and band_width((1024, 2048), 0.005) == 11
