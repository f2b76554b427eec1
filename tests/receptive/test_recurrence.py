"""The recurrence: published fields, and the probe as its judge."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from segedu.receptive import ChainField, Layer, by_recurrence, receptive_field

VGG = ((1, 1), (1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1))  # its convolutions by stage, thin: width does not matter


def conv(kernel, stride=1, dilation=1, padding=0):
    return nn.Conv2d(1, 1, kernel, stride, padding, dilation)


def read_chain(net):
    """The layers of a chain of modules that have a window."""
    windows = nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d
    return [Layer.of(module) for module in net.modules() if isinstance(module, windows)]


def fcn_vgg16():
    """FCN's VGG-16 up to conv7; the padding of 100 is left out, which moves the field and does not change it."""
    layers = []
    for stage in VGG:
        layers += [layer for _ in stage for layer in (conv(3, padding=1), nn.ReLU(inplace=True))]
        layers.append(nn.MaxPool2d(2, ceil_mode=True))
    return nn.Sequential(*layers, conv(7), nn.ReLU(), conv(1))


def front_end():
    """The dilated front-end: no padding, no pool4 and pool5, dilation 2 and then 4."""
    layers = []
    for number, stage in enumerate(VGG):
        layers += [conv(3, dilation=2 if number == 4 else 1) for _ in stage]
        layers += [nn.MaxPool2d(2)] if number < 3 else []
    return nn.Sequential(*layers, conv(7, dilation=4), conv(1))


def context():
    return nn.Sequential(*(conv(3, dilation=d) for d in (1, 1, 2, 4, 8, 16, 1)), conv(1))


def unet_encoder():
    """U-Net down to its lowest level, with convolutions that are not padded."""
    layers = []
    for level in range(5):
        layers += [nn.MaxPool2d(2)] if level else []
        layers += [conv(3), nn.ReLU(inplace=True), conv(3), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


@pytest.mark.parametrize(
    ("make", "size", "stride", "picture"),
    [
        pytest.param(fcn_vgg16, 404, 32, 480, id="FCN, conv7 of VGG-16"),
        pytest.param(unet_encoder, 140, 16, 204, id="U-Net, lowest level"),
        pytest.param(front_end, 380, 8, 420, id="dilated front-end"),
        pytest.param(context, 67, 1, 72, id="context module"),
        pytest.param(lambda: nn.Sequential(front_end(), context()), 908, 8, 932, id="front-end and context module"),
    ],
)
def test_published_fields_come_out_by_recurrence_and_by_probe(make, size, stride, picture):
    net = make()
    chain = by_recurrence(read_chain(net))
    assert (chain.size, chain.stride) == (size, stride)
    for place in ((0, 0), (1, 1)):
        field = receptive_field(net, (picture, picture), at=place, channels=1)
        inside = [row for row in chain.at(place[0]) if 0 <= row < picture]
        assert list(field.rows) == list(field.columns) == inside
    assert len(inside) == size or make is fcn_vgg16  # only that one is padded


windows = st.builds(
    Layer, st.integers(1, 4), stride=st.integers(1, 3), dilation=st.integers(1, 3), padding=st.integers(0, 2)
)


@settings(deadline=None, max_examples=40)
@given(st.lists(windows, min_size=1, max_size=4), st.integers(0, 2))
def test_recurrence_and_probe_agree_on_any_chain(layers, further):
    net = nn.Sequential(*(conv(w.kernel, w.stride, w.dilation, w.padding) for w in layers))
    chain = by_recurrence(layers)
    place = -(chain.start // chain.stride) + further  # far enough in, so that no padding cuts the field
    picture = chain.at(place).stop + chain.size
    field = receptive_field(net, (picture, picture + 3), at=(place, place), channels=1)
    assert field.rows == field.columns == chain.at(place)


def test_an_output_that_lies_in_the_padding_sees_nothing():
    field = receptive_field(conv(1, padding=1), (4, 4), at=(0, 2), channels=1)
    assert not field.mask.any()
    assert field.rows == field.columns == range(0)


def test_nothing_before_the_first_layer():
    assert by_recurrence([]) == ChainField(size=1, stride=1, start=0)
