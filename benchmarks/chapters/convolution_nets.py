"""Networks of chapter 05, as its notebook writes them, and their scores."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from segedu.data import LabelledImages, normalize
from segedu.evaluate import evaluate
from segedu.nets.parts.blocks import resize_to

DILATIONS = {"near": (1, 1, 1, 1), "middle": (1, 2, 2, 1), "far": (1, 2, 4, 8)}


def layer(inputs: int, outputs: int, stride: int = 1, dilation: int = 1, norm: bool = True) -> nn.Sequential:
    """3 x 3 convolution, batch normalisation or none, ReLU."""
    conv = nn.Conv2d(inputs, outputs, 3, stride, padding=dilation, dilation=dilation)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs) if norm else nn.Identity(), nn.ReLU())


class Block(nn.Module):
    """Two layers, with or without a skip around them."""

    def __init__(self, width: int, norm: bool, skip: bool):
        super().__init__()
        self.body, self.skip = nn.Sequential(layer(width, width, norm=norm), layer(width, width, norm=norm)[:2]), skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, width, H, W)`` to the same shape."""
        return F.relu(self.body(x) + x) if self.skip else F.relu(self.body(x))


class Net(nn.Module):
    """Layers, then class scores of each place, enlarged to the picture."""

    def __init__(self, layers: list[nn.Module], width: int, classes: int = 9):
        super().__init__()
        self.features, self.score = nn.Sequential(*layers), nn.Conv2d(width, classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, 3, H, W)`` to logits ``(N, classes, H, W)``."""
        return resize_to(self.score(self.features(x)), x.shape[-2:])


def plain(norm: bool) -> Net:
    """Eight layers with He's initial weights."""
    widths, strides = (3, 16, 16, 32, 32, 64, 64, 64, 64), (2, 1, 2, 1, 2, 1, 1, 1)
    net = Net([layer(a, b, s, norm=norm) for a, b, s in zip(widths, widths[1:], strides, strict=False)], 64)
    for module in net.features.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return net


def deep(norm: bool, skip: bool, blocks: int = 20) -> Net:
    """A stem of stride 4, then 40 layers."""
    stem = nn.Sequential(nn.Conv2d(3, 16, 3, stride=4, padding=1), nn.ReLU())
    return Net([stem, *(Block(16, norm, skip) for _ in range(blocks))], 16)


def stride4(layers: list[nn.Module], classes: int = 9) -> Net:
    """A stem of stride 4, then layers of width 24."""
    return Net([layer(3, 16, 2), layer(16, 24, 2), *layers], 24, classes)


def reaching(dilations: tuple[int, ...], classes: int = 9) -> Net:
    """A stem of stride 4, then a layer of each dilation: as many parameters, and another field."""
    return stride4([layer(24, 24, 1, dilation) for dilation in dilations], classes)


def facts(net: Net, val: LabelledImages) -> dict[str, float]:
    """MIoU, and the share of road and water pixels told apart."""
    road, water = val.labels.id("road"), val.labels.id("water")
    with torch.no_grad():
        logits = torch.cat([net(normalize(batch)) for batch in val.images.split(25)])
    ground = (val.masks == road) | (val.masks == water)
    apart = (logits[:, water] > logits[:, road]) == (val.masks == water)
    miou = evaluate(net, val, tolerance=None).miou
    return {"miou": round(miou, 4), "road_or_water": round(apart[ground].float().mean().item(), 4)}
