"""Fully convolutional networks: class scores of the coarsest features, then skips from finer ones.

Long, Shelhamer, Darrell, "Fully convolutional networks for semantic segmentation", CVPR 2015, and the longer
version by Shelhamer, Long, Darrell, PAMI 2017. Figure 3 of the first is `FCN.decode` below.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.backbones import VGG16, Backbone, Features, dense, make_backbone
from segedu.nets.parts.blocks import BilinearDeconv
from segedu.nets.parts.heads import FCNHead
from segedu.nets.segmenter import Resize, Segmenter

STRIDES = (32, 16, 8, 4)

# On VGG-16: where the picture begins in each map, in pixels: the padding of 100, less what fc6 eats, carried through
# the strides (surgery in the authors' published code).
SKIP_CROP = {16: 5, 8: 9}
FINAL_CROP = {32: 19, 16: 27, 8: 31}


class FCN(Segmenter):
    """Sum the class scores of several strides, coarse to fine.

    On ``"vgg16"`` it is the paper's network: a padding of 100, transposed convolutions throughout (the last one stays
    bilinear, CVPR 2015, section 4.3), and crops; 134.5 million parameters for 21 classes at stride 8. Without skips, on
    a dilated ``"resnet50"``, with ``hidden=512, auxiliary=True, resize="stretch"``, it equals
    ``torchvision.models.segmentation.fcn_resnet50``.

    Parameters
    ----------
    num_classes, in_channels, backbone, resize, **of_backbone
        As in `Segmenter`.
    stride : int, optional
        The finest features that get a say: 32 for FCN-32s, 8 for FCN-8s. With ``None`` there are no skips, and
        backbones that can dilate are dense, at stride 8.
    upsampling : {"fixed", "learned"}, optional
        Between strides: plain bilinear interpolation, or a transposed convolution that starts as one. By default fixed,
        and learned on VGG-16.
    hidden : int, optional
        Channels of a 3 x 3 convolution before the scores of the coarsest features. By default there is none.
    auxiliary : bool
        Whether there is a second classifier for training.

    Raises
    ------
    ValueError
        If the backbone has no features of that stride, or an option is unknown.

    Examples
    --------
    >>> FCN(num_classes=9, stride=8)(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 9, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        backbone: str | Backbone = "tiny",
        stride: int | None = 8,
        upsampling: Literal["fixed", "learned"] | None = None,
        hidden: int | None = None,
        auxiliary: bool = False,
        resize: Resize = "grid",
        **of_backbone: Any,
    ):
        wishes = [partial(VGG16, form="padded")] if stride else dense()
        body = make_backbone(backbone, in_channels, *wishes, **of_backbone)
        published = getattr(body, "form", "") == "padded"
        upsampling = upsampling or ("learned" if published else "fixed")
        if upsampling not in ("fixed", "learned"):
            raise ValueError(f"upsampling: found {upsampling!r}, expected 'fixed' or 'learned'")
        stride, known = stride or body.last, [s for s in (FINAL_CROP if published else STRIDES) if s in body.channels]
        if stride not in known:
            raise ValueError(f"stride: found {stride}, expected one of {', '.join(map(str, known))}")
        super().__init__(body, in_channels, body.stride_of(stride), resize)
        self.strides = [s for s in known if s >= stride]
        if any(body.stride_of(coarse) < body.stride_of(fine) for coarse, fine in pairwise(self.strides)):
            body.check_strided()
        self.score = nn.ModuleDict({str(s): nn.Conv2d(body.channels[s], num_classes, 1) for s in self.strides})
        if hidden:
            self.score[str(body.last)] = FCNHead(body.channels[body.last], hidden, num_classes)
        self.between = nn.ModuleDict()
        if published or upsampling == "learned":
            rim, learned = 0 if published else 1, upsampling == "learned"
            self.between.update({str(s): BilinearDeconv(num_classes, 2, rim, learned) for s in self.strides[1:]})
        self.final = BilinearDeconv(num_classes, stride, learned=False) if published else None
        if published:
            for parameter in self.score.parameters():  # scores start at zero: a new skip changes nothing at first
                nn.init.zeros_(parameter)
        if auxiliary:
            self.add_auxiliary(num_classes)

    def decode(self, features: Features) -> torch.Tensor:
        """Features to scores at the finest stride."""
        scores = self.score[str(self.strides[0])](features[self.strides[0]])  # (N, num_classes, H/32, W/32)
        for coarse, stride in pairwise(self.strides):
            fine = self.score[str(stride)](features[stride])
            factor = self.backbone.stride_of(coarse) // self.backbone.stride_of(stride)
            scores = self._add(self._times(scores, factor, stride), fine, SKIP_CROP[stride] if self.final else 0)
        return scores

    def _times(self, scores: torch.Tensor, factor: int, stride: int) -> torch.Tensor:
        if str(stride) in self.between:
            return self.between[str(stride)](scores)
        return F.interpolate(scores, scale_factor=factor, mode="bilinear")

    @staticmethod
    def _add(scores: torch.Tensor, fine: torch.Tensor, offset: int) -> torch.Tensor:
        """Add two maps where both are: ``fine`` begins ``offset`` places earlier; at odd sizes it ends earlier, too."""
        fine = crop(fine, offset, scores.shape[-2:])
        return crop(scores, 0, fine.shape[-2:]) + fine

    def upsample(self, x: torch.Tensor, factor: int, size: torch.Size) -> torch.Tensor:
        """Scores to the size of the picture."""
        if self.final is None:
            return super().upsample(x, factor, size)
        return crop(self.final(x), FINAL_CROP[factor], size)


def crop(x: torch.Tensor, offset: int, size: torch.Size) -> torch.Tensor:
    """The ``size`` (rows, columns) of ``x`` that begin ``offset`` pixels from the top left."""
    return x[..., offset : offset + size[0], offset : offset + size[1]]
