"""Ids, one-hot channels and colours hold the same label map, and wrong masks are told what they are."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from segedu.labels import VOID, LabelSet

LABELS = LabelSet(("sky", "road", "car"), ((135, 206, 235), (90, 90, 90), (200, 30, 30)), void_color=(1, 2, 3))
MASKS = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.sampled_from([0, 1, 2, VOID]))


@given(MASKS)
def test_colours_and_back_give_the_same_ids(mask):
    rgb = LABELS.colorize(mask)
    assert rgb.dtype == np.uint8
    assert rgb.shape == (*mask.shape, 3)
    np.testing.assert_array_equal(LABELS.decolorize(rgb), mask)


@given(MASKS)
def test_one_hot_and_back_give_the_same_ids(mask):
    one_hot = LABELS.to_one_hot(torch.from_numpy(mask))
    assert one_hot.shape == (3, *mask.shape)
    assert torch.equal(one_hot.sum(dim=0), torch.from_numpy((mask != VOID).astype(np.float32)))
    np.testing.assert_array_equal(LABELS.from_one_hot(one_hot).numpy(), mask)
    np.testing.assert_array_equal(LABELS.from_one_hot(one_hot.bool()).numpy(), mask)


def test_channels_that_cancel_are_not_void():
    channels = torch.tensor([1.0, -1.0, 0.0]).view(3, 1, 1)
    assert LABELS.from_one_hot(channels).item() == 0


def test_one_hot_takes_batches():
    masks = torch.tensor([[[0, 1]], [[2, VOID]]], dtype=torch.uint8)
    one_hot = LABELS.to_one_hot(masks)
    assert one_hot.shape == (2, 3, 1, 2)
    assert torch.equal(LABELS.from_one_hot(one_hot), masks)


def test_names_ids_and_palette_agree():
    assert len(LABELS) == 3
    assert [LABELS.id(name) for name in LABELS.names] == [0, 1, 2]
    palette = LABELS.palette()
    assert palette.shape == (256, 3)
    assert palette[2].tolist() == [200, 30, 30]
    assert palette[VOID].tolist() == palette[77].tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="no class 'tram'; the classes are sky, road, car"):
        LABELS.id("tram")


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (
            np.zeros((2, 2, 3), np.uint8),
            r"a\.png: a mask is \(H, W\) class ids, found shape \(2, 2, 3\).*decolorize",
        ),
        (np.zeros((2, 2)), r"a\.png: a mask holds integers, found float64"),
        (np.array([[0, 255]]), r"a\.png: found only the ids 0 and 255.*Divide it by 255"),
        (np.array([[0, 3], [-1, 255]]), r"a\.png: found ids -1, 3, expected 0\.\.2 or 255"),
        (np.arange(100).reshape(10, 10), "and 89 more.*grey or colour picture"),
    ],
    ids=["rgb", "float", "black-and-white", "unknown ids", "grey picture"],
)
def test_a_wrong_mask_is_named_with_what_was_found(mask, message):
    with pytest.raises(ValueError, match=message):
        LABELS.check(mask, source="a.png")


def test_class_0_and_void_alone_pass_when_they_are_meant():
    mask = np.array([[0, VOID]])
    LABELS.check(mask, binary=True)
    assert LABELS.colorize(mask).tolist() == [[[135, 206, 235], [1, 2, 3]]]
    LABELS.check(np.array([[0, 0]]))
    LABELS.check(np.array([[VOID, VOID]]))


@pytest.mark.parametrize(
    ("rgb", "message"),
    [
        (np.zeros((2, 2), np.uint8), r"b\.png: expected \(H, W, 3\) colours, found shape \(2, 2\)"),
        (
            np.array([[[135, 206, 235], [135, 206, 234]]], np.uint8),
            r"b\.png: 1 pixels have a colour of no class, the first \(135, 206, 234\) at row 0, column 1",
        ),
    ],
)
def test_wrong_colours_are_named(rgb, message):
    with pytest.raises(ValueError, match=message):
        LABELS.decolorize(rgb, source="b.png")


@pytest.mark.parametrize(
    ("names", "colors", "message"),
    [
        (("a", "b"), ((1, 1, 1),), "2 names but 1 colors"),
        (("a", "a"), ((1, 1, 1), (2, 2, 2)), "name 'a' occurs twice"),
        (("a", "b"), ((1, 1, 1), (1, 1, 1)), r"color \(1, 1, 1\) occurs twice"),
        (("a",), ((0, 0, 0),), r"color \(0, 0, 0\) occurs twice"),
        (tuple(map(str, range(256))), tuple((i, 1, 1) for i in range(256)), "at most 255"),
    ],
)
def test_a_label_set_that_cannot_work_is_refused(names, colors, message):
    with pytest.raises(ValueError, match=message):
        LabelSet(names, colors)
