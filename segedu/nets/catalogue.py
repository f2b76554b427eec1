"""From a name to a network."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import nn

from segedu.nets.deeplab import DeepLabV3, ShallowDeepLabV3
from segedu.nets.deeplabv2 import DeepLabV2, ShallowDeepLabV2
from segedu.nets.deeplabv3plus import DeepLabV3Plus, ShallowDeepLabV3Plus
from segedu.nets.dilated import DilatedNet
from segedu.nets.dilated_vgg16 import DilatedVGG16
from segedu.nets.fcn import FCN
from segedu.nets.fcn_resnet import FCNResNet
from segedu.nets.fcn_vgg16 import FCNVGG16
from segedu.nets.fpn import FPN
from segedu.nets.largefov import LargeFOV
from segedu.nets.pspnet import PSPNet
from segedu.nets.pspnet_resnet import PSPNetResNet
from segedu.nets.shallow import ShallowNet
from segedu.nets.unet import UNet
from segedu.nets.unet_valid import UNetValid

BUILDERS: dict[str, partial[nn.Module]] = {
    "deeplabv2": partial(ShallowDeepLabV2),
    "deeplabv2_resnet101": partial(DeepLabV2, backbone="resnet101"),
    "deeplabv3": partial(ShallowDeepLabV3),
    "deeplabv3_resnet50": partial(DeepLabV3, backbone="resnet50"),
    "deeplabv3_resnet101": partial(DeepLabV3, backbone="resnet101"),
    "deeplabv3plus": partial(ShallowDeepLabV3Plus),
    "deeplabv3plus_resnet50": partial(DeepLabV3Plus, backbone="resnet50"),
    "fcn32s": partial(FCN, stride=32),
    "fcn16s": partial(FCN, stride=16),
    "fcn8s": partial(FCN, stride=8),
    "fcn4s": partial(FCN, stride=4),
    "fcn32s_vgg16": partial(FCNVGG16, stride=32),
    "fcn16s_vgg16": partial(FCNVGG16, stride=16),
    "fcn8s_vgg16": partial(FCNVGG16, stride=8),
    "fcn_resnet50": partial(FCNResNet, backbone="resnet50"),
    "fcn_resnet101": partial(FCNResNet, backbone="resnet101"),
    "fpn4s": partial(FPN, stride=4),
    "fpn2s": partial(FPN, stride=2),
    "pspnet": partial(PSPNet),
    "pspnet_resnet50": partial(PSPNetResNet, backbone="resnet50"),
    "pspnet_resnet101": partial(PSPNetResNet, backbone="resnet101"),
    "shallow": partial(ShallowNet),
    "dilated": partial(DilatedNet),
    "dilation8_vgg16": partial(DilatedVGG16),
    "largefov_vgg16": partial(LargeFOV),
    "unet": partial(UNet),
    "unet_valid": partial(UNetValid),
}

NAMES = tuple(BUILDERS)
"""The names that `build` knows."""


@dataclass(frozen=True)
class NetSpec:
    """What `build` was asked for, initial weights aside; a network that it made carries it as ``net.spec``."""

    name: str
    num_classes: int
    options: dict[str, Any] = field(default_factory=dict)


def build(name: str, num_classes: int, **options: Any) -> nn.Module:
    """Build a network by its name.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    num_classes : int
        At least 2.
    **options
        Passed to the network's class, for instance ``in_channels=1``.

    Raises
    ------
    ValueError
        If the name is unknown (suggests the nearest) or ``num_classes`` is below 2.
    TypeError
        If the network has no such option (lists those it has).

    Examples
    --------
    >>> net = build("fcn8s", num_classes=9)
    >>> net(torch.zeros(2, 3, 48, 64)).shape
    torch.Size([2, 9, 48, 64])
    """
    if name not in BUILDERS:
        near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.4)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"name: no network {name!r}.{hint} There are {', '.join(NAMES)}.")
    if num_classes < 2:
        raise ValueError(f"num_classes: found {num_classes}, expected at least 2 (background is a class too)")
    builder = BUILDERS[name]
    # What the name itself says (the stride of fcn8s) is no option.
    known = set(inspect.signature(builder.func).parameters) - set(builder.keywords) - {"num_classes"}
    if unknown := sorted(set(options) - known):
        raise TypeError(f"{name} has no option {', '.join(unknown)}; it has {', '.join(sorted(known))}")
    try:
        net = builder(num_classes, **options)
    except (TypeError, RuntimeError, ZeroDivisionError) as error:
        given = ", ".join(f"{key}={value!r}" for key, value in options.items())
        raise ValueError(f"{name} cannot be built with {given or 'its defaults'}: {error}") from error
    architecture = {key: value for key, value in options.items() if key != "weights"}
    net.spec = NetSpec(name, num_classes, architecture)
    return net


TORCHVISION = ("fcn_resnet50", "fcn_resnet101", "deeplabv3_resnet50", "deeplabv3_resnet101")
"""The names of networks that equal torchvision's model of the same name."""


def load_torchvision(name: str, state_dict: Mapping[str, torch.Tensor]) -> nn.Module:
    """The network ``name`` with weights of torchvision's model of the same name.

    Parameters
    ----------
    name : {"fcn_resnet50", "fcn_resnet101", "deeplabv3_resnet50", "deeplabv3_resnet101"}
    state_dict : mapping of str to tensor
        ``torchvision.models.segmentation.fcn_resnet50(...).state_dict()``, say; the number of classes is read from it.
        A model without auxiliary head is fine: ours then keeps its random one, which only training uses.

    Returns
    -------
    nn.Module
        In evaluation mode; its logits equal torchvision's ``["out"]``.

    Raises
    ------
    ValueError
        If the name is unknown, or the tensors are not those of that model.
    """
    if name not in TORCHVISION:
        raise ValueError(f"name: no torchvision counterpart for {name!r}; there are {', '.join(TORCHVISION)}")
    if "classifier.4.weight" not in state_dict:
        raise ValueError(
            f"state_dict: no 'classifier.4.weight' among its {len(state_dict)} tensors. "
            "Give the state dict of torchvision's segmentation model, not of its backbone."
        )
    net = build(name, num_classes=len(state_dict["classifier.4.weight"]))
    own = net.state_dict()
    wrong = {
        "missing": [k for k in own if k not in state_dict and not k.startswith("aux_classifier.")],
        "unknown": [k for k in state_dict if k not in own],
        "of another shape": [k for k in own if k in state_dict and own[k].shape != state_dict[k].shape],
    }
    if any(wrong.values()):
        found = ", ".join(f"{len(keys)} tensors {what} (first {keys[0]!r})" for what, keys in wrong.items() if keys)
        raise ValueError(f"state_dict: not torchvision's {name}: {found}")
    net.load_state_dict(state_dict, strict=False)
    return net.eval()
