"""FCN-32s, 16s and 8s on VGG-16, layer for layer as published: padding of 100, then crops.

Against `segedu.nets.fcn`: VGG-16 with its two dense layers as convolutions, transposed convolutions throughout,
and crops in place of resizing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch
from torch import nn

from segedu.nets.blocks import BilinearDeconv, check_input
from segedu.nets.vgg16 import VGG16

# Where the picture begins in each enlarged map, in pixels: the padding of 100, less what fc6 eats,
# carried through the strides (surgery in the authors' published code).
SKIP_CROP = {16: 5, 8: 9}
FINAL_CROP = {32: 19, 16: 27, 8: 31}


class FCNVGG16(nn.Module):
    """The paper's network. 134.5 million parameters for 21 classes at stride 8.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    stride : {32, 16, 8}
    upsampling : {"learned", "fixed"}
        Whether the transposed convolutions between strides are trained. The last one stays bilinear in
        either case, as in the paper (CVPR 2015, section 4.3).
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        stride: int = 8,
        upsampling: Literal["fixed", "learned"] = "learned",
    ):
        super().__init__()
        if upsampling not in ("fixed", "learned"):
            raise ValueError(f"upsampling: found {upsampling!r}, expected 'fixed' or 'learned'")
        if stride not in FINAL_CROP:
            raise ValueError(f"stride: found {stride}, expected 32, 16 or 8")
        self.in_channels, self.stride = in_channels, stride
        self.backbone = VGG16(in_channels)
        self.fc6 = nn.Sequential(nn.Conv2d(512, 4096, 7), nn.ReLU(inplace=True), nn.Dropout(0.5))
        self.fc7 = nn.Sequential(nn.Conv2d(4096, 4096, 1), nn.ReLU(inplace=True), nn.Dropout(0.5))
        skips = [s for s in (16, 8) if s >= stride]
        channels = {32: 4096, 16: 512, 8: 256}
        self.score = nn.ModuleDict({str(s): nn.Conv2d(channels[s], num_classes, 1) for s in (32, *skips)})
        self.enlarge = nn.ModuleDict(
            {str(s): BilinearDeconv(num_classes, 2, learned=upsampling == "learned") for s in skips}
        )
        self.final = BilinearDeconv(num_classes, stride, learned=False)
        for score in self.score.values():  # all scores start at zero: a new skip changes nothing at first
            nn.init.zeros_(score.weight)
            nn.init.zeros_(score.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        features = self.backbone(x)
        scores = self.score["32"](self.fc7(self.fc6(features[32])))
        for name, enlarge in self.enlarge.items():
            enlarged = enlarge(scores)
            fine = self.score[name](features[int(name)])
            scores = enlarged + crop(fine, SKIP_CROP[int(name)], enlarged.shape[-2:])
        return crop(self.final(scores), FINAL_CROP[self.stride], x.shape[-2:])

    @torch.no_grad()
    def load_classifier(self, state_dict: Mapping[str, torch.Tensor]) -> None:
        """Take over torchvision's ``vgg16`` weights: the dense layers fc6 and fc7 become convolutions.

        A dense layer on a 512 x 7 x 7 map is a 7 x 7 convolution with the same numbers in another shape.

        Raises
        ------
        ValueError
            If the state dict is not VGG-16's.
        """
        theirs = [v for k, v in state_dict.items() if k.startswith(("features.", "classifier.0.", "classifier.3."))]
        ours = [p for m in (self.backbone, self.fc6, self.fc7) for p in m.parameters()]
        if len(theirs) != len(ours) or any(a.numel() != b.numel() for a, b in zip(ours, theirs, strict=True)):
            raise ValueError(
                f"state_dict: found {len(state_dict)} tensors that are not torchvision's vgg16; expected "
                "features.0.weight ... classifier.3.bias. Give torchvision.models.vgg16(...).state_dict()."
            )
        for parameter, value in zip(ours, theirs, strict=True):
            parameter.copy_(value.view_as(parameter))


def crop(x: torch.Tensor, offset: int, size: torch.Size) -> torch.Tensor:
    """The ``size`` (rows, columns) of ``x`` that begin ``offset`` pixels from the top left."""
    return x[..., offset : offset + size[0], offset : offset + size[1]]
