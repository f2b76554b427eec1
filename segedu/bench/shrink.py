"""Pictures made smaller by a whole factor, for systems that cannot afford all pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F

from segedu.data import LabelledImages


def shrunk(data: LabelledImages, factor: int) -> LabelledImages:
    """Colours averaged over squares of ``factor`` pixels a side, and the label of the pixel in the middle of each.

    Examples
    --------
    >>> from segedu.data import Scenes, stack
    >>> shrunk(stack(Scenes(1)), 2).images.shape
    torch.Size([1, 3, 48, 64])
    """
    if factor == 1:
        return data
    images = torch.cat([F.avg_pool2d(part.float(), factor).round().byte() for part in data.images.split(16)])
    rows, columns = images.shape[-2:]
    masks = data.masks[:, factor // 2 :: factor, factor // 2 :: factor][:, :rows, :columns]
    return replace(data, images=images, masks=masks.contiguous())


def shrunk_picture(image: np.ndarray, factor: int) -> np.ndarray:
    """The same for one picture ``(H, W, 3)`` uint8."""
    if factor == 1:
        return image
    x = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float()
    return F.avg_pool2d(x, factor).round().byte()[0].permute(1, 2, 0).numpy()
