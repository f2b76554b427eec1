"""Class weights: from shares of pixels to numbers with mean one."""

import pytest
import torch

from segedu.losses import class_weights


def test_class_weights_follow_the_share_and_have_mean_one():
    masks = torch.tensor([[[0] * 16, [1] * 4 + [255] * 12]], dtype=torch.uint8)
    torch.testing.assert_close(class_weights(masks, 2, power=1.0), torch.tensor([2 / 5, 8 / 5]))
    torch.testing.assert_close(class_weights(masks, 2), torch.tensor([2 / 3, 4 / 3]))
    torch.testing.assert_close(class_weights(masks, 2, power=0.0), torch.ones(2))


def test_a_class_without_pixels_gets_the_mean_weight():
    weights = class_weights(torch.tensor([[[0, 0, 0, 2]]]), num_classes=4)
    assert weights[1] == weights[3] == 1.0
    assert float(weights[[0, 2]].mean()) == pytest.approx(1.0)
    assert weights[2] > weights[0]


def test_class_weights_refuse_what_they_cannot_count():
    with pytest.raises(ValueError, match=r"found ids 9, expected 0\.\.2"):
        class_weights(torch.tensor([[[0, 9]]]), 3)
    with pytest.raises(ValueError, match="every pixel is void"):
        class_weights(torch.full((1, 2, 2), 255), 3)
