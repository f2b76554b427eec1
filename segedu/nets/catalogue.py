"""From a name to a network."""

from __future__ import annotations

import difflib
import inspect
from functools import partial
from typing import Any

from torch import nn

from segedu.nets.backbones import BACKBONES
from segedu.nets.deeplabv2 import DeepLabV2
from segedu.nets.deeplabv3 import DeepLabV3
from segedu.nets.deeplabv3plus import DeepLabV3Plus
from segedu.nets.dilated import DilatedNet
from segedu.nets.fast_scnn import FastSCNN
from segedu.nets.fcn import FCN
from segedu.nets.fpn import FPN
from segedu.nets.largefov import LargeFOV
from segedu.nets.pspnet import PSPNet
from segedu.nets.spec import NetSpec
from segedu.nets.unet import UNet, UNetEncoder
from segedu.nets.unet_valid import UNetValid

BUILDERS: dict[str, partial[nn.Module]] = {
    "fcn": partial(FCN, stride=None),
    "fcn32s": partial(FCN, stride=32),
    "fcn16s": partial(FCN, stride=16),
    "fcn8s": partial(FCN, stride=8),
    "fcn4s": partial(FCN, stride=4),
    "fpn4s": partial(FPN, stride=4),
    "fpn2s": partial(FPN, stride=2),
    "unet": partial(UNet),
    "unet_valid": partial(UNetValid),
    "dilated": partial(DilatedNet),
    "largefov": partial(LargeFOV),
    "deeplabv2": partial(DeepLabV2),
    "deeplabv3": partial(DeepLabV3),
    "deeplabv3plus": partial(DeepLabV3Plus),
    "pspnet": partial(PSPNet),
    "fast_scnn": partial(FastSCNN),
}

NAMES = tuple(BUILDERS)
"""The names that `build` knows."""


def build(name: str, num_classes: int, **options: Any) -> nn.Module:
    """Build a network by its name.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    num_classes : int
        At least 2.
    **options
        Of the network's class and of its backbone. By default the network is small enough to train in a minute on a
        CPU; ``backbone="resnet50"``, say, makes it that of the paper. Also ``in_channels=1``, ``width=16``.

    Raises
    ------
    ValueError
        If the name is unknown (suggests the nearest) or ``num_classes`` is below 2.
    TypeError
        If the network has no such option (lists those it has).

    Examples
    --------
    >>> import torch
    >>> net = build("fcn8s", num_classes=9)
    >>> net(torch.zeros(2, 3, 48, 64)).shape
    torch.Size([2, 9, 48, 64])
    """
    if name not in BUILDERS:
        raise ValueError(f"name: no network {name!r}.{_suggestion(name)} There are {', '.join(NAMES)}.")
    if num_classes < 2:
        raise ValueError(f"num_classes: found {num_classes}, expected at least 2 (background is a class too)")
    builder, known = BUILDERS[name], options_of(name, options.get("backbone"))
    if unknown := sorted(set(options) - set(known)):
        raise TypeError(f"{name} has no option {', '.join(unknown)}; it has {', '.join(known)}")
    try:
        net = builder(num_classes, **options)
    except (TypeError, RuntimeError, ZeroDivisionError) as error:
        given = ", ".join(f"{key}={value!r}" for key, value in options.items())
        raise ValueError(f"{name} cannot be built with {given or 'its defaults'}: {error}") from error
    architecture = {key: value for key, value in options.items() if key != "weights"}
    net.spec = NetSpec(name, num_classes, architecture)
    return net


def options_of(name: str, backbone: str | None = None) -> list[str]:
    """What `build` takes beside the number of classes: options of a network, and of its backbone, in order."""
    builder = BUILDERS[name]
    own = inspect.signature(builder.func).parameters
    known = set(own)
    if "backbone" in own:
        backbone = backbone or own["backbone"].default
        made = BACKBONES.get(backbone) if isinstance(backbone, str) else None
        kind = made.func if made else UNetEncoder if backbone == "unet" else None
        # What the names themselves say (the stride of fcn8s, the depth of resnet50) is no option.
        known |= (set(inspect.signature(kind).parameters) if kind else set()) - {"name"} | ({"jpu"} if made else set())
        known -= set(made.keywords) if made else set()
    return sorted(known - set(builder.keywords) - {"num_classes", "of_backbone"})


def _suggestion(name: str) -> str:
    """The nearest name, whatever the case; ``pspnet_resnet50`` is a network and a backbone."""
    plain = name.lower()
    system, _, backbone = plain.rpartition("_")
    if system in BUILDERS and backbone in BACKBONES:
        return f" Did you mean {system!r} with backbone={backbone!r}?"
    near = difflib.get_close_matches(plain, NAMES, n=1, cutoff=0.4)
    return f" Did you mean {near[0]!r}?" if near else ""
