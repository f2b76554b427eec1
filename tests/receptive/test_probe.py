"""The probe: equal to brute force, whatever the network is made of."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from torch import nn
from torchvision import models

from segedu import nets
from segedu.nets.backbones import TinyResNet
from segedu.receptive import Layer, by_recurrence, effective_field, receptive_field, side


def conv(kernel, stride=1, dilation=1, padding=0):
    return nn.Conv2d(1, 1, kernel, stride, padding, dilation)


def read_chain(net):
    """The layers of a chain of modules that have a window."""
    windows = nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d
    return [Layer.of(module) for module in net.modules() if isinstance(module, windows)]


def test_the_probe_finds_the_field_of_alexnet():
    features = models.alexnet().features
    chain = by_recurrence(read_chain(features))
    field = receptive_field(features, (320, 256), at=(4, 3))
    assert (chain.size, chain.stride) == (195, 32)
    assert field.rows == chain.at(4) and field.columns == chain.at(3)
    assert not field.clipped


windows = st.builds(
    Layer, st.integers(1, 4), stride=st.integers(1, 3), dilation=st.integers(1, 3), padding=st.integers(0, 2)
)


def by_brute_force(net, size, at):
    """Poison one pixel after the other with NaN, and look whether it reaches the output."""
    height, width = size
    pictures = torch.rand(height * width, 3, height, width)
    places = torch.arange(height * width)
    pictures[places, :, places // width, places % width] = torch.nan
    with torch.no_grad():
        return net.eval()(pictures)[:, :, at[0], at[1]].isnan().any(dim=1).view(size).numpy()


@pytest.mark.parametrize("at", [(0, 0), (5, 6), (11, 3)])
def test_the_probe_equals_brute_force_pixel_by_pixel(at, branches):
    torch.manual_seed(0)
    net, size = branches, (24, 28)
    np.testing.assert_array_equal(receptive_field(net, size, at=at).mask, by_brute_force(net, size, at))


def test_a_dilated_convolution_leaves_holes():
    field = receptive_field(conv(3, dilation=2), (9, 9), channels=1)
    assert np.argwhere(field.mask).tolist() == [[r, c] for r in (2, 4, 6) for c in (2, 4, 6)]
    assert field.rows == range(2, 7)


def test_a_real_backbone_has_the_field_of_its_longest_path():
    backbone = TinyResNet()
    longest = [(3, 2, 1, 1)] * 2  # the stem
    for stride in (1, 2, 2, 2):
        longest += [(3, stride, 1, 1), (3, 1, 1, 1)]
        chain = by_recurrence(longest)
        field = receptive_field(backbone, (256, 256), at=(3, 3), pick=lambda maps, s=chain.stride: maps[s])
        assert field.rows == range(max(chain.start + 3 * chain.stride, 0), chain.at(3).stop)


def test_a_whole_network_and_one_that_normalises_over_the_picture_see_everything():
    fcn = receptive_field(nets.build("fcn8s", 5), (64, 96))
    assert fcn.mask.any() and fcn.clipped
    net = nn.Sequential(conv(3, padding=1), nn.GroupNorm(1, 1), nn.ReLU(), conv(3, padding=1))
    assert receptive_field(net, (32, 32), channels=1).mask.all()


def test_closed_relus_negative_weights_and_rare_paths_hide_nothing():
    net = nn.Sequential(*(layer for _ in range(30) for layer in (conv(3), nn.ReLU())))
    for parameter in net.parameters():
        nn.init.constant_(parameter, -1.0)
    assert receptive_field(net, (63, 63), channels=1).mask.sum() == 61 * 61


def test_the_network_is_left_as_it_was():
    net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2), nn.MaxPool2d(2)).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    receptive_field(net, (32, 32))
    effective_field(net, torch.randn(2, 3, 32, 32))
    assert net[1].training and isinstance(net[2], nn.MaxPool2d)
    assert all(parameter.grad is None for parameter in net.parameters())
    for name, value in net.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_max_pooling_that_the_probe_cannot_see_is_noticed():
    class Hidden(nn.Module):
        def forward(self, x):
            return F.max_pool2d(x, 4)

    with pytest.raises(ValueError, match=r"F\.max_pool2d"):
        receptive_field(Hidden(), (32, 32))
    with pytest.raises(ValueError, match="dilated"):
        receptive_field(nn.MaxPool2d(3, dilation=2), (32, 32))


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="pick="):
        receptive_field(TinyResNet(), (64, 64))
    with pytest.raises(ValueError, match=r"at: found \(9, 0\)"):
        receptive_field(conv(3), (8, 8), at=(9, 0), channels=1)
    with pytest.raises(ValueError, match="stride: found 0"):
        by_recurrence([(3, 0)])
    with pytest.raises(TypeError, match="ReLU"):
        Layer.of(nn.ReLU())
    with pytest.raises(ValueError, match="floats"):
        effective_field(conv(3), torch.zeros(1, 1, 8, 8, dtype=torch.uint8))
    with pytest.raises(ValueError, match="every gradient is zero"):
        effective_field(nn.Sequential(conv(3), nn.Threshold(1e9, 0.0)), torch.zeros(1, 1, 8, 8))
    with pytest.raises(ValueError, match="share"):
        side(np.ones((3, 3)), 0)
    with pytest.raises(ValueError, match="positive sum"):
        side(np.zeros((3, 3)))


def test_a_pooling_that_is_used_twice_is_seen_through_twice():
    pool = nn.MaxPool2d(2)
    once = nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), nn.Conv2d(4, 4, 3), nn.MaxPool2d(2))
    shared = nn.Sequential(once[0], pool, once[2], pool)
    np.testing.assert_array_equal(receptive_field(shared, (40, 40)).mask, receptive_field(once, (40, 40)).mask)
