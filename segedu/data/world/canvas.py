"""A canvas of parts: drawn once, read three times, as colours, as classes and as instances.

Nothing is painted in colours. Each shape writes the number of its *part* (a car's window, a tree's sunny
side), and tables say what a part looks like, what it is, to which object it belongs, and what moves it. So the mask
cannot disagree with the picture. The canvas is `FINE` times finer than the picture: a pixel's colour is the
mean over its fine pixels (soft edges), its class that of the fine pixel in its centre (crisp edges).
"""

from __future__ import annotations

import numpy as np

FINE = 3
"""Fine pixels along a pixel's side; odd, so that one lies in the centre."""

CLEAR = 16
"""The see-through weight of a part that shows the backdrop and nothing else."""

EMPTY = -(2**14)
"""The code of nothing: so low that no part's number makes it positive."""

Color = tuple[int, int, int]


class Canvas:
    """Parts on a grid of ``(FINE * height, FINE * width)`` fine pixels.

    Parameters
    ----------
    height, width : int
        Size of the picture, in pixels.

    Attributes
    ----------
    owner : int
        What the parts made from now on move with; see `segedu.data.world.motion`.
    """

    def __init__(self, height: int, width: int) -> None:
        self.parts = np.zeros((FINE * height, FINE * width), dtype=np.int16)
        self.owner = 0
        self._owners: list[int] = []
        self._looks: list[int] = []
        self._labels: list[int] = []
        self._instances: list[int] = []

    def part(self, color: Color, label: int, instance: int = 0, clear: int = 0) -> int:
        """Make a part, return its number; ``clear`` sixteenths of the backdrop shine through it."""
        red, green, blue = color
        ink = CLEAR - clear
        # Four numbers in one, each with room for its sum over a pixel: one addition sums them all.
        self._looks.append(clear << 48 | red * ink << 32 | green * ink << 16 | blue * ink)
        self._labels.append(label)
        self._owners.append(self.owner)
        self._instances.append(instance)
        return len(self._looks) - 1

    def rectangle(self, left: int, top: int, right: int, bottom: int, part: int) -> None:
        """Fill columns ``left .. right - 1`` of rows ``top .. bottom - 1``."""
        if right > 0 and bottom > 0:
            self.parts[top if top > 0 else 0 : bottom, left if left > 0 else 0 : right] = part

    def stamp(self, codes: np.ndarray, left: int, top: int, first: int) -> None:
        """Draw a small drawing with its upper left corner at ``(left, top)``.

        Parameters
        ----------
        codes : (h, w) int16
            Code 0 becomes part ``first``, code 1 the next, and so on; `EMPTY` leaves what is there.
        left, top : int
            In fine pixels; what lies outside of the canvas is cut off.
        first : int
            Parts are numbered in the order in which they are drawn, so what is in front has the larger
            number: ``first`` and its followers must be newer than all that is there.
        """
        height, width = codes.shape
        y, x = max(-top, 0), max(-left, 0)
        below = self.parts[top + y : max(top + height, 0), left + x : max(left + width, 0)]
        if below.shape != codes.shape:
            codes = codes[y : y + below.shape[0], x : x + below.shape[1]]
        np.maximum(below, codes + np.int16(first), out=below)

    def image(self, backdrop: np.ndarray) -> np.ndarray:
        """Return the picture in front of a ``backdrop``; both are ``(3, H, W)`` int32 in 0..255."""
        looks = np.array(self._looks, dtype=np.int64).take(self.parts.astype(np.intp))
        rows = looks[::FINE] + looks[1::FINE]
        for k in range(2, FINE):
            rows += looks[k::FINE]
        total = rows[:, ::FINE] + rows[:, 1::FINE]
        for k in range(2, FINE):
            total += rows[:, k::FINE]
        image = (total >> 48).astype(np.int32) * backdrop
        for channel, shift in enumerate((32, 16, 0)):
            image[channel] += (total >> shift).astype(np.uint16)
        weight = CLEAR * FINE * FINE
        image += weight // 2
        image //= weight
        return image

    def labels(self) -> tuple[np.ndarray, np.ndarray]:
        """Return class ids ``(H, W)`` uint8 and object ids ``(H, W)`` int32: 1, 2, ... without a gap."""
        centres = self._centres()
        instances = np.array(self._instances)
        seen = np.zeros(instances.max() + 1, dtype=bool)
        seen[instances[np.bincount(centres.ravel(), minlength=len(instances)) > 0]] = True
        seen[0] = False
        number = np.where(seen, np.cumsum(seen), 0).astype(np.int32)
        return np.array(self._labels, dtype=np.uint8).take(centres), number[instances].take(centres)

    def owners(self) -> np.ndarray:
        """Return what each pixel moves with, ``(H, W)`` int64."""
        return np.array(self._owners, dtype=np.int64).take(self._centres())

    def _centres(self) -> np.ndarray:
        return self.parts[FINE // 2 :: FINE, FINE // 2 :: FINE].astype(np.intp)
