"""How much each class counts."""

from __future__ import annotations

import torch

from segedu.labels import check_ids, count_ids


def class_weights(masks: torch.Tensor, num_classes: int, power: float = 0.5, ignore_index: int = 255) -> torch.Tensor:
    """Weights that lift rare classes: ``share ** -power``, scaled to a mean of 1 over the classes that occur.

    Parameters
    ----------
    masks : Tensor
        Class ids of the training set, ``(N, H, W)``, any integer type.
    num_classes : int
        Number of classes C.
    power : float
        0 weighs all classes alike; 1 gives every class the same total weight; 0.5 lies between.
    ignore_index : int
        Id of the pixels that do not count.

    Returns
    -------
    Tensor
        ``(C,)`` float32 on the device of ``masks``. A class without a pixel gets 1, the mean weight.

    Raises
    ------
    ValueError
        If an id is no class, or no pixel is labelled.

    Examples
    --------
    >>> masks = torch.tensor([[[0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 255]]])
    >>> class_weights(masks, num_classes=3)
    tensor([0.5000, 1.5000, 1.0000])
    """
    check_ids("masks", masks, num_classes, ignore_index)
    counts = count_ids(masks)[:num_classes].double()
    if counts.sum() == 0:
        raise ValueError(f"masks: every pixel is void ({ignore_index}), so no class has a share")
    share = counts / counts.sum()
    present = share > 0
    weights = share[present] ** -power
    result = torch.ones(num_classes, dtype=torch.float32, device=masks.device)
    result[present] = (weights / weights.mean()).float()
    return result
