"""The ImageNet classifier EfficientNet-Lite0, for whole pictures and for every place of one."""

from __future__ import annotations

import torch
from torch import nn

from segedu.nets.backbones.efficientnet_lite import ConvBnReLU6, EfficientNetLite0
from segedu.nets.parts.blocks import check_input
from segedu.nets.pretrained import load_in_order, packaged_weights

CLASSES = 1000


class ImageNetClassifier(nn.Module):
    """A backbone, a 1 x 1 convolution to 1280 channels, their mean over the picture, and one dense layer.

    Parameters
    ----------
    weights : {"imagenet"}, optional
        As in `segedu.nets.backbones.EfficientNetLite0`; otherwise random.
    output_stride : {32, 16, 8}
        Of the backbone.

    Examples
    --------
    >>> net = ImageNetClassifier().eval()
    >>> net(torch.zeros(1, 3, 64, 96)).shape
    torch.Size([1, 1000])
    >>> net.heat_maps(torch.zeros(1, 3, 64, 96)).shape
    torch.Size([1, 1000, 2, 3])
    """

    def __init__(self, weights: str | None = None, output_stride: int = 32):
        super().__init__()
        if weights not in (None, "imagenet"):
            raise ValueError(f"weights: found {weights!r}, expected 'imagenet' or None")
        self.backbone = EfficientNetLite0(output_stride=output_stride, padding="tensorflow")
        self.head = ConvBnReLU6(self.backbone.channels[32], 1280, 1)
        self.fc = nn.Linear(1280, CLASSES)
        if weights:
            load_in_order(self, packaged_weights())

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, 3, H, W)``, normalised, to ``(N, 1280, h, w)``, what the mean is taken of."""
        check_input(x, 3)
        return self.head(self.backbone(x)[32])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, 3, H, W)`` to one score a class, ``(N, 1000)``, for the whole picture."""
        return self.fc(self.features(x).mean(dim=(2, 3)))

    def heat_maps(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, 3, H, W)`` to scores ``(N, 1000, h, w)``: the dense layer as a 1 x 1 convolution, at every place.

        Their mean over the places is what `forward` gives, for both are linear (Long, Shelhamer, Darrell, CVPR 2015,
        figure 2).
        """
        return nn.functional.conv2d(self.features(x), self.fc.weight[:, :, None, None], self.fc.bias)
