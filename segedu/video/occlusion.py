"""Which pixels of one frame can be seen in another, judged by two flows alone."""

from __future__ import annotations

import numpy as np

from segedu.video.warp import check_flow, compose, nearest_ends


def seen_in_both(there: np.ndarray, back: np.ndarray, share: float = 0.01, slack: float = 0.5) -> np.ndarray:
    """Go there and back: a pixel that does not come home was covered, or the flow is wrong.

    Sundaram, Brox, Keutzer, *Dense point trajectories by GPU-accelerated large displacement optical flow*, ECCV 2010,
    equation 5: the square of the distance from home is at most ``share`` of the squared lengths of both ways, and
    ``slack`` more.

    Parameters
    ----------
    there : (H, W, 2)
        Flow from the target to the source.
    back : (H, W, 2)
        Flow from the source to the target.
    share, slack : float
        As in the paper; ``slack`` in squared pixels.

    Returns
    -------
    (H, W) bool
        Of the target; False where the flow leaves the picture.

    Raises
    ------
    ValueError
        If sizes differ, or a flow holds NaN or infinity.
    """
    check_flow(there, there.shape[:2], "there")
    check_flow(back, there.shape[:2], "back")
    _, _, inside = nearest_ends(there, there.shape[:2])
    home = compose(there, back)
    way_back = home - there
    lengths = (there**2).sum(axis=-1) + (way_back**2).sum(axis=-1)
    return inside & ((home**2).sum(axis=-1) <= share * lengths + slack)
