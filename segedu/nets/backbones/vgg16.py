"""VGG-16 without its last layer, in the three forms that the papers gave it.

Simonyan, Zisserman, ICLR 2015, table 1, D. Its two hidden dense layers, fc6 and fc7, become convolutions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import torch
from torch import nn

from segedu.nets.backbones.base import Backbone, Features
from segedu.nets.parts.blocks import reflect

DEPTHS, TIMES = (2, 2, 3, 3, 3), (1, 2, 4, 8, 8)
"""Convolutions in VGG-16's five stages, and their channels in multiples of 64."""
RIM = 186
"""Pixels of mirror image on every side: what the mirrored form's convolutions eat, 372 rows, in halves."""
STRIDES = {"zeros": (32, 16, 8), "padded": (32,), "mirrored": (8,)}


class VGG16(Backbone):
    """VGG-16's convolutions; where a stage does not stride, the next ones dilate.

    Parameters
    ----------
    in_channels : int
    width : int
        Channels of the first stage, 64 in the paper; all others are multiples of it.
    output_stride : {32, 16, 8}
    form : {"zeros", "padded", "mirrored"}
        ``"zeros"``, DeepLab's, at any stride: each map padded by zeros, pools of 3 x 3, so that place ``(i, j)`` at
        stride ``s`` looks around pixel ``(s * i, s * j)``. The other two end with fc6 and fc7; their features 32 have
        4096 channels. ``"padded"``, FCN's, at stride 32: a padding of 100 makes room for fc6; pools of 2 x 2 round up,
        as Caffe's do. ``"mirrored"``, Dilation8's, at stride 8: no padding and no pool that would not stride. The
        picture is mirrored beyond its rim instead, by 186 pixels and to the next multiple of 8; only the last features
        lie on the picture's own grid.

    Raises
    ------
    ValueError
        If the form does not have that stride.

    Examples
    --------
    >>> net = VGG16(width=1, output_stride=8, form="mirrored")
    >>> net.layers(torch.zeros(1, 3, 900, 900)).shape  # the size of the authors' network for VOC
    torch.Size([1, 64, 66, 66])
    >>> net(torch.zeros(1, 3, 33, 47))[32].shape
    torch.Size([1, 64, 5, 6])
    """

    normalises = False

    def __init__(
        self,
        in_channels: int = 3,
        width: int = 64,
        output_stride: int = 32,
        form: Literal["zeros", "padded", "mirrored"] = "zeros",
    ):
        super().__init__()
        if form not in STRIDES or output_stride not in STRIDES[form]:
            raise ValueError(f"form, output_stride: found {form!r}, {output_stride}; there are {STRIDES}")
        self.output_stride, self.form = output_stride, form
        self.layers, self.ends, before = nn.Sequential(), {}, in_channels
        for stage, (depth, times) in enumerate(zip(DEPTHS, TIMES, strict=True)):
            rate, strides = max(1, 2**stage // output_stride), 2 ** (stage + 1) <= output_stride
            padding = 0 if form == "mirrored" else rate
            self.layers.extend(convolutions(before, width * times, depth, dilation=rate, padding=padding))
            if form == "zeros":
                self.layers.append(nn.MaxPool2d(3, 2 if strides else 1, padding=1, ceil_mode=strides))
            elif strides:
                self.layers.append(nn.MaxPool2d(2, ceil_mode=form == "padded"))
            self.ends[2 ** (stage + 1)], before = len(self.layers) - 1, width * times
        self.channels = {2 ** (stage + 1): width * times for stage, times in enumerate(TIMES)}
        if form == "padded":
            self.layers[0].padding = (100, 100)
        if form != "zeros":
            hidden = 64 * width  # 4096
            self.layers.extend([
                nn.Conv2d(before, hidden, 7, dilation=32 // output_stride), nn.ReLU(inplace=True), nn.Dropout(0.5),
                nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(0.5),
            ])  # fmt: skip
            self.ends[32], self.channels[32] = len(self.layers) - 1, hidden

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to features at the end of each stage, called 2, 4, 8, 16, 32."""
        x, names, features = with_rim(x) if self.form == "mirrored" else x, {v: k for k, v in self.ends.items()}, {}
        for index, layer in enumerate(self.layers):
            x = layer(x)
            if index in names:
                features[names[index]] = x
        return features

    def load_classifier(self, state_dict: Mapping[str, torch.Tensor]) -> None:
        """Take over torchvision's ``vgg16`` weights; where fc6 and fc7 are there, they become convolutions.

        A dense layer on a 512 x 7 x 7 map is a 7 x 7 convolution with the same numbers in another shape.

        Raises
        ------
        ValueError
            If the state dict is not VGG-16's.
        """
        copy_in_order(list(self.layers.parameters()), state_dict, with_fc=self.form != "zeros")


def with_rim(x: torch.Tensor) -> torch.Tensor:
    """Mirror pictures beyond their rim: 186 pixels on all sides, and up to the next multiple of 8 right and below.

    Where a picture has fewer than 187 rows or columns, it is mirrored to and fro.
    """
    for dim in (-2, -1):
        size = x.shape[dim]
        x = reflect(x, dim, -RIM, size + -size % 8 + RIM)
    return x


def convolutions(before: int, after: int, number: int, *, dilation: int = 1, padding: int = 0) -> list[nn.Module]:
    """3 x 3 convolutions, each with ReLU, the first from ``before`` channels."""
    layers: list[nn.Module] = []
    for channels in (before, *[after] * (number - 1)):
        layers += [nn.Conv2d(channels, after, 3, padding=padding, dilation=dilation), nn.ReLU(inplace=True)]
    return layers


@torch.no_grad()
def copy_in_order(parameters: Sequence[nn.Parameter], state_dict: Mapping[str, torch.Tensor], with_fc: bool) -> None:
    """Copy the tensors of torchvision's ``vgg16`` one after the other, with those of fc6 and fc7 or without.

    Raises
    ------
    ValueError
        If they are not as many, or not as large.
    """
    prefixes = ("features.", "classifier.0.", "classifier.3.") if with_fc else ("features.",)
    theirs = [value for name, value in state_dict.items() if name.startswith(prefixes)]
    if [p.numel() for p in parameters] != [value.numel() for value in theirs]:
        raise ValueError(
            f"state_dict: found {len(state_dict)} tensors that are not torchvision's vgg16; expected "
            "features.0.weight ... classifier.6.bias. Give torchvision.models.vgg16(...).state_dict()."
        )
    for parameter, value in zip(parameters, theirs, strict=True):
        parameter.copy_(value.view_as(parameter))
