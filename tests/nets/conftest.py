"""For the tests of networks: an independent implementation, and weights that hide nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn


@pytest.fixture
def monai():
    return pytest.importorskip("monai.networks.nets.basic_unet", reason="monai is not installed")


@pytest.fixture
def shake() -> Callable[[nn.Module], nn.Module]:
    """A function that gives every batch normalisation random statistics and scales; the network is then evaluating."""

    def shake(net, seed=0):
        """Random statistics and scales in every batch normalisation, so that none is the identity."""
        generator = torch.Generator().manual_seed(seed)
        for layer in net.modules():
            if isinstance(layer, nn.BatchNorm2d):
                for tensor in (layer.weight.data, layer.running_var):
                    tensor.copy_(0.5 + torch.rand(tensor.shape, generator=generator))
                for tensor in (layer.bias.data, layer.running_mean):
                    tensor.copy_(torch.randn(tensor.shape, generator=generator))
        return net.eval()

    return shake
