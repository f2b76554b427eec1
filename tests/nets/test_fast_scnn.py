"""Fast-SCNN against its parts in torchvision, its published size, and the sizes that trip other implementations."""

from functools import partial

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.mobilenetv3 import InvertedResidual, InvertedResidualConfig
from torchvision.ops import Conv2dNormActivation

from segedu import nets
from segedu.nets.backbones import FastBackbone
from tests.nets.common import lively, on_meta


def separable(inputs, outputs, stride):
    depthwise = Conv2dNormActivation(inputs, inputs, 3, stride, groups=inputs)
    return nn.Sequential(*depthwise, *Conv2dNormActivation(inputs, outputs, 1))


def inverted(inputs, outputs, stride):
    config = InvertedResidualConfig(inputs, 3, 6 * inputs, outputs, False, "RE", stride, 1, 1.0)
    return InvertedResidual(config, nn.BatchNorm2d)


def reference():
    """The paper's table 1, up to the pyramid, of torchvision's parts."""
    fine = nn.Sequential(Conv2dNormActivation(3, 32, 3, 2), separable(32, 48, 2), separable(48, 64, 2))
    table = [(64, 64, 2), (64, 64, 1), (64, 64, 1), (64, 96, 2), (96, 96, 1), (96, 96, 1)]
    table += [(96, 128, 1), (128, 128, 1), (128, 128, 1)]
    return nn.ModuleList([fine, nn.Sequential(*(inverted(*row) for row in table))])


@pytest.mark.parametrize("size", [(64, 96), (65, 99)])
@torch.inference_mode()
def test_the_backbone_is_the_papers_table_made_of_torchvisions_parts(size):
    ours, theirs = lively(FastBackbone()).eval(), reference().eval()
    theirs.load_state_dict(dict(zip(theirs.state_dict(), ours.state_dict().values(), strict=True)))
    x = torch.randn(2, 3, *size)
    fine = theirs[0](x)
    expected = {8: fine, 32: theirs[1](fine)}
    for stride, features in ours(x).items():
        torch.testing.assert_close(features, expected[stride])


def test_it_has_the_parameters_of_the_known_implementations():
    count = on_meta(nets.build, "fast_scnn", 19)
    assert sum(parameter.numel() for parameter in count.parameters()) == 1_138_051


@torch.inference_mode()
def test_the_head_is_pyramid_sum_two_convolutions_and_classes():
    net = lively(nets.build("fast_scnn", 5)).eval()
    fine, coarse = torch.randn(2, 64, 12, 16), torch.randn(2, 128, 3, 4)
    resize = partial(F.interpolate, mode="bilinear", align_corners=False)
    pooled = [F.adaptive_avg_pool2d(coarse, bins) for bins in (1, 2, 3, 6)]
    mixed = [
        F.relu(branch[2](branch[1](x))) for branch, x in zip(net.context[0].branches, pooled, strict=True)
    ]  # of each: pooling, convolution, normalisation, ReLU
    context = net.context[1](torch.cat([coarse, *(resize(x, (3, 4)) for x in mixed)], dim=1))
    up = net.fusion.depthwise(resize(context, (12, 16)))
    joined = (net.fusion.fine(fine) + net.fusion.coarse(up)).clamp(min=0)
    torch.testing.assert_close(net.decode({8: fine, 32: coarse}), net.classifier(joined))


@pytest.mark.parametrize("size", [(360, 480), (90, 120), (45, 75)])  # rows at stride 8 that are no multiple of 4
@torch.inference_mode()
def test_sizes_that_are_no_multiple_of_32_are_not_cropped(size):
    assert nets.build("fast_scnn", 3).eval()(torch.zeros(1, 3, *size)).shape == (1, 3, *size)
