"""From one labelled frame to its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from segedu.labels import VOID
from segedu.video.occlusion import seen_in_both
from segedu.video.warp import check_flow, compose, warp_image, warp_labels

Flow = Callable[[int, int], np.ndarray]
"""From frame number ``target`` to frame number ``source``, ``(H, W, 2)``: as `segedu.data.Clip.flow`."""


@dataclass(frozen=True, eq=False)
class Propagated:
    """A labelled frame as it would look at another time, with its labels.

    Parameters
    ----------
    frame : int
        The number of that time's frame. Its own picture and ``mask`` make the pair of *label* propagation.
    image : (H, W, 3) uint8
        The labelled picture, warped. It and ``mask`` make the pair of *joint* propagation.
    mask : (H, W) uint8
        The labels, warped; void where they come from outside of the picture.
    flow : (H, W, 2)
        From that frame to the labelled one.
    """

    frame: int
    image: np.ndarray
    mask: np.ndarray
    flow: np.ndarray


def propagate(
    frames: Sequence[np.ndarray],
    labelled: int,
    mask: np.ndarray,
    targets: Iterable[int],
    flow: Flow,
    hide_occluded: bool = False,
) -> list[Propagated]:
    """Carry a picture and its labels to other frames of its clip.

    Parameters
    ----------
    frames : sequence of (H, W, 3) uint8
        The clip's pictures, in the order of time.
    labelled : int
        The number of the labelled one.
    mask : (H, W) uint8
        Its labels.
    targets : iterable of int
        Numbers of the frames to label.
    flow : function
        Exact (`segedu.data.Clip.flow`), or ``chained(estimated(frames, ilk))``.
    hide_occluded : bool
        Void as well where going there and back does not come home (`seen_in_both`).

    Returns
    -------
    list of Propagated
        One for each target.

    Raises
    ------
    ValueError
        If there are fewer than two frames, a number is out of range, the mask has not the frames' size, or a flow
        neither.
    """
    _check(frames, labelled, mask)
    found = []
    for target in targets:
        _check_number("target", target, frames)
        way = flow(target, labelled)
        check_flow(way, mask.shape, f"flow({target}, {labelled})")
        moved = warp_labels(mask, way)
        if hide_occluded:
            moved = np.where(seen_in_both(way, flow(labelled, target)), moved, np.uint8(VOID))
        found.append(Propagated(target, warp_image(frames[labelled], way), moved, way))
    return found


def estimated(frames: Sequence[np.ndarray], method: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Flow:
    """Make a flow between any two frames ``(H, W, 3)`` with a method such as `ilk`, which looks at these two alone."""
    return lambda target, source: method(frames[target], frames[source])


def chained(flow: Flow) -> Flow:
    """Go from frame to frame, one neighbour after the other, where motion is small; the steps are put together.

    Pictures and labels are then warped once, however many the steps, so that neither is blurred or chipped by each of
    them. (The authors' code of label propagation warps once for each step.)
    """

    def steps(target: int, source: int) -> np.ndarray:
        if target == source:
            return flow(target, source)
        ahead = 1 if source > target else -1
        way = flow(target, target + ahead)
        for t in range(target + ahead, source, ahead):
            way = compose(way, flow(t, t + ahead))
        return way

    return steps


def _check(frames: Sequence[np.ndarray], labelled: int, mask: np.ndarray) -> None:
    if len(frames) < 2:
        raise ValueError(f"frames: found {len(frames)}, expected two or more; one frame has no neighbour to label")
    _check_number("labelled", labelled, frames)
    if mask.shape != frames[labelled].shape[:2]:
        raise ValueError(f"mask: found {mask.shape}, expected {frames[labelled].shape[:2]}, the labelled frame's size")


def _check_number(name: str, number: int, frames: Sequence[np.ndarray]) -> None:
    if not 0 <= number < len(frames):
        raise ValueError(f"{name}: found {number}, expected 0 to {len(frames) - 1}, the numbers of the frames")
