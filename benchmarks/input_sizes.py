"""Which input sizes networks of four libraries take, and what padding does near the border of a picture.

Run: python benchmarks/input_sizes.py --seeds 0 1 2 --out benchmarks/results/input_sizes.json

Scores are on 150 made pictures that no network was trained on. Nothing was chosen by them.
"""

from __future__ import annotations

import argparse
import importlib.metadata
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import segmentation_models_pytorch as smp
import torch
import torch.nn.functional as F
from monai.networks import nets as monai_nets
from torch import nn
from torchvision.models import segmentation

from segedu import nets
from segedu.data import LabelledImages, Scenes, normalize, stack
from segedu.losses import class_weights, cross_entropy
from segedu.metrics import ConfusionMatrix
from segedu.nets.fcn import FCN
from segedu.nets.modes import evaluating
from segedu.nets.parts.blocks import resize_to
from segedu.results import write_measurement
from segedu.train import fit

SIZES = [(64, 64), (65, 97), (33, 40)]
CLASSES, STEPS, RIM = 9, 300, 8
CROP = (85, 117)
"""Rows and columns of an awkward picture: odd, and no multiple of 32."""


def networks() -> dict[str, Callable[[], nn.Module]]:
    """The networks by library and name, with random weights and backbones as small as they come."""
    small = {"encoder_name": "resnet18", "encoder_weights": None, "classes": CLASSES}
    plain = {"weights": None, "weights_backbone": None, "num_classes": CLASSES}
    flat = {"spatial_dims": 2, "in_channels": 3, "out_channels": CLASSES}
    levels = {"channels": (8, 16, 32, 64, 128), "strides": (2, 2, 2, 2)}
    made = {f"segedu {name}": partial(nets.build, name, CLASSES) for name in ("fcn8s", "fpn4s", "unet")}
    made["segedu fcn_resnet50"] = partial(nets.build, "fcn", CLASSES, backbone="resnet50")
    for name in ("fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large"):
        made[f"torchvision {name}"] = partial(getattr(segmentation, name), **plain)
    for name in ("Unet", "UnetPlusPlus", "FPN", "PSPNet", "DeepLabV3", "DeepLabV3Plus"):
        made[f"smp {name}"] = partial(getattr(smp, name), **small)
    made["monai UNet"] = partial(monai_nets.UNet, **flat, **levels)
    made["monai BasicUNet"] = partial(monai_nets.BasicUNet, **flat, features=(8, 8, 16, 32, 64, 8))
    return made


def answer(net: nn.Module, x: torch.Tensor) -> str:
    """Rows and columns that come back, or the first line of the error."""
    try:
        out = net(x)
    except (RuntimeError, ValueError) as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    logits = out["out"] if isinstance(out, dict) else out  # torchvision gives a dictionary
    return " x ".join(map(str, logits.shape[-2:]))


def sizes() -> dict[str, dict[str, str]]:
    """What each network answers at each size, and to a single picture in training."""
    found = {}
    for name, make in networks().items():
        torch.manual_seed(0)
        net = make().eval()
        with torch.no_grad():
            found[name] = {f"{h} x {w}": answer(net, torch.randn(1, 3, h, w)) for h, w in SIZES}
            found[name]["training, one of 64 x 64"] = answer(net.train(), torch.randn(1, 3, 64, 64))
    return found


def unchecked() -> dict[str, str]:
    """What smp's networks answer to 65 x 97 where its own check is switched off."""
    found = {}
    for name in ("UnetPlusPlus", "FPN", "PSPNet", "DeepLabV3", "DeepLabV3Plus"):
        net = networks()[f"smp {name}"]().eval()
        net.requires_divisible_input_shape = False
        with torch.no_grad():
            found[name] = answer(net, torch.randn(1, 3, 65, 97))
    return found


def trained(seed: int, train: LabelledImages, padding: str = "zeros", kind: type[FCN] = FCN) -> FCN:
    """A small FCN-8s whose convolutions pad with zeros or with the mirror image."""
    torch.manual_seed(seed)
    net = kind(CLASSES, stride=8, width=16)
    for module in net.modules():
        if isinstance(module, nn.Conv2d) and max(module.kernel_size) > 1:
            module.padding_mode = padding
    loss = partial(cross_entropy, weight=class_weights(train.masks, CLASSES))
    fit(net, train, steps=STEPS, lr=5e-3, warmup=20, batch_size=8, loss=loss, seed=seed, progress=False)
    return net


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
    accuracy = {name: round(float(matrix.pixel_accuracy()), 4) for name, matrix in matrices.items()}
    return {"miou": round(float(both.miou()), 4), **accuracy}


def ways(net: FCN, data: LabelledImages) -> dict[str, dict[str, float]]:
    """Ways to show a network pictures of 85 x 117, when it likes multiples of 32."""
    rows, columns = CROP
    whole = normalize(data.images)
    x, masks = whole[..., :rows, :columns], data.masks[:, :rows, :columns]
    black = normalize(torch.zeros(1, 3, 1, 1, dtype=torch.uint8))
    fill = (0, whole.shape[-1] - columns, 0, whole.shape[-2] - rows)
    shown = {
        "as it is": x,
        "as it is, but maps resized to fit": x,
        "padded with the mean colour": F.pad(x, fill),
        "padded with black": F.pad(x - black, fill) + black,
        "padded with the mirror image": F.pad(x, fill, mode="reflect"),
        "resized and back": resize_to(x, whole.shape[-2:]),
        "cut from the answer to a larger picture": whole,
    }
    found = {}
    resizing = ResizingFCN(CLASSES, stride=8, width=16)
    resizing.load_state_dict(net.state_dict())
    with evaluating(net), evaluating(resizing):
        # Both ways to enlarge must be one at a multiple of 32, or the comparison would be of two networks.
        torch.testing.assert_close(resizing(whole[:2]), net(whole[:2]))
    for name, images in shown.items():
        forward = resizing if "maps resized" in name else net
        with evaluating(forward):
            logits = torch.cat([forward(batch) for batch in images.split(25)])
        logits = resize_to(logits, CROP) if name == "resized and back" else logits[..., :rows, :columns]
        found[name] = score(logits.argmax(1), masks, rim(CROP, "padded"))
    return found


def cropped(data: LabelledImages) -> LabelledImages:
    """The top left 85 x 117 pixels of every picture."""
    rows, columns = CROP
    return replace(data, images=data.images[..., :rows, :columns], masks=data.masks[:, :rows, :columns])


def main() -> None:
    """Run everything and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    train, data = stack(Scenes(400, seed=0)), stack(Scenes(150, seed=1))
    padding, convolution = {}, {}
    for seed in arguments.seeds:
        for mode in ("zeros", "reflect"):
            net = trained(seed, train, mode)
            with evaluating(net):
                ids = torch.cat([net(normalize(batch)).argmax(1) for batch in data.images.split(25)])
            convolution.setdefault(mode, {})[seed] = score(ids, data.masks, rim(ids.shape[-2:], "all"))
            if mode == "zeros":
                padding[seed] = ways(net, data)
        for name, kind in (("as it is", FCN), ("as it is, but maps resized to fit", ResizingFCN)):
            padding[seed][f"{name}, trained at this size"] = ways(trained(seed, cropped(train), kind=kind), data)[name]
    versions = {name: importlib.metadata.version(name) for name in ("torchvision", "monai")}
    versions["smp"] = importlib.metadata.version("segmentation-models-pytorch")
    found = {
        "versions": versions,
        "answers": sizes(),
        "smp_without_its_check_at_65_x_97": unchecked(),
        "smp_head_aligns_corners": networks()["smp FPN"]().segmentation_head[1].align_corners,
        "settings": {"net": "fcn8s, width 16", "steps": STEPS, "rim": RIM, "crop": CROP, "pictures": len(data)},
        "pictures_of_85_x_117": {name: {s: padding[s][name] for s in padding} for name in next(iter(padding.values()))},
        "padding_of_convolutions": convolution,
    }
    write_measurement(arguments.out, "Input sizes by library, and padding near the border", found)


if __name__ == "__main__":
    main()
