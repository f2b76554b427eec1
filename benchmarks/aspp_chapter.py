"""Chapter 10 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/aspp_chapter.py --seeds 0 1 2 --out benchmarks/results/aspp_chapter.json
Scored on the validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).

With --stride: what a notebook has no time for. A deep network trained at output stride 16, then used and trained
further at 8, with batch statistics live and frozen.
"""

from __future__ import annotations

import argparse
import copy
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from segedu import nets
from segedu.data import LabelledImages, Scenes, normalize, stack
from segedu.evaluate import evaluate
from segedu.losses import class_weights, cross_entropy
from segedu.metrics import ConfusionMatrix, trimap_confusion
from segedu.nets.backbones import TinyResNet
from segedu.nets.modes import evaluating
from segedu.nets.parts.aspp import ASPP
from segedu.nets.parts.blocks import upsample
from segedu.results import write_measurement
from segedu.train import fit

STEPS = 200
WIDTHS = {"under 6": (1, 6), "6 to 11": (6, 12), "12 to 23": (12, 24), "24 and more": (24, 129)}
RADII = (1, 2, 3, 5, 8, 12)


@torch.no_grad()
def label_maps(net: nn.Module, data: LabelledImages) -> torch.Tensor:
    """Predicted ids ``(N, H, W)``."""
    with evaluating(net):
        return torch.cat([net(normalize(part)).max(dim=1).indices for part in data.images.split(25)])


def by_width(ids: torch.Tensor, world: Scenes) -> dict[str, float]:
    """Share of the car and boat pixels that are right, by the width of the object that they belong to."""
    right, pixels = dict.fromkeys(WIDTHS, 0), dict.fromkeys(WIDTHS, 0)
    for sample, predicted in zip(world, ids.numpy(), strict=True):
        for number in np.unique(sample.instances[np.isin(sample.mask, [5, 6])]):
            thing = sample.instances == number
            width = np.ptp(np.nonzero(thing)[1]) + 1
            name = next(name for name, (low, high) in WIDTHS.items() if low <= width < high)
            right[name] += int((predicted == sample.mask)[thing].sum())
            pixels[name] += int(thing.sum())
    return {name: round(right[name] / pixels[name], 4) for name in WIDTHS}


def facts(net: nn.Module, val: LabelledImages, world: Scenes) -> dict[str, object]:
    """The scores that the chapter speaks of."""
    score, ids = evaluate(net, val), label_maps(net, val)
    bands = [trimap_confusion(ids, val.masks, len(val.labels), radius).miou() for radius in RADII]
    told = {f"{a}/{b}": round(score.told_apart(a, b), 4) for a, b in (("road", "water"), ("car", "boat"))}
    return {
        "parameters": sum(p.numel() for p in net.parameters()),
        "miou": round(score.miou, 4),
        "boundary_f": round(score.boundary_f, 4),
        **told,
        "by_width": by_width(ids, world),
        "band_miou": {str(radius): round(value, 4) for radius, value in zip(RADII, bands, strict=True)},
        "iou": {name: round(value, 4) for name, value in score.iou.items()},
    }


class WithoutFineFeatures(nn.Module):
    """The tiny v3+ whose decoder is given zeros for the fine features: as many layers, no detail."""

    def __init__(self, num_classes: int):
        super().__init__()
        self.net = nets.build("deeplabv3plus", num_classes, image_pooling=False)
        self.net.decoder.reduce.register_forward_hook(lambda _module, _x, y: 0 * y)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Pictures to logits at input size."""
        return self.net(x)


@torch.no_grad()
def with_batch_statistics(net: nn.Module, data: LabelledImages, size: int) -> float:
    """The mIoU if batches of ``size`` are normalised with their own statistics, as in training."""
    net = copy.deepcopy(net).train()
    confusion = ConfusionMatrix(len(data.labels))
    for images, masks in zip(data.images.split(size), data.masks.split(size), strict=True):
        confusion.update(net(normalize(images)), masks)
    return round(confusion.miou(), 4)


NETS = {
    "no context": partial(nets.build, "fcn", backbone="shallow"),
    "rate 1": partial(nets.build, "deeplabv3", rates=(1, 1, 1), image_pooling=False),
    "rate 6": partial(nets.build, "deeplabv3", rates=(6, 6, 6), image_pooling=False),
    "rate 12": partial(nets.build, "deeplabv3", rates=(12, 12, 12), image_pooling=False),
    "rates 2, 4, 6": partial(nets.build, "deeplabv3", image_pooling=False),
    "rates 2, 4, 6 and image pooling (v3)": partial(nets.build, "deeplabv3"),
    "summed rates 1, 2, 4, 6 (v2)": partial(nets.build, "deeplabv2"),
    "rates 2, 4, 6 and decoder": partial(nets.build, "deeplabv3plus", image_pooling=False),
    "rates 2, 4, 6, image pooling, decoder (v3+)": partial(nets.build, "deeplabv3plus"),
    "rates 2, 4, 6 and decoder without fine features": WithoutFineFeatures,
}


def train(net: nn.Module, data: LabelledImages, seed: int, steps: int = STEPS) -> float:
    """The chapter's settings; the seconds it took."""
    loss = partial(cross_entropy, weight=class_weights(data.masks, len(data.labels)))
    settings = {"batch_size": 8, "lr": 5e-3, "warmup": 20, "loss": loss, "seed": seed, "progress": False}
    return round(fit(net, data, steps=steps, **settings).seconds, 1)


def one_seed(seed: int) -> dict[str, dict]:
    """Every network of the chapter with one seed."""
    data, world = stack(Scenes(400, seed=0)), Scenes(150, seed=1)
    val, found = stack(world), {}
    for name, make in NETS.items():
        torch.manual_seed(seed)
        net = make(len(data.labels))
        seconds = train(net, data, seed)
        found[name] = facts(net, val, world) | {"seconds": seconds}
        if name == "rates 2, 4, 6":
            found[name]["batch_statistics"] = {str(n): with_batch_statistics(net, val, n) for n in (1, 2, 6, 30)}
        print(seed, name, found[name], flush=True)
    return found


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


def train_further(net: nn.Module, data: LabelledImages, seed: int, frozen: bool, batch: int, steps: int) -> nn.Module:
    """Plain training with live or frozen batch normalisation."""
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


def output_stride(seed: int) -> dict[str, dict]:
    """Trained at 16, used at 8, trained further at 8; and trained at 8 from the start."""
    data, world = stack(Scenes(400, seed=0)), Scenes(150, seed=1)
    val, classes = stack(world), len(data.labels)
    torch.manual_seed(seed)
    coarse = Deep(classes, 16)
    train(coarse, data, seed)

    def at_8(shift: int = 0) -> nn.Module:
        fine = Deep(classes, 8, shift)
        fine.load_state_dict(coarse.state_dict())
        return fine

    found = {"trained at 16, used at 16": coarse, "trained at 16, used at 8": at_8()}
    found["trained at 16, used at 8, moved by 4 pixels"] = at_8(shift=4)
    for frozen in (False, True):
        name = f"50 steps of 8 more at 8, batch statistics {'frozen' if frozen else 'live'}"
        found[name] = train_further(at_8(), data, seed, frozen, 8, 50)
        found[name.replace("50 steps of 8", "100 steps of 2")] = train_further(at_8(), data, seed, frozen, 2, 100)
    torch.manual_seed(seed)
    found["trained at 8 for 200 steps"] = fine = Deep(classes, 8)
    train(fine, data, seed)
    return {name: facts(net, val, world) for name, net in found.items()}


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--stride", action="store_true", help="what the notebook has no time for, instead")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    runs = {str(seed): (output_stride if arguments.stride else one_seed)(seed) for seed in arguments.seeds}
    what = "DeepLab in small on Scenes, 96 x 128: 400 training pictures, 150 validation pictures"
    write_measurement(arguments.out, what, {"seeds": runs})


if __name__ == "__main__":
    main()
