"""From a name to a backbone."""

from __future__ import annotations

from functools import partial
from typing import Any

from segedu.nets.backbones.base import Backbone
from segedu.nets.backbones.efficientnet_lite import EfficientNetLite0
from segedu.nets.backbones.fast import FastBackbone
from segedu.nets.backbones.jpu import JointlyUpsampled
from segedu.nets.backbones.resnet import ResNet
from segedu.nets.backbones.tiny import TinyResNet
from segedu.nets.backbones.vgg16 import VGG16

BACKBONES: dict[str, partial[Backbone]] = {
    "tiny": partial(TinyResNet),
    "shallow": partial(TinyResNet, stages=2),
    "vgg16": partial(VGG16),
    "fast": partial(FastBackbone),
    "efficientnet_lite0": partial(EfficientNetLite0),
    **{f"resnet{depth}": partial(ResNet, f"resnet{depth}") for depth in (18, 34, 50, 101, 152)},
}
"""The names that `make_backbone` knows."""


def make_backbone(
    backbone: str | Backbone,
    in_channels: int = 3,
    *wishes: partial[Backbone],
    jpu: int | None = None,
    **options: Any,
) -> Backbone:
    """Build a backbone by its name, as a network wants it.

    Parameters
    ----------
    backbone : str or Backbone
        One of `BACKBONES`; a backbone that exists already is given back as it is.
    in_channels : int
    *wishes : partial
        What a network's paper makes of some kinds of backbone: ``partial(ResNet, output_stride=8)`` is for every
        ResNet.
    jpu : int, optional
        Width of a `JPU` on a backbone that strides to the end, whatever the wishes say; see `JointlyUpsampled`.
    **options
        Of the backbone; they win over the wishes.

    Raises
    ------
    ValueError
        If there is no such name.
    TypeError
        If the backbone has no such option, or exists already and cannot take any.

    Examples
    --------
    >>> make_backbone("shallow", width=16).channels
    {2: 8, 4: 16, 8: 32}
    """
    if jpu is not None:
        strided = {} if isinstance(backbone, Backbone) else {"output_stride": 32} | options
        return JointlyUpsampled(make_backbone(backbone, in_channels, *wishes, **strided), jpu)
    if isinstance(backbone, Backbone):
        if options:
            raise TypeError(f"{', '.join(options)}: no options of this network, and the backbone exists already")
        return backbone
    if backbone not in BACKBONES:
        raise ValueError(f"backbone: no {backbone!r}; there are {', '.join(BACKBONES)}")
    made = BACKBONES[backbone]
    for wish in wishes:
        if issubclass(wish.func, made.func):
            made = partial(wish.func, *made.args, **{**wish.keywords, **made.keywords})
    return made(in_channels=in_channels, **options)


def dense(output_stride: int = 8, **of_resnet: Any) -> tuple[partial[Backbone], ...]:
    """The wish of networks whose head stands at stride 8, on large backbones perhaps at another one.

    ResNets may have other options as well.
    """
    small, large = {"output_stride": 8}, {"output_stride": output_stride}
    return (
        partial(TinyResNet, **small),
        partial(VGG16, **small),
        partial(EfficientNetLite0, **large),
        partial(ResNet, **large, **of_resnet),
    )
