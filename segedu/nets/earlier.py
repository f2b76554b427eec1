"""Files of weights that were saved before a backbone was an option: what their networks are called today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate
from typing import Any

import torch

from segedu.nets.backbones.vgg16 import DEPTHS
from segedu.nets.spec import TORCHVISION, NetSpec

SHALLOW = {"backbone": "shallow"}
STRETCH = {"resize": "stretch"}

NAMES: dict[str, tuple[str, dict[str, Any]]] = {
    "shallow": ("fcn", SHALLOW),
    **{f"fcn{stride}s_vgg16": (f"fcn{stride}s", {"backbone": "vgg16"}) for stride in (32, 16, 8)},
    "dilation8_vgg16": ("dilated", {"backbone": "vgg16", "context": "large"}),
    "largefov_vgg16": ("largefov", {"backbone": "vgg16"}),
    "deeplabv2_resnet101": ("deeplabv2", {"backbone": "resnet101", **STRETCH}),
    **TORCHVISION,
    **{
        f"deeplabv3plus_{backbone}": ("deeplabv3plus", {"backbone": backbone, "dropout": 0.5})
        for backbone in ("resnet50", "resnet101")
    },
    **{f"pspnet_{backbone}": ("pspnet", {"backbone": backbone, **STRETCH}) for backbone in ("resnet50", "resnet101")},
}
"""Today's name and options; a name that is not here is the same today."""

AUXILIARY = [(r"^aux_classifier\.0\.(\d)", r"aux_classifier.\1"), (r"^aux_classifier\.2\.", "aux_classifier.4.")]
CONTEXT = [(r"^context\.", "classifier.0."), (r"^score\.", "classifier.1.")]
KEYS: dict[str, list[tuple[str, str]]] = {
    "shallow": [(r"^score\.", "score.8.")],
    "fcn_resnet": [(r"^classifier\.", "score.32.")],
    "fcn": [(r"^enlarge\.", "between.")],
    "deeplabv2": [(r"^score\.", "classifier.")],
    "deeplabv3plus": [(r"^context\.", "aspp.")],
    "deeplabv3": CONTEXT,
    "pspnet": [*CONTEXT, *AUXILIARY],
    "unet_valid": [],
    "unet": [(r"^encoder\.", "backbone.levels.")],
    "largefov": [(r"^backbone\.(\d)", r"backbone.layers.\1")],
}
"""By the beginning of the earlier name, the first that fits: what the names of weights turn into."""


def modernise(spec: NetSpec, tensors: Mapping[str, torch.Tensor]) -> tuple[NetSpec, dict[str, torch.Tensor]]:
    """Today's name, options and names of weights of a network that was saved earlier.

    Parameters
    ----------
    spec : NetSpec
    tensors : mapping of str to tensor

    Returns
    -------
    (NetSpec, dict of str to tensor)
        The tensors are the same.
    """
    name, options = NAMES.get(spec.name, (spec.name, {}))
    given = dict(spec.options)
    if given.pop("align_corners", False):
        given["resize"] = "corners"
    rename = _vgg16 if spec.name.startswith(("fcn", "dilation8")) and spec.name.endswith("vgg16") else _by_pattern
    if spec.name == "dilated":
        rename = _dilated
    return NetSpec(name, spec.num_classes, options | given), rename(spec.name, tensors)


def _by_pattern(name: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    patterns = next((found for begin, found in KEYS.items() if name.startswith(begin)), [])
    renamed = {}
    for key, value in tensors.items():
        for old, new in patterns:
            key = re.sub(old, new, key, count=1)
        renamed[key] = value
    return renamed


def _dilated(name: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The front end was one sequence: two layers of the stem, residual blocks, the scores."""
    last = _last(tensors)

    def rename(match: re.Match[str]) -> str:
        index = int(match[1])
        if index == last:
            return "score."
        return f"backbone.stem.{index}." if index < 2 else f"backbone.stages.0.{index - 2}."

    return {re.sub(r"^front_end\.(\d+)\.", rename, key): value for key, value in tensors.items()}


def _vgg16(name: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """FCN's stages had a sequence each, fc6 and fc7 stood beside them; Dilation8's front end ended with the scores."""
    starts = [0, *accumulate(2 * depth + 1 for depth in DEPTHS)]
    last = _last(tensors)

    def rename(key: str) -> str:
        key = re.sub(
            r"^backbone\.stages\.(\d)\.(\d)", lambda m: f"backbone.layers.{starts[int(m[1])] + int(m[2])}", key
        )
        key = re.sub(r"^fc([67])\.0", lambda m: f"backbone.layers.{starts[-1] + 3 * (int(m[1]) - 6)}", key)
        key = re.sub(r"^enlarge\.", "between.", key)
        key = re.sub(rf"^front_end\.{last}\.", "score.", key)
        return re.sub(r"^front_end\.", "backbone.layers.", key)

    return {rename(key): value for key, value in tensors.items()}


def _last(tensors: Mapping[str, torch.Tensor]) -> int:
    """The greatest index in the sequence that was called front end."""
    return max((int(key.split(".")[1]) for key in tensors if key.startswith("front_end.")), default=-1)
