"""Which input sizes networks of four libraries take."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import segmentation_models_pytorch as smp
import torch
from monai.networks import nets as monai_nets
from torch import nn
from torchvision.models import segmentation

from segedu import nets

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.study import run

SIZES, CLASSES = [(64, 64), (65, 97), (33, 40)], 9
CHECKING = ("UnetPlusPlus", "FPN", "PSPNet", "DeepLabV3", "DeepLabV3Plus")


def networks() -> dict[str, Callable[[], nn.Module]]:
    """The networks by library and name, with random weights and backbones as small as they come."""
    small = {"encoder_name": "resnet18", "encoder_weights": None, "classes": CLASSES}
    plain = {"weights": None, "weights_backbone": None, "num_classes": CLASSES}
    flat = {"spatial_dims": 2, "in_channels": 3, "out_channels": CLASSES}
    levels = {"channels": (8, 16, 32, 64, 128), "strides": (2, 2, 2, 2)}
    made = {
        "segedu fcn8s": partial(nets.build, "fcn8s", CLASSES),
        "segedu fcn_resnet50": partial(nets.build, "fcn", CLASSES, backbone="resnet50"),
        "segedu fpn4s": partial(nets.build, "fpn4s", CLASSES),
        "segedu unet": partial(nets.build, "unet", CLASSES),
    }
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


def sizes(make: Callable[[], nn.Module], seed: int) -> dict[str, str]:
    """What a network answers at each size, and to a single picture in training."""
    torch.manual_seed(seed)
    net = make().eval()
    with torch.no_grad():
        found = {f"{h} x {w}": answer(net, torch.randn(1, 3, h, w)) for h, w in SIZES}
        return found | {"training, one of 64 x 64": answer(net.train(), torch.randn(1, 3, 64, 64))}


def unchecked(name: str, _seed: int) -> dict[str, str]:
    """What one of smp's networks answers to 65 x 97 where its own check is switched off."""
    net = networks()[f"smp {name}"]().eval()
    net.requires_divisible_input_shape = False
    with torch.no_grad():
        return {"65 x 97": answer(net, torch.randn(1, 3, 65, 97))}


def aligns_corners(_seed: int) -> dict[str, bool]:
    """Whether the last layer of smp's FPN aligns the corners."""
    return {"align_corners": networks()["smp FPN"]().segmentation_head[1].align_corners}


VARIANTS = {
    **{name: partial(sizes, make) for name, make in networks().items()},
    **{f"smp {name} without its check": partial(unchecked, name) for name in CHECKING},
    "head of smp FPN": aligns_corners,
}

if __name__ == "__main__":
    packages = {"torchvision": "torchvision", "monai": "monai", "smp": "segmentation-models-pytorch"}
    versions = {name: version(package) for name, package in packages.items()}
    run("input_sizes", "Input sizes by library", VARIANTS, seeds=[0], settings={"versions": versions})
