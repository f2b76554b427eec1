"""What an awkward size of pictures, and padding, cost near the border.

Scores are on made pictures that no network was trained on. Nothing was chosen by them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from segedu.data import normalize
from segedu.metrics import ConfusionMatrix
from segedu.nets.fcn import FCN
from segedu.nets.modes import evaluating
from segedu.nets.parts.blocks import resize_to

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

CLASSES, STEPS, RIM, PICTURES = 9, 300, 8, 150
CROP = (85, 117)
"""Rows and columns of an awkward picture: odd, and no multiple of 32."""

Change = Callable[[torch.Tensor], torch.Tensor]


class ResizingFCN(FCN):
    """The same FCN, but each map is resized to the size that is wanted, instead of upsampled by its factor and cut.

    At sizes that are multiples of 32 both are one.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(N, in_channels, H, W)`` to logits ``(N, num_classes, H, W)``."""
        features = self.backbone(x)
        scores = self.score["32"](features[32])
        for stride in self.strides[1:]:
            fine = self.score[str(stride)](features[stride])
            scores = resize_to(scores, fine.shape[-2:]) + fine
        return resize_to(scores, x.shape[-2:])


@lru_cache(maxsize=1)
def trained(padding: str, seed: int) -> FCN:
    """A small FCN-8s whose convolutions pad with zeros or with the mirror image; kept for all that it is shown."""

    def make(classes: int) -> FCN:
        net = FCN(classes, stride=8, width=16)
        for module in net.modules():
            if isinstance(module, nn.Conv2d) and max(module.kernel_size) > 1:
                module.padding_mode = padding
        return net

    return recipe.trained(make, recipe.scenes(400, seed=0), seed, STEPS)[0]


def rim(size: tuple[int, int], sides: str) -> torch.Tensor:
    """Mask of the outer 8 pixels, on all sides or where padding is added (bottom and right)."""
    inside = torch.zeros(size, dtype=torch.bool)
    first = RIM if sides == "all" else 0
    inside[first:-RIM, first:-RIM] = True
    return ~inside


def score(ids: torch.Tensor, masks: torch.Tensor, border: torch.Tensor) -> dict[str, float]:
    """MIoU of all pixels, and accuracy at the border and elsewhere."""
    matrices = {"border": ConfusionMatrix(CLASSES), "inside": ConfusionMatrix(CLASSES)}
    for name, here in (("border", border), ("inside", ~border)):
        matrices[name].update(ids[:, here].unsqueeze(1), masks[:, here].unsqueeze(1))
    both = matrices["border"] + matrices["inside"]
    accuracy = {name: round(float(matrix.pixel_accuracy), 4) for name, matrix in matrices.items()}
    return {"miou": round(float(both.miou), 4), **accuracy}


def convolutions(padding: str, seed: int) -> dict[str, float]:
    """What the padding of the convolutions is worth, on whole pictures."""
    net, data = trained(padding, seed), recipe.scenes(PICTURES, seed=1)
    with evaluating(net):
        ids = torch.cat([net(normalize(batch)).argmax(1) for batch in data.images.split(25)])
    return score(ids, data.masks, rim(ids.shape[-2:], "all"))


def cut(x: torch.Tensor) -> torch.Tensor:
    """The top left 85 x 117 pixels."""
    return x[..., : CROP[0], : CROP[1]]


def fill(whole: torch.Tensor, mode: str = "constant") -> torch.Tensor:
    """The top left pixels, filled up to a multiple of 32 with the mean colour or the mirror image."""
    return F.pad(cut(whole), (0, whole.shape[-1] - CROP[1], 0, whole.shape[-2] - CROP[0]), mode=mode)


def fill_black(whole: torch.Tensor) -> torch.Tensor:
    """The same, filled up with black."""
    black = normalize(torch.zeros(1, 3, 1, 1, dtype=torch.uint8))
    return fill(whole - black) + black


def resize_up(whole: torch.Tensor) -> torch.Tensor:
    """The top left pixels, stretched to the size of the whole."""
    return resize_to(cut(whole), whole.shape[-2:])


def shown(net: FCN, there: Change = cut, back: Change = cut) -> dict[str, float]:
    """Show a network normalised pictures, changed on the way there; its logits are changed on the way back."""
    data = recipe.scenes(PICTURES, seed=1)
    with evaluating(net):
        logits = torch.cat([net(batch) for batch in there(normalize(data.images)).split(25)])
    return score(back(logits).argmax(1), cut(data.masks), rim(CROP, "padded"))


def resizing(seed: int) -> FCN:
    """The same weights, with maps resized to fit."""
    net, same = trained("zeros", seed), ResizingFCN(CLASSES, stride=8, width=16)
    same.load_state_dict(net.state_dict())
    whole = normalize(recipe.scenes(PICTURES, seed=1).images[:2])
    with evaluating(net), evaluating(same):
        # Both ways to enlarge must be one at a multiple of 32, or the comparison would be of two networks.
        torch.testing.assert_close(same(whole), net(whole))
    return same


def at_this_size(kind: type[FCN], seed: int) -> dict[str, float]:
    """Trained and scored on pictures of 85 x 117."""
    data = recipe.scenes(400, seed=0)
    small = replace(data, images=cut(data.images), masks=cut(data.masks))
    return shown(recipe.trained(partial(kind, stride=8, width=16), small, seed, STEPS)[0])


WAYS = {
    "as it is": lambda seed: shown(trained("zeros", seed)),
    "as it is, but maps resized to fit": lambda seed: shown(resizing(seed)),
    "padded with the mean colour": lambda seed: shown(trained("zeros", seed), fill),
    "padded with black": lambda seed: shown(trained("zeros", seed), fill_black),
    "padded with the mirror image": lambda seed: shown(trained("zeros", seed), partial(fill, mode="reflect")),
    "resized and back": lambda seed: shown(trained("zeros", seed), resize_up, partial(resize_to, size=CROP)),
    "cut from the answer to a larger picture": lambda seed: shown(trained("zeros", seed), lambda whole: whole),
    "as it is, trained at this size": partial(at_this_size, FCN),
    "as it is, but maps resized to fit, trained at this size": partial(at_this_size, ResizingFCN),
}
CONVOLUTIONS = {
    "convolutions pad with zeros": partial(convolutions, "zeros"),
    "convolutions pad with the mirror image": partial(convolutions, "reflect"),
}

if __name__ == "__main__":
    settings = {"net": "fcn8s, width 16", "steps": STEPS, "rim": RIM, "crop": CROP, "pictures": PICTURES}
    run("input_sizes_padding", "Padding near the border of pictures", WAYS | CONVOLUTIONS, settings=settings)
