"""DeepLab-LargeFOV: VGG-16 at stride 8, with one small filter that reads far apart.

Chen, Papandreou, Kokkinos, Murphy, Yuille, "Semantic image segmentation with deep convolutional nets and fully
connected CRFs", ICLR 2015; "DeepLab", PAMI 2018. Against `segedu.nets.dilated_vgg16`: pools kept with stride 1 in place
of none, padding by zeros, fewer and smaller filters in fc6.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.blocks import check_input
from segedu.nets.dilated_vgg16 import DEPTHS, TIMES, convolutions, copy_in_order


class LargeFOV(nn.Module):
    """VGG-16 with atrous convolution: 20.5 million parameters for 21 classes.

    All pools are 3 x 3. The first three halve, pool4 and pool5 keep the size, conv5 reads with dilation 2, and fc6 with
    ``rate``. (The paper trains against labels of stride 8; here the loss sees the full size, as in later versions.)

    Parameters
    ----------
    num_classes : int
    in_channels : int
    kernel, rate, hidden : int
        Size, dilation and number of the filters of fc6. The paper compares 7 x 7 with rate 4, 4 x 4 with rate 4 and
        with rate 8 (4096 filters each), and 3 x 3 with rate 12 (1024 filters): *LargeFOV*, the default.
    width : int
        Channels of the first stage, 64 in the paper; those of the other stages are multiples of it.

    Examples
    --------
    >>> LargeFOV(num_classes=3, width=1, hidden=4)(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 3, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        kernel: int = 3,
        rate: int = 12,
        hidden: int = 1024,
        width: int = 64,
    ):
        super().__init__()
        if rate * (kernel - 1) % 2:
            raise ValueError(f"kernel, rate: found {kernel}, {rate}, expected an even rate where the kernel is even")
        self.in_channels = in_channels
        stages, before = [], in_channels
        for stage, (depth, times) in enumerate(zip(DEPTHS, TIMES, strict=True)):
            dilation = 2 if stage == 4 else 1
            stages += convolutions(before, width * times, depth, dilation=dilation, padding=dilation)
            stages.append(nn.MaxPool2d(3, stride=2 if stage < 3 else 1, padding=1, ceil_mode=stage < 3))
            before = width * times
        self.backbone = nn.Sequential(*stages)
        self.head = nn.Sequential(
            nn.Conv2d(before, hidden, kernel, padding=rate * (kernel - 1) // 2, dilation=rate),  # fc6
            *(nn.ReLU(inplace=True), nn.Dropout(0.5)),
            *(nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(0.5)),  # fc7
            nn.Conv2d(hidden, num_classes, 1),  # fc8
        )
        nn.init.normal_(self.head[-1].weight, std=0.01)
        nn.init.zeros_(self.head[-1].bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        scores = self.head(self.backbone(x))  # (N, num_classes, h, w)
        rows, columns = (8 * (size - 1) + 1 for size in scores.shape[-2:])
        # Pools with an odd window put score i on pixel 8i, so corners lie on corners, as in the authors' code.
        scores = F.interpolate(scores, (rows, columns), mode="bilinear", align_corners=True)
        return scores[..., : x.shape[-2], : x.shape[-1]]

    def load_classifier(self, state_dict: Mapping[str, torch.Tensor]) -> None:
        """Take over the convolutions of torchvision's ``vgg16``; with ``kernel=7, hidden=4096`` fc6 and fc7 as well.

        Raises
        ------
        ValueError
            If the state dict is not VGG-16's.
        """
        full = self.head[0].weight.shape == (4096, 512, 7, 7)
        layers = [*self.backbone.parameters(), *(self.head[:-1].parameters() if full else ())]
        copy_in_order(layers, state_dict, ("features.", "classifier.0.", "classifier.3.") if full else ("features.",))
