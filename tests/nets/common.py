"""What several tests of networks need."""

from __future__ import annotations

import torch
from torch import nn


def count(net: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(p.numel() for p in net.parameters())


def on_meta(make, *arguments, **options):
    """A network of the paper's size, whose weights are shapes without numbers."""
    with torch.device("meta"):
        return make(*arguments, **options)


@torch.no_grad()
def lively(net: nn.Module, seed: int = 0) -> nn.Module:
    """Random statistics and scales in every batch normalisation, so that none is the identity; then evaluating."""
    generator = torch.Generator().manual_seed(seed)
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):
            for tensor in (layer.weight, layer.running_var):
                tensor.copy_(0.75 + 0.5 * torch.rand(tensor.shape, generator=generator))
            for tensor in (layer.bias, layer.running_mean):
                tensor.copy_(0.1 * torch.randn(tensor.shape, generator=generator))
    return net.eval()


def dilations(resnet: nn.Module) -> list[list[int]]:
    """Of the 3 x 3 convolutions in the blocks of a ResNet's last two stages."""
    return [[block.conv2.dilation[0] for block in stage] for stage in (resnet.layer3, resnet.layer4)]
