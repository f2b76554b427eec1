"""Pooling to bins and spreading out again."""

import pytest
import torch

from segedu.nets.parts.pooled import PooledBranch


@torch.inference_mode()
def test_one_bin_is_the_same_everywhere():
    y = PooledBranch(4, 6).eval()(torch.randn(2, 4, 7, 9))
    assert y.shape == (2, 6, 7, 9)
    torch.testing.assert_close(y, y[..., :1, :1].expand_as(y))


def test_one_picture_in_one_bin_cannot_be_normalised():
    branch = PooledBranch(4, 6)
    with pytest.raises(ValueError, match="Train on two pictures or more"):
        branch(torch.zeros(1, 4, 5, 5))
    assert PooledBranch(4, 6, bins=2)(torch.zeros(1, 4, 5, 5)).shape == (1, 6, 5, 5)


def test_another_pooling_is_an_error():
    with pytest.raises(ValueError, match="pooling: found 'median'"):
        PooledBranch(4, 6, pooling="median")
