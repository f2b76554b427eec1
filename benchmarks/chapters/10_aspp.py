"""Chapter 10: DeepLab's pyramid of rates, its image pooling, and its decoder.

Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import copy
import sys
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from segedu import nets
from segedu.data import normalize
from segedu.metrics import ConfusionMatrix

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.aspp_scores import facts
from benchmarks.study import run

STEPS = 200


class WithoutFineFeatures(nn.Module):
    """The tiny v3+ whose decoder is given zeros for the fine features: as many layers, no detail."""

    def __init__(self, num_classes: int):
        super().__init__()
        self.net = nets.build("deeplabv3plus", num_classes, image_pooling=False)
        self.net.decoder.reduce.register_forward_hook(lambda _module, _x, y: 0 * y)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures to logits at input size."""
        return self.net(x)


def pyramid(make: recipe.Make, seed: int, *, batches: tuple[int, ...] = ()) -> dict[str, Any]:
    """One network of the chapter; with ``batches``, also with their own statistics."""
    net, history = recipe.trained(make, recipe.scenes(400, seed=0), seed, STEPS)
    found = facts(net) | {"seconds": round(history.seconds, 1)}
    if batches:
        found["batch_statistics"] = {str(size): with_batch_statistics(net, size) for size in batches}
    return found


@torch.no_grad()
def with_batch_statistics(net: nn.Module, size: int) -> float:
    """The mIoU if batches of ``size`` are normalised with their own statistics, as in training."""
    net, data = copy.deepcopy(net).train(), recipe.scenes(150, seed=1)
    confusion = ConfusionMatrix(len(data.labels))
    for images, masks in zip(data.images.split(size), data.masks.split(size), strict=True):
        confusion.update(net(normalize(images)), masks)
    return round(confusion.miou, 4)


V3, V3_PLUS = partial(nets.build, "deeplabv3"), partial(nets.build, "deeplabv3plus")
VARIANTS = {
    "no context": partial(pyramid, partial(nets.build, "fcn", backbone="shallow")),
    **{f"rate {n}": partial(pyramid, partial(V3, rates=(n, n, n), image_pooling=False)) for n in (1, 6, 12)},
    "rates 2, 4, 6": partial(pyramid, partial(V3, image_pooling=False), batches=(1, 2, 6, 30)),
    "rates 2, 4, 6 and image pooling (v3)": partial(pyramid, V3),
    "summed rates 1, 2, 4, 6 (v2)": partial(pyramid, partial(nets.build, "deeplabv2")),
    "rates 2, 4, 6 and decoder": partial(pyramid, partial(V3_PLUS, image_pooling=False)),
    "rates 2, 4, 6, image pooling, decoder (v3+)": partial(pyramid, V3_PLUS),
    "rates 2, 4, 6 and decoder without fine features": partial(pyramid, WithoutFineFeatures),
}

if __name__ == "__main__":
    what = "DeepLab in small on Scenes, 96 x 128: 400 training pictures, 150 validation pictures"
    run("10_aspp", what, VARIANTS)
