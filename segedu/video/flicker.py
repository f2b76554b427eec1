"""Is a film's label map steady? What changes although nothing happened is flicker."""

from __future__ import annotations

import numpy as np

from segedu.labels import VOID
from segedu.video.warp import warp_labels


class Flicker:
    """Count the pixels whose label differs from that of the same point of the world in the frame before.

    Only pixels that can be seen in both frames count. A system can be steady and wrong: read it beside mIoU. The
    measure is that of Varghese and others, *Unsupervised temporal consistency metric for video segmentation in
    highly-automated driving*, CVPR Workshops 2020, taken pixel by pixel.

    Examples
    --------
    >>> flicker = Flicker()
    >>> flicker.update(np.array([[1, 1]]), np.array([[1, 2]]), np.zeros((1, 2, 2)), np.array([[True, True]]))
    >>> flicker.share
    0.5
    """

    def __init__(self) -> None:
        self.changed = self.counted = 0

    def update(self, after: np.ndarray, before: np.ndarray, flow: np.ndarray, visible: np.ndarray) -> None:
        """Add two frames.

        Parameters
        ----------
        after, before : (H, W) integers
            The label maps of a frame and of the one before it.
        flow : (H, W, 2)
            From ``after`` to ``before``.
        visible : (H, W) bool
            Which pixels of ``after`` the frame before shows too: `segedu.data.Clip.visible`, or `seen_in_both`.

        Raises
        ------
        ValueError
            If sizes differ, or the flow holds NaN or infinity.
        """
        if not after.shape == before.shape == visible.shape:
            raise ValueError(
                f"after, before, visible: found {after.shape}, {before.shape}, {visible.shape}, expected one size"
            )
        earlier = warp_labels(before, flow)
        counts = visible & (earlier != VOID) & (after != VOID)
        self.changed += int((counts & (after != earlier)).sum())
        self.counted += int(counts.sum())

    @property
    def share(self) -> float:
        """Of the counted pixels, those that changed: 0 to 1; NaN where none were counted."""
        return self.changed / self.counted if self.counted else float("nan")
