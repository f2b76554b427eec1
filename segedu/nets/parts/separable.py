"""A convolution in two steps: each channel by itself, then each pixel by itself."""

from __future__ import annotations

from torch import nn

from segedu.nets.parts.blocks import ConvBnReLU


class SeparableConv(nn.Sequential):
    """3 x 3 convolution of each channel (*depthwise*), then a 1 x 1 convolution (*pointwise*).

    The two do the work of one `ConvBnReLU` with ``9 * in_channels + in_channels * out_channels`` weights instead of
    ``9 * in_channels * out_channels``. With holes in its filter it is the *atrous separable convolution* of DeepLab v3+
    (Chen et al., ECCV 2018, section 3.1 and figure 3).

    Parameters
    ----------
    in_channels, out_channels : int
    dilation, stride : int
        Of the depthwise filter.
    activation_between : bool
        Batch normalisation and ReLU after the depthwise convolution as well, as in the paper's Xception (figure 4).
        `segmentation_models_pytorch` has nothing there.

    Examples
    --------
    >>> depthwise, pointwise, *_ = SeparableConv(64, 64, activation_between=False)
    >>> depthwise.weight.numel() + pointwise.weight.numel(), ConvBnReLU(64, 64)[0].weight.numel()
    (4672, 36864)
    """

    def __init__(
        self, in_channels: int, out_channels: int, dilation: int = 1, activation_between: bool = True, stride: int = 1
    ):
        depthwise = nn.Conv2d(
            in_channels, in_channels, 3, stride, padding=dilation, dilation=dilation, groups=in_channels, bias=False
        )
        between = [nn.BatchNorm2d(in_channels), nn.ReLU(inplace=True)] if activation_between else []
        super().__init__(depthwise, *between, *ConvBnReLU(in_channels, out_channels, 1))
