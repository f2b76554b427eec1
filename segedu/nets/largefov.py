"""DeepLab-LargeFOV: a dense map of features, and one small filter that reads far apart.

Chen, Papandreou, Kokkinos, Murphy, Yuille, "Semantic image segmentation with deep convolutional nets and fully
connected CRFs", ICLR 2015; "DeepLab", PAMI 2018. Against `segedu.nets.dilated` on VGG-16: pools kept with stride 1 in
place of none, padding by zeros, fewer and smaller filters in fc6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.backbones import VGG16, Backbone, Features, dense, make_backbone
from segedu.nets.backbones.vgg16 import copy_in_order
from segedu.nets.segmenter import Segmenter


class LargeFOV(Segmenter):
    """Three convolutions on features at stride 8, the first one wide and with holes.

    On ``"vgg16"`` it is the paper's network: 20.5 million parameters for 21 classes. (The paper trains against labels
    of stride 8; here the loss sees the full size, as in later versions.)

    Parameters
    ----------
    num_classes, in_channels, backbone, **of_backbone
        As in `Segmenter`.
    kernel, rate, hidden : int, optional
        Size, dilation and number of the filters of fc6. The paper compares 7 x 7 with rate 4, 4 x 4 with rate 4 and
        with rate 8 (4096 filters each), and 3 x 3 with rate 12 (1024 filters): *LargeFOV*, the default. On the tiny
        backbones rate 6, and twice as many filters as features.

    Examples
    --------
    >>> LargeFOV(num_classes=3, backbone="vgg16", width=1, hidden=4)(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 3, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "shallow",
        kernel: int = 3,
        rate: int | None = None,
        hidden: int | None = None,
        **of_backbone: Any,
    ):
        body = make_backbone(backbone, in_channels, *dense(), **of_backbone)
        rate = rate or (6 if body.small else 12)
        if rate * (kernel - 1) % 2:
            raise ValueError(f"kernel, rate: found {kernel}, {rate}, expected an even rate where the kernel is even")
        super().__init__(body, in_channels, body.stride_of(body.last))
        channels = body.channels[body.last]
        hidden = hidden or (2 * channels if body.small else 1024)
        self.head = nn.Sequential(
            nn.Conv2d(channels, hidden, kernel, padding=rate * (kernel - 1) // 2, dilation=rate),  # fc6
            *(nn.ReLU(inplace=True), nn.Dropout(0.5)),
            *(nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(0.5)),  # fc7
            nn.Conv2d(hidden, num_classes, 1),  # fc8
        )
        nn.init.normal_(self.head[-1].weight, std=0.01)
        nn.init.zeros_(self.head[-1].bias)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at their stride."""
        return self.head(features[self.backbone.last])

    def upsample(self, x: torch.Tensor, factor: int, size: torch.Size) -> torch.Tensor:
        """Scores to the size of the picture."""
        if not isinstance(self.backbone, VGG16):
            return super().upsample(x, factor, size)
        # Pools with an odd window put score i on pixel 8i, so corners lie on corners, as in the authors' code.
        rows, columns = (factor * (places - 1) + 1 for places in x.shape[-2:])
        return F.interpolate(x, (rows, columns), mode="bilinear", align_corners=True)[..., : size[0], : size[1]]

    def load_classifier(self, state_dict: Mapping[str, torch.Tensor]) -> None:
        """Take over the convolutions of torchvision's ``vgg16``; with ``kernel=7, hidden=4096`` fc6 and fc7 as well.

        Raises
        ------
        ValueError
            If the state dict is not VGG-16's.
        """
        with_fc = self.head[0].weight.shape == (4096, 512, 7, 7)
        layers = [*self.backbone.parameters(), *(self.head[:-1].parameters() if with_fc else ())]
        copy_in_order(layers, state_dict, with_fc)
