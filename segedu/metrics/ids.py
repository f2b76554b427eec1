"""What every metric asks first: the class of each pixel, and whether there is such a class."""

from __future__ import annotations

import numpy as np
import torch

from segedu.labels import check_ids


def id_pair(
    prediction: torch.Tensor | np.ndarray, target: torch.Tensor | np.ndarray, num_classes: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Prediction and truth as two int64 tensors of one shape, on the prediction's device.

    Logits become the ids of their largest channel. Predicted ids are checked here, true ids are not.
    """
    prediction, target = _as_tensor(prediction), _as_tensor(target)
    if target.is_floating_point():
        raise TypeError(f"target: expected integer class ids, found {target.dtype}")
    if target.numel() == 0:
        raise ValueError(f"target: no pixels, its shape is {tuple(target.shape)}")
    truth = target.to(prediction.device, torch.int64)
    if prediction.is_floating_point():
        return _ids_of_logits(prediction, truth.shape, num_classes), truth
    if prediction.shape != truth.shape:
        raise ValueError(
            f"prediction and target differ in shape: {tuple(prediction.shape)} and {tuple(truth.shape)}. "
            "Predicted ids have the shape of the target; logits are floating point and have one axis more."
        )
    predicted = prediction.long()
    check_ids("prediction", predicted, num_classes)
    return predicted, truth


def _as_tensor(values: torch.Tensor | np.ndarray) -> torch.Tensor:
    """Return a tensor of ``values``; an array is copied, for torch warns of read-only ones."""
    return values.detach() if isinstance(values, torch.Tensor) else torch.from_numpy(np.array(values))


def _ids_of_logits(logits: torch.Tensor, shape: torch.Size, num_classes: int) -> torch.Tensor:
    expected = (*shape[:-2], num_classes, *shape[-2:])
    if tuple(logits.shape) != expected:
        raise ValueError(
            f"logits: expected shape {expected}, found {tuple(logits.shape)}, with {num_classes} classes and "
            f"a target of shape {tuple(shape)}. Floating point is read as logits: give ids as integers."
        )
    # On a CPU, max over an axis is many times as fast as argmax; and it carries a NaN on into its values.
    values, ids = logits.max(dim=-3)
    if values.max().isnan():
        broken = int(values.isnan().sum())
        raise ValueError(f"logits: {broken} of {values.numel()} pixels hold a NaN. Did the training diverge?")
    return ids
