"""A whole data set as two tensors of bytes, on the device where the network trains.

CamVid's training split at 360 x 480 is 190 MB as bytes: it fits on any GPU, and then no loader is ever waited for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from segedu.data.listed import Listed
from segedu.data.sample import Dataset, Sample
from segedu.labels import VOID, LabelSet, count_ids


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Pictures of one size with their masks.

    Parameters
    ----------
    images : (N, 3, H, W) uint8 tensor
    masks : (N, H, W) uint8 tensor
        Class ids, 255 void.
    labels : LabelSet
    names : tuple of str
        One name a picture, for error messages and tables.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or no picture is given.
    """

    images: torch.Tensor
    masks: torch.Tensor
    labels: LabelSet
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, tensor in (("images", self.images), ("masks", self.masks)):
            if tensor.dtype != torch.uint8:
                raise ValueError(f"{name}: found {tensor.dtype}, expected uint8 (images 0..255, masks class ids)")
        if self.images.ndim != 4 or self.images.shape[1] != 3:
            raise ValueError(f"images: found shape {tuple(self.images.shape)}, expected (N, 3, H, W)")
        n, _, h, w = self.images.shape
        if n == 0:
            raise ValueError("images: no picture given, expected at least one")
        if self.masks.shape != (n, h, w):
            raise ValueError(
                f"masks: found shape {tuple(self.masks.shape)}, expected {(n, h, w)} to go with the images"
            )

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index):
        """One `Sample` for an integer; `LabelledImages` for a slice."""
        if isinstance(index, slice):
            return replace(self, images=self.images[index], masks=self.masks[index], names=self.names[index])
        image = self.images[index].permute(1, 2, 0).cpu().numpy()
        return Sample(image, self.masks[index].cpu().numpy(), name=self.names[index] if self.names else str(index))

    def to(self, device: torch.device | str) -> LabelledImages:
        """The same pictures on another device."""
        return replace(self, images=self.images.to(device), masks=self.masks.to(device))


def stack(data: Dataset | LabelledImages) -> LabelledImages:
    """All samples of a data set as bytes in memory; `LabelledImages` come back as they are.

    Parameters
    ----------
    data : sequence of Sample with ``.labels``
        All pictures of one size; ids are checked against the label set.

    Raises
    ------
    ValueError
        If it is empty, its pictures differ in size, or ids lie outside the label set (names the picture).

    Examples
    --------
    >>> from segedu.data import Scenes
    >>> stack(Scenes(2)).images.shape
    torch.Size([2, 3, 96, 128])
    """
    if isinstance(data, LabelledImages):
        return data
    if not hasattr(data, "labels"):
        raise TypeError(f"data: a {type(data).__name__} without .labels; give a data set, such as Scenes or CamVid")
    samples = [data[i] for i in range(len(data))]
    if not samples:
        raise ValueError("data: the data set is empty, expected at least one picture")
    for sample in samples:
        data.labels.check(sample.mask, source=f"mask of {sample.name or 'a sample'}", binary=True)
        if sample.mask.shape != samples[0].mask.shape:
            raise ValueError(
                f"{sample.name}: the picture is {sample.mask.shape}, the first {samples[0].mask.shape} (rows, columns)."
                " Give the data set a size (on the command line --size ROWS COLUMNS), or crop them first."
            )
    masks = torch.from_numpy(np.stack([s.mask for s in samples]))
    # What reads files has looked at what is stored; here, void may also be what `fit_to` put around the pictures.
    if not isinstance(data, Listed) and count_ids(masks).nonzero().flatten().tolist() == [0, VOID]:
        raise ValueError(
            "masks: found only 0 and 255 in the whole data set. If 255 means 'object', divide the masks by 255."
        )
    images = torch.from_numpy(np.stack([s.image for s in samples])).permute(0, 3, 1, 2).contiguous()
    return LabelledImages(images, masks, data.labels, tuple(s.name for s in samples))
