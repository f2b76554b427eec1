"""A data set as tensors of bytes."""

import numpy as np
import pytest
import torch

from segedu.data import LabelledImages, Sample, stack
from segedu.labels import LabelSet

LABELS = LabelSet(("a", "b"), ((1, 1, 1), (2, 2, 2)))


class Pair(list):
    labels = LABELS


def sample(value=1, size=(4, 6), name="s"):
    return Sample(np.full((*size, 3), 7, np.uint8), np.full(size, value, np.uint8), name=name)


def test_pictures_become_bytes_with_channels_first():
    data = stack(Pair([sample(), sample(0)]))
    assert data.images.shape == (2, 3, 4, 6)
    assert data.images.dtype == data.masks.dtype == torch.uint8
    assert data.names == ("s", "s")


def test_a_sample_comes_back_as_it_went_in():
    original = Sample(np.arange(72, dtype=np.uint8).reshape(4, 6, 3), np.zeros((4, 6), np.uint8))
    again = stack(Pair([original]))[0]
    assert np.array_equal(again.image, original.image)
    assert np.array_equal(again.mask, original.mask)


def test_slices_keep_pictures_masks_and_names_together():
    part = stack(Pair([sample(0, name="x"), sample(1, name="y")]))[1:]
    assert (len(part), part.names, part.masks.unique().tolist()) == (1, ("y",), [1])


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([], "empty"),
        ([sample(5, name="bad")], r"mask of bad: found ids 5"),
        (
            [sample(), sample(size=(5, 6), name="tall")],
            r"tall: the picture is \(5, 6\), the first \(4, 6\)",
        ),
    ],
)
def test_bad_data_are_named(samples, message):
    with pytest.raises(ValueError, match=message):
        stack(Pair(samples))


def test_a_data_set_of_0_and_255_says_to_divide():
    half = sample(0).mask.copy()
    half[:2] = 255
    with pytest.raises(ValueError, match="divide the masks by 255"):
        stack(Pair([Sample(np.zeros((4, 6, 3), np.uint8), half)]))


def test_a_bare_list_is_no_data_set():
    with pytest.raises(TypeError, match=r"a list without \.labels"):
        stack([sample()])


def test_float_pictures_are_refused_instead_of_trained_on_as_black():
    with pytest.raises(ValueError, match="expected uint8"):
        Sample(np.zeros((4, 6, 3)), np.zeros((4, 6), np.uint8))


def test_a_mask_of_another_size_than_its_image_is_an_error():
    with pytest.raises(ValueError, match=r"the mask is \(3, 6\), its image \(4, 6\)"):
        Sample(np.zeros((4, 6, 3), np.uint8), np.zeros((3, 6), np.uint8))


def test_images_and_masks_must_belong_together():
    with pytest.raises(ValueError, match="to go with the images"):
        LabelledImages(torch.zeros(2, 3, 4, 4, dtype=torch.uint8), torch.zeros(1, 4, 4, dtype=torch.uint8), LABELS)
