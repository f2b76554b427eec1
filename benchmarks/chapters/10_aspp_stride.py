"""Chapter 10: a deep network trained at output stride 16, then used and trained further at 8.

What the notebook has no time for. Batch statistics are live or frozen. Scored on the validation pictures (seed 1).
"""

from __future__ import annotations

import sys
from functools import lru_cache, partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from segedu.data import Scenes, normalize
from segedu.losses import class_weights, cross_entropy
from segedu.nets.backbones import TinyResNet
from segedu.nets.parts.aspp import ASPP
from segedu.nets.parts.blocks import upsample

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.aspp_scores import facts
from benchmarks.study import run

STEPS = 200


class Deep(nn.Module):
    """Four stages, pyramid with image pooling, scores; at output stride 16 or 8 with the same weights."""

    def __init__(self, num_classes: int, output_stride: int, shift: int = 0):
        super().__init__()
        self.output_stride, self.shift = output_stride, shift
        self.backbone = TinyResNet(output_stride=output_stride)
        self.aspp = ASPP(128, 64, [rate * 16 // output_stride for rate in (1, 2, 3)], dropout=0)
        self.score = nn.Conv2d(64, num_classes, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures to logits, moved down and right by ``shift`` pixels."""
        scores = upsample(self.score(self.aspp(self.backbone(x)[32])), self.output_stride, x.shape[-2:])
        moved = F.pad(scores, (self.shift, 0, self.shift, 0), mode="replicate")
        return moved[..., : x.shape[-2], : x.shape[-1]]


def trained(stride: int, seed: int) -> nn.Module:
    """The deep network, trained at one output stride."""
    return recipe.trained(partial(Deep, output_stride=stride), recipe.scenes(400, seed=0), seed, STEPS)[0]


@lru_cache(maxsize=1)
def coarse(seed: int) -> nn.Module:
    """The one that was trained at 16; kept for all that is done with it."""
    return trained(16, seed)


def at_8(seed: int, shift: int = 0) -> nn.Module:
    """The weights of stride 16 at stride 8."""
    net = Deep(len(Scenes.labels), 8, shift)
    net.load_state_dict(coarse(seed).state_dict())
    return net


def trained_further(frozen: bool, batch: int, steps: int, seed: int) -> nn.Module:
    """Plain training at stride 8 with live or frozen batch normalisation."""
    net, data = at_8(seed), recipe.scenes(400, seed=0)
    weight = class_weights(data.masks, len(data.labels))
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    generator = torch.Generator().manual_seed(seed)
    net.train()
    for module in net.modules():
        if frozen and isinstance(module, nn.BatchNorm2d):
            module.eval()
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 1e-3 * (1 - step / steps)
        chosen = torch.randint(0, len(data), (batch,), generator=generator)
        loss = cross_entropy(net(normalize(data.images[chosen])), data.masks[chosen].long(), weight=weight)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net


VARIANTS = {
    "trained at 16, used at 16": lambda seed: facts(coarse(seed)),
    "trained at 16, used at 8": lambda seed: facts(at_8(seed)),
    "trained at 16, used at 8, moved by 4 pixels": lambda seed: facts(at_8(seed, shift=4)),
    "50 steps of 8 more at 8, batch statistics live": lambda seed: facts(trained_further(False, 8, 50, seed)),
    "100 steps of 2 more at 8, batch statistics live": lambda seed: facts(trained_further(False, 2, 100, seed)),
    "50 steps of 8 more at 8, batch statistics frozen": lambda seed: facts(trained_further(True, 8, 50, seed)),
    "100 steps of 2 more at 8, batch statistics frozen": lambda seed: facts(trained_further(True, 2, 100, seed)),
    f"trained at 8 for {STEPS} steps": lambda seed: facts(trained(8, seed)),
}

if __name__ == "__main__":
    what = "DeepLab in small on Scenes, 96 x 128: 400 training pictures, 150 validation pictures"
    run("10_aspp_stride", what, VARIANTS)
