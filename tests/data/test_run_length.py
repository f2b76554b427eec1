"""Run lengths, beside pycocotools."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from segedu.data.run_length import decode, parse

MASKS = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=st.integers(0, 1))


def uncompressed(mask):
    """Run lengths by hand: walk down the columns."""
    counts, before = [0], 0
    for pixel in mask.T.ravel():
        if pixel != before:
            counts.append(0)
        counts[-1] += 1
        before = pixel
    return counts


@given(MASKS)
def test_compressed_runs_decode_to_the_mask_that_pycocotools_encoded(mask):
    coco = pytest.importorskip("pycocotools.mask", reason="the extra `oracles` is not installed")
    packed = coco.encode(np.asfortranarray(mask))
    assert np.array_equal(decode(packed["counts"].decode(), *mask.shape), mask.astype(bool))
    assert np.array_equal(decode(uncompressed(mask), *mask.shape), coco.decode(packed).astype(bool))


@given(MASKS)
def test_both_notations_hold_the_same_counts(mask):
    coco = pytest.importorskip("pycocotools.mask", reason="the extra `oracles` is not installed")
    assert parse(coco.encode(np.asfortranarray(mask))["counts"].decode()) == uncompressed(mask)


def test_long_runs_and_negative_differences_are_read():
    coco = pytest.importorskip("pycocotools.mask", reason="the extra `oracles` is not installed")
    mask = np.zeros((700, 900), np.uint8)
    mask[3:690, 5:880] = 1
    mask[100, :] = 0
    assert np.array_equal(decode(coco.encode(np.asfortranarray(mask))["counts"].decode(), 700, 900), mask.astype(bool))


@pytest.mark.parametrize("counts", [[3], [2, 5], [-1, 7], "231"])
def test_runs_that_do_not_fill_the_mask_are_an_error(counts):
    with pytest.raises(ValueError, match=r"add up to -?\d+ pixels, expected 2 x 2 = 4"):
        decode(counts, 2, 2)


def test_a_text_that_was_cut_short_is_an_error():
    with pytest.raises(ValueError, match="ends within a number"):
        parse("23`")


def test_other_characters_are_an_error():
    with pytest.raises(ValueError, match="found the character ' '"):
        parse("2 3")
