"""Dilation8: VGG-16 made dense at stride 8, then the context module.

Yu, Koltun, "Multi-scale context aggregation by dilated convolutions", ICLR 2016, sections 3 and 4. Against
`segedu.nets.fcn_vgg16`: no padding in the backbone but a mirrored rim around the picture, no pool4 and pool5, dilation
in conv5 and fc6, no skips.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import torch
from torch import nn

from segedu.nets.blocks import check_input, enlarge, mirror
from segedu.nets.dilated import ContextModule

RIM = 186
"""Pixels of mirror image on every side: what the convolutions without padding eat, 372 rows, in halves."""
DEPTHS = (2, 2, 3, 3, 3)
TIMES = (1, 2, 4, 8, 8)
"""Convolutions in VGG-16's five stages, and their channels in multiples of 64."""


class DilatedVGG16(nn.Module):
    """The paper's network: 134.3 million parameters for 21 classes, and 6.8 million in the large context module.

    The front end sees 380 x 380 pixels at stride 8, with the context module 908 x 908. As in the authors' code, the
    picture is mirrored by 186 pixels beyond its rim, which the front end eats again. Any size fits: right and below,
    the mirror image goes on to the next multiple of 8. Where the picture has fewer than 187 rows or columns, it is
    mirrored to and fro.

    Parameters
    ----------
    num_classes : int
    in_channels : int
    context : {"large", "basic", None}
        Width of the context module: large for VOC, basic for CamVid. ``None`` is the front end alone.
    width : int
        Channels of the first stage, 64 in the paper; all others are multiples of it.

    Examples
    --------
    >>> net = DilatedVGG16(num_classes=3, width=1).eval()
    >>> net.front_end(torch.zeros(1, 3, 900, 900)).shape  # the size of the authors' network for VOC
    torch.Size([1, 3, 66, 66])
    >>> net(torch.zeros(1, 3, 33, 47)).shape
    torch.Size([1, 3, 33, 47])
    """

    def __init__(
        self,
        num_classes: int,
        in_channels: int = 3,
        context: Literal["large", "basic"] | None = "large",
        width: int = 64,
    ):
        super().__init__()
        self.in_channels = in_channels
        channels = [in_channels, *(width * times for times in TIMES)]
        stages = []
        for stage, depth in enumerate(DEPTHS):
            stages += convolutions(channels[stage], channels[stage + 1], depth, dilation=2 if stage == 4 else 1)
            if stage < 3:
                stages.append(nn.MaxPool2d(2))
        hidden = 64 * width  # 4096
        self.front_end = nn.Sequential(
            *stages,
            *(nn.Conv2d(channels[-1], hidden, 7, dilation=4), nn.ReLU(inplace=True), nn.Dropout(0.5)),  # fc6
            *(nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(0.5)),  # fc7
            nn.Conv2d(hidden, num_classes, 1),
        )
        score = self.front_end[-1]
        nn.init.normal_(score.weight, std=0.001)
        nn.init.zeros_(score.bias)
        self.context = ContextModule(num_classes, context) if context else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        check_input(x, self.in_channels)
        rows, columns = x.shape[-2:]
        scores = self.front_end(with_rim(x))  # (N, num_classes, H/8, W/8), rounded up
        # Score (i, j) stands in the middle of the pixels 8i to 8i + 7, which is where whole factors put it.
        return enlarge(self.context(scores), 8, (rows, columns))

    def load_classifier(self, state_dict: Mapping[str, torch.Tensor]) -> None:
        """Take over torchvision's ``vgg16`` weights; the dense layers fc6 and fc7 become convolutions.

        Raises
        ------
        ValueError
            If the state dict is not VGG-16's.
        """
        kept = ("features.", "classifier.0.", "classifier.3.")
        copy_in_order(list(self.front_end[:-1].parameters()), state_dict, kept)


def with_rim(x: torch.Tensor) -> torch.Tensor:
    """Mirror pictures beyond their rim: 186 pixels on all sides, and up to the next multiple of 8 right and below."""
    for dim in (-2, -1):
        size = x.shape[dim]
        x = mirror(x, dim, -RIM, size + -size % 8 + RIM)
    return x


def convolutions(before: int, after: int, number: int, *, dilation: int = 1, padding: int = 0) -> list[nn.Module]:
    """3 x 3 convolutions, each with ReLU, the first from ``before`` channels."""
    layers: list[nn.Module] = []
    for channels in (before, *[after] * (number - 1)):
        layers += [nn.Conv2d(channels, after, 3, padding=padding, dilation=dilation), nn.ReLU(inplace=True)]
    return layers


@torch.no_grad()
def copy_in_order(
    parameters: list[nn.Parameter], state_dict: Mapping[str, torch.Tensor], prefixes: tuple[str, ...]
) -> None:
    """Copy those tensors of torchvision's ``vgg16`` whose names begin with one of ``prefixes``, one after the other."""
    theirs = [value for name, value in state_dict.items() if name.startswith(prefixes)]
    if [p.numel() for p in parameters] != [value.numel() for value in theirs]:
        raise ValueError(
            f"state_dict: found {len(state_dict)} tensors that are not torchvision's vgg16; expected "
            "features.0.weight ... classifier.6.bias. Give torchvision.models.vgg16(...).state_dict()."
        )
    for parameter, value in zip(parameters, theirs, strict=True):
        parameter.copy_(value.view_as(parameter))
