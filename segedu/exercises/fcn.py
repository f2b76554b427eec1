"""Self-checks of chapter 06, fully convolutional networks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from segedu.exercises.check import FunctionCheck


def _map(channels: int, height: int, width: int, seed: int) -> torch.Tensor:
    return torch.randn(1, channels, height, width, generator=torch.Generator().manual_seed(seed))


def _dense(channels: int, height: int, width: int, outputs: int) -> nn.Linear:
    """A dense layer on a flattened map, with weights that are the same on every run."""
    layer = nn.Linear(channels * height * width, outputs)
    generator = torch.Generator().manual_seed(outputs)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return layer


@torch.no_grad()
def _dense_to_conv(dense: nn.Linear, x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    channels = dense.in_features // (height * width)
    return F.conv2d(x, dense.weight.view(-1, channels, height, width), dense.bias)


@torch.no_grad()
def _without_bias(dense: nn.Linear, x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    return _dense_to_conv(dense, x, height, width) - dense.bias.view(-1, 1, 1)


@torch.no_grad()
def _channels_last(dense: nn.Linear, x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    weight = dense.weight.view(len(dense.bias), height, width, -1).permute(0, 3, 1, 2)
    return F.conv2d(x, weight, dense.bias)


@torch.no_grad()
def _padded(dense: nn.Linear, x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    weight = dense.weight.view(len(dense.bias), -1, height, width)
    return F.conv2d(x, weight, dense.bias, padding=(height // 2, width // 2))


@torch.no_grad()
def _strided(dense: nn.Linear, x: torch.Tensor, height: int, width: int) -> torch.Tensor:
    return _dense_to_conv(dense, x, height, width)[..., ::height, ::width]


check_dense_as_convolution = FunctionCheck(
    solution=_dense_to_conv,
    cases=[
        (_dense(2, 1, 1, 3), _map(2, 1, 1, 0), 1, 1),
        (_dense(2, 3, 2, 4), _map(2, 3, 2, 1), 3, 2),
        (_dense(2, 3, 2, 4), _map(2, 5, 6, 2), 3, 2),
    ],
    why="The same numbers serve any map at least as large as the one the dense layer was made for.",
    mistakes=[
        (_without_bias, "the bias of the dense layer is missing"),
        (_channels_last, "you read the weights as (height, width, channels), but flatten runs through channels first"),
        (_padded, "you padded the map; the dense layer saw it without a boundary"),
        (_strided, "you jumped from window to window; slide one step at a time"),
        (
            lambda dense, x, height, width: _dense_to_conv(dense, x[..., :height, :width], height, width),
            "you answered for the first window only; slide on over the whole map",
        ),
    ],
    tolerance=1e-4,
)
"""Exercise 1: apply a dense layer, made for (C, height, width) maps, to a map of any size."""


def _deconv_size(size: int, kernel: int, stride: int, padding: int) -> int:
    return (size - 1) * stride + kernel - 2 * padding


check_transposed_size = FunctionCheck(
    solution=_deconv_size,
    cases=[(1, 4, 2, 0), (3, 4, 2, 1), (12, 64, 32, 16), (10, 16, 8, 0)],
    why="Pixel after pixel the filter is laid down one stride further; padding is cut off, not added.",
    mistakes=[
        (lambda size, kernel, stride, padding: (size + 2 * padding - kernel) // stride + 1,
         "that is the size after an ordinary convolution; the transposed one goes the other way"),
        (lambda size, kernel, stride, padding: size * stride + kernel - 2 * padding,
         "the last filter starts at (size - 1) strides, not at size"),
        (lambda size, kernel, stride, padding: (size - 1) * stride + kernel - padding,
         "the padding is cut from both sides, top and bottom"),
        (lambda size, kernel, stride, padding: (size - 1) * stride + kernel + 2 * padding,
         "padding makes the result of a transposed convolution smaller, not larger"),
        (lambda size, kernel, stride, padding: size * stride,
         "that is only so when the padding is chosen for it; here it is given"),
    ],
)  # fmt: skip
"""Exercise 2: rows that a transposed convolution gives."""


def _resize(x: torch.Tensor, size: tuple[int, int], align_corners: bool = False) -> torch.Tensor:
    return F.interpolate(x, size=size, mode="bilinear", align_corners=align_corners)


def _fuse(coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
    rows, columns = fine.shape[-2:]
    return _resize(coarse, (2 * coarse.shape[-2], 2 * coarse.shape[-1]))[..., :rows, :columns] + fine


def _shrunk(coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
    return coarse + _resize(fine, tuple(coarse.shape[-2:]))


def _squeezed(coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
    return _resize(coarse, tuple(fine.shape[-2:])) + fine


check_fuse = FunctionCheck(
    solution=_fuse,
    cases=[(_map(3, 2, 3, 0), _map(3, 4, 6, 1)), (_map(3, 2, 3, 2), _map(3, 3, 5, 3))],
    why="Enlarged by exactly 2, every score stays over the pixels that it speaks of, at odd sizes too.",
    mistakes=[
        (_shrunk, "you brought the fine scores down to the coarse ones, and threw the detail away"),
        (_squeezed,
         "you resized to the size of fine; at odd sizes that squeezes the scores. Enlarge by 2, then cut"),
        (lambda coarse, fine: _fuse(coarse, 0 * fine), "the fine scores are still to be added"),
        (lambda coarse, fine: torch.cat([_fuse(coarse, 0 * fine), fine], dim=1),
         "FCN adds the scores; stacking them is what U-Net does, in the next chapter"),
        (lambda coarse, fine: _resize(coarse, tuple(fine.shape[-2:]), align_corners=True) + fine,
         "with align_corners=True the corner pixels are pinned; here pixels are areas, so align_corners=False"),
    ],
)  # fmt: skip
"""Exercise 3: add coarse class scores to finer ones of any size."""
