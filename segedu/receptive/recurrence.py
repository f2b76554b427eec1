"""The field of a chain of layers, by counting.

Araujo, Norris, Sim, "Computing receptive fields of convolutional neural networks", Distill 2019, the section on
networks with one path; here from the first layer to the last, and with dilation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True)
class Layer:
    """What a convolution or a pooling does along one axis, in pixels of its own input.

    Parameters
    ----------
    kernel : int
        Taps of the filter, 1 or more.
    stride : int
        Step of the filter, 1 or more.
    dilation : int
        Distance of the taps, 1 or more.
    padding : int
        Pixels added in front, 0 or more.

    Raises
    ------
    ValueError
        If one of them is too small.
    """

    kernel: int
    stride: int = 1
    dilation: int = 1
    padding: int = 0

    def __post_init__(self) -> None:
        for name, least in (("kernel", 1), ("stride", 1), ("dilation", 1), ("padding", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name}: found {getattr(self, name)}, expected {least} or more")

    @classmethod
    def of(cls, module: nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d) -> Layer:
        """Read the four numbers from a layer of PyTorch, along the rows.

        Raises
        ------
        TypeError
            If it is another kind of layer.

        Examples
        --------
        >>> Layer.of(nn.Conv2d(3, 8, 3, stride=2, padding=1))
        Layer(kernel=3, stride=2, dilation=1, padding=1)
        """
        if not isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
            raise TypeError(f"module: found {type(module).__name__}, expected Conv2d, MaxPool2d or AvgPool2d")
        return cls(*(_rows(getattr(module, f, 1)) for f in ("kernel_size", "stride", "dilation", "padding")))


def _rows(value: int | tuple[int, int]) -> int:
    return value[0] if isinstance(value, tuple) else value


@dataclass(frozen=True)
class ChainField:
    """Which input rows the outputs of a chain see; columns are like rows.

    Attributes
    ----------
    size : int
        Rows that one output sees.
    stride : int
        Rows from the field of one output to that of the next.
    start : int
        First row that output 0 sees; negative if the field begins in the padding.
    """

    size: int
    stride: int
    start: int

    def at(self, index: int) -> range:
        """Input rows that output ``index`` sees; some of them may lie in the padding."""
        first = self.start + index * self.stride
        return range(first, first + self.size)


def by_recurrence(layers: Iterable[Layer | tuple[int, ...]]) -> ChainField:
    """The theoretical receptive field of layers one after the other.

    Parameters
    ----------
    layers : iterable of Layer, or of tuples of its parameters
        First layer first. Layers that work on each pixel by itself (ReLU, batch normalisation) may be left out.

    Examples
    --------
    Three 3 x 3 convolutions see 7 x 7 pixels. Stride makes all that follows count double.

    >>> by_recurrence([(3,), (3,), (3,)]).size
    7
    >>> by_recurrence([(3, 2), (3,), (3,)])
    ChainField(size=11, stride=2, start=0)
    """
    size, stride, start = 1, 1, 0
    for layer in layers:
        layer = layer if isinstance(layer, Layer) else Layer(*layer)
        # Neighbours in this layer's input lie `stride` pixels apart in the picture.
        size += (layer.kernel - 1) * layer.dilation * stride
        start -= layer.padding * stride
        stride *= layer.stride
    return ChainField(size, stride, start)
