"""Torchvision's segmentation models, as networks of this package."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from segedu.nets.catalogue import build
from segedu.nets.spec import TORCHVISION


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
    system, options = TORCHVISION[name]
    net = build(system, len(state_dict["classifier.4.weight"]), **options)
    own = net.state_dict()
    theirs = {k.replace("classifier.", "score.32.") if system == "fcn" and k.startswith("c") else k: v
              for k, v in state_dict.items()}  # fmt: skip
    wrong = {
        "missing": [k for k in own if k not in theirs and not k.startswith("aux_classifier.")],
        "unknown": [k for k in theirs if k not in own],
        "of another shape": [k for k in own if k in theirs and own[k].shape != theirs[k].shape],
    }
    if any(wrong.values()):
        found = ", ".join(f"{len(keys)} tensors {what} (first {keys[0]!r})" for what, keys in wrong.items() if keys)
        raise ValueError(f"state_dict: not torchvision's {name}: {found}")
    net.load_state_dict(theirs, strict=False)
    return net.eval()
