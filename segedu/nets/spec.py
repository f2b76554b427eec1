"""What a network is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class NetSpec:
    """What `segedu.nets.build` was asked for, initial weights aside; a network made by it has it as ``net.spec``."""

    name: str
    num_classes: int
    options: dict[str, Any] = field(default_factory=dict)


CONVENTIONS: dict[str, Any] = {"output_stride": 8, "auxiliary": True, "resize": "stretch"}
TORCHVISION: dict[str, tuple[str, dict[str, Any]]] = {
    f"{name}_{backbone}": (name, {"backbone": backbone, **options, **CONVENTIONS})
    for name, options in (("fcn", {"hidden": 512}), ("deeplabv3", {"refine": True, "dropout": 0.5}))
    for backbone in ("resnet50", "resnet101")
}
"""Torchvision's names, and what `segedu.nets.build` makes of them."""
