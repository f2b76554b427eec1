"""Class ids, one-hot channels and colours: three ways to write one label map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

VOID = 255
"""The id of a pixel that nobody labelled: it counts in no loss and in no score."""


def check_ids(
    source: str, ids: torch.Tensor | np.ndarray, num_classes: int, ignore_index: int | None = None, remedy: str = ""
) -> None:
    """Raise `ValueError`, which names ``source``, unless each integer is one of the classes or ``ignore_index``.

    Parameters
    ----------
    source : str
        What to call the ids in the error: an argument or a file.
    ids : tensor or array of integers
    num_classes : int
    ignore_index : int, optional
        The id of void; without it, void is an error as well.
    remedy : str
        What to do, for the end of the error.
    """
    if ids.min() >= 0 and ids.max() < num_classes:
        return
    wrong = (ids < 0) | (ids >= num_classes)
    if ignore_index is not None:
        wrong &= ids != ignore_index
    if wrong.any():
        found = np.unique(np.asarray(ids[wrong].tolist()))
        void = "" if ignore_index is None else f" or {ignore_index} (void)"
        raise ValueError(f"{source}: found ids {_few(found)}, expected 0..{num_classes - 1}{void}{remedy}")


def palette(n: int) -> tuple[tuple[int, int, int], ...]:
    """The first ``n`` colours of VOC's palette (at most 256, all different).

    The three lowest bits of an id become the highest bits of red, green and blue, the next three bits the next
    highest, and so on. So small ids are far apart.

    Examples
    --------
    >>> palette(4)
    ((0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0))
    """
    return tuple(
        tuple(sum((index >> (3 * bit + channel) & 1) << (7 - bit) for bit in range(3)) for channel in range(3))
        for index in range(n)
    )


VOID_COLOR = palette(256)[VOID]
"""The colour of void in VOC's palette, for label sets that take their colours from it."""


@dataclass(frozen=True)
class LabelSet:
    """Names and colours of the classes; the position of a class is its id.

    Parameters
    ----------
    names : tuple of str
        One name a class, in the order of the ids ``0 .. C-1``.
    colors : tuple of (int, int, int)
        One RGB colour a class, 0..255; all different, and different from ``void_color``.
    void_color : (int, int, int)
        The colour of void pixels (id 255).

    Raises
    ------
    ValueError
        If the numbers of names and colours differ, a name or a colour occurs twice, or there are more than
        255.

    Examples
    --------
    >>> labels = LabelSet(("sky", "road"), ((135, 206, 235), (90, 90, 90)))
    >>> labels.id("road")
    1
    >>> labels.colorize(np.array([[0, 255]], dtype=np.uint8)).tolist()
    [[[135, 206, 235], [0, 0, 0]]]
    """

    names: tuple[str, ...]
    colors: tuple[tuple[int, int, int], ...]
    void_color: tuple[int, int, int] = (0, 0, 0)

    def __post_init__(self) -> None:
        if len(self.names) != len(self.colors):
            raise ValueError(f"{len(self.names)} names but {len(self.colors)} colors: give one color a class")
        if len(self.names) > VOID:
            raise ValueError(f"{len(self.names)} classes: ids are bytes and {VOID} is void, so at most {VOID} fit")
        for what, values in (("name", self.names), ("color", (*self.colors, self.void_color))):
            twice = sorted({v for v in values if values.count(v) > 1})
            if twice:
                raise ValueError(f"{what} {twice[0]!r} occurs twice: every class needs its own {what}")

    def __len__(self) -> int:
        return len(self.names)

    def id(self, name: str) -> int:
        """Id of the class called ``name``; `ValueError` if there is none."""
        if name not in self.names:
            raise ValueError(f"no class {name!r}; the classes are {', '.join(self.names)}")
        return self.names.index(name)

    def palette(self) -> np.ndarray:
        """Colours by id as a ``(256, 3)`` uint8 table; ids without a class get ``void_color``."""
        table = np.tile(np.array(self.void_color, dtype=np.uint8), (256, 1))
        table[: len(self)] = self.colors
        return table

    def check(self, mask: np.ndarray, source: str = "mask", binary: bool = False) -> None:
        """Raise `ValueError` unless ``mask`` is ``(H, W)`` integers, each a class id or 255.

        Parameters
        ----------
        mask : array
            The label map to check.
        source : str
            What to call it in the error: the file's name, where there is one.
        binary : bool
            Accept a mask that holds nothing but 0 and 255: class 0 and void. Otherwise it is an error, for
            such a file is nearly always the black and white picture of a mask of two classes.
        """
        mask = np.asarray(mask)
        if mask.ndim != 2:
            raise ValueError(
                f"{source}: a mask is (H, W) class ids, found shape {mask.shape}. "
                "A picture in colours becomes ids with LabelSet.decolorize."
            )
        if not np.issubdtype(mask.dtype, np.integer):
            raise ValueError(f"{source}: a mask holds integers, found {mask.dtype}. Round or argmax it first.")
        found = np.unique(mask)
        if found.tolist() == [0, VOID] and not binary:
            raise ValueError(
                f"{source}: found only the ids 0 and {VOID}, like a mask drawn in black and white. "
                f"Divide it by {VOID} to get the ids 0 and 1; if they are class 0 and void, say binary=True."
            )
        if not self.known(found).all():
            check_ids(source, found, len(self), VOID, f". {self.remedy(found)}")

    def known(self, ids: np.ndarray) -> np.ndarray:
        """Which of some integers are a class or void, as booleans."""
        return ((ids >= 0) & (ids < len(self))) | (ids == VOID)

    def remedy(self, ids: np.ndarray) -> str:
        """Name the most likely mistake behind the ids of a mask, some of which are no class, in a sentence or two."""
        classes = ids[ids != VOID]
        if ids.size > len(self) + 1:
            return "So many values look like a grey or colour picture, or a mask resized with interpolation."
        if classes.min() == 1 and classes.max() == len(self):
            return (
                "They seem to count from 1: subtract 1 from each, or read them with "
                "Folder(..., ids={1: 0, 2: 1, ..., 255: 255})."
            )
        return "Map the ids to the class list (Folder(..., ids={...})), or give the list that the file was made with."

    def colorize(self, mask: np.ndarray) -> np.ndarray:
        """Ids to colours: ``(H, W)`` integers to ``(H, W, 3)`` uint8."""
        self.check(mask, binary=True)
        return self.palette()[np.asarray(mask)]

    def decolorize(self, rgb: np.ndarray, source: str = "rgb") -> np.ndarray:
        """Colours to ids: ``(H, W, 3)`` uint8 to ``(H, W)`` uint8; the inverse of `colorize`.

        Raises
        ------
        ValueError
            If a colour belongs to no class: it names ``source``, the colour and how many pixels have it.
        """
        rgb = np.asarray(rgb)
        if rgb.ndim != 3 or rgb.shape[2] != 3:
            raise ValueError(f"{source}: expected (H, W, 3) colours, found shape {rgb.shape}")
        code = _code(rgb)
        mask = np.full(code.shape, VOID, dtype=np.uint8)
        known = code == _code(np.array(self.void_color))
        for index, color in enumerate(self.colors):
            here = code == _code(np.array(color))
            mask[here] = index
            known |= here
        if not known.all():
            y, x = np.argwhere(~known)[0]
            raise ValueError(
                f"{source}: {int((~known).sum())} pixels have a colour of no class, the first "
                f"{tuple(map(int, rgb[y, x]))} at row {y}, column {x}. "
                "Was the mask resized with interpolation, or saved as JPEG?"
            )
        return mask

    def to_one_hot(self, mask: torch.Tensor) -> torch.Tensor:
        """Ids to channels: ``(..., H, W)`` integers to ``(..., C, H, W)`` float32; void is all zeros."""
        classes = torch.arange(len(self), device=mask.device).view(-1, 1, 1)
        return (mask.unsqueeze(-3) == classes).float()

    def from_one_hot(self, channels: torch.Tensor) -> torch.Tensor:
        """Channels to ids: ``(..., C, H, W)`` to ``(..., H, W)`` uint8; all-zero pixels become 255."""
        ids = channels.float().argmax(dim=-3).to(torch.uint8)  # argmax knows no bool
        return ids.masked_fill((channels == 0).all(dim=-3), VOID)


def count_ids(masks: torch.Tensor) -> torch.Tensor:
    """Pixels of each id 0..255 in uint8 masks, as a ``(256,)`` int64 tensor.

    Picture by picture, for a data set as int64 would take eight times its memory.

    Examples
    --------
    >>> count_ids(torch.tensor([[[0, 2, 2, 255]]], dtype=torch.uint8)).nonzero().flatten().tolist()
    [0, 2, 255]
    """
    return torch.stack([torch.bincount(mask.flatten(), minlength=256) for mask in masks]).sum(dim=0)


def _code(rgb: np.ndarray) -> np.ndarray:
    """One integer a colour, so that colours compare as numbers."""
    rgb = rgb.astype(np.int64)
    return (rgb[..., 0] << 16) | (rgb[..., 1] << 8) | rgb[..., 2]


def _few(ids: np.ndarray, most: int = 8) -> str:
    more = f" and {ids.size - most} more" if ids.size > most else ""
    return ", ".join(str(i) for i in ids[:most]) + more
