"""Joint augmentation: picture and mask move together, and nothing is invented."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from segedu.data import Augment, normalize

H, W = 24, 36


def picture_that_is_its_mask(n=4, classes=5):
    """Pictures whose red channel is 10 times the class id, in blocks of 6 pixels."""
    blocks = torch.randint(0, classes, (n, H // 6, W // 6), generator=torch.Generator().manual_seed(0))
    masks = blocks.repeat_interleave(6, 1).repeat_interleave(6, 2).to(torch.uint8)
    return (masks * 10).unsqueeze(1).repeat(1, 3, 1, 1), masks


def red(normalized):
    return (normalized[:, 0] * 0.229 + 0.485) * 255


def test_without_change_only_the_type_differs():
    images, masks = picture_that_is_its_mask()
    x, y = Augment(flip=0)(images, masks)
    assert torch.equal(x, normalize(images))
    assert torch.equal(y, masks.long())


def test_a_sure_flip_is_a_flip():
    images, masks = picture_that_is_its_mask()
    x, y = Augment(flip=1)(images, masks)
    assert torch.allclose(x, normalize(images).flip(-1), atol=1e-4)
    assert torch.equal(y, masks.long().flip(-1))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), low=st.floats(0.5, 1), high=st.floats(1, 2), flip=st.sampled_from([0, 0.5, 1]))
def test_picture_and_mask_stay_together(seed, low, high, flip):
    images, masks = picture_that_is_its_mask()
    augment = Augment(crop=(16, 20), scale=(low, high), flip=flip)
    x, y = augment(images, masks, torch.Generator().manual_seed(seed))
    inside = y != 255
    agrees = (red(x) / 10).round() == y
    # Bilinear and nearest differ only on the seams between blocks.
    assert agrees[inside].float().mean() > 0.6
    assert set(y.unique().tolist()) <= {0, 1, 2, 3, 4, 255}


def test_what_leaves_the_picture_is_void():
    images, masks = picture_that_is_its_mask()
    _, y = Augment(crop=(H, W), scale=(0.5, 0.5), flip=0)(images, masks)
    share = (y == 255).float().mean().item()
    assert share == pytest.approx(0.75, abs=0.05)


def test_enlargement_by_two_shows_a_quarter():
    images = torch.zeros(64, 3, H, W, dtype=torch.uint8)
    masks = torch.arange(H * W).view(1, H, W).expand(64, H, W) % 251
    _, y = Augment(scale=(2, 2), flip=0)(images, masks.to(torch.uint8), torch.Generator().manual_seed(0))
    seen = max(len(picture.unique()) for picture in y)
    assert seen <= H * W / 4 * 1.2


def test_the_same_generator_gives_the_same_batch():
    images, masks = picture_that_is_its_mask()
    augment = Augment(crop=(16, 16), scale=(0.7, 1.4), brightness=0.3, contrast=0.3, tint=0.2)
    a, b = (augment(images, masks, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(a[0], b[0])
    assert torch.equal(a[1], b[1])


def test_brightness_changes_the_picture_and_not_the_mask():
    images, masks = picture_that_is_its_mask()
    x, y = Augment(flip=0, brightness=0.5)(images, masks, torch.Generator().manual_seed(0))
    assert not torch.allclose(x, normalize(images))
    assert torch.equal(y, masks.long())


@pytest.mark.parametrize(
    "wrong", [{"scale": (2, 1)}, {"scale": (0, 1)}, {"flip": 1.5}, {"brightness": -0.1}, {"crop": (0, 4)}]
)
def test_impossible_settings_are_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Augment(**wrong)


def test_normalized_imagenet_grey_is_zero():
    grey = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1) * 255
    assert normalize(grey).abs().max() < 1e-6
