"""Self-checks of chapter 13, labels for video. All in one dimension: a picture is a row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from segedu.exercises.check import FunctionCheck

VOID = 255


def _fetch(labels: np.ndarray, places: np.ndarray) -> np.ndarray:
    inside = (places >= 0) & (places < len(labels))
    return np.where(inside, labels[places.clip(0, len(labels) - 1)], VOID)


def _nearest(places: np.ndarray) -> np.ndarray:
    return np.floor(places + 0.5).astype(int)


def _warp(labels: np.ndarray, flow: np.ndarray) -> np.ndarray:
    return _fetch(labels, _nearest(np.arange(len(labels)) + flow))


def _pushed(labels: np.ndarray, flow: np.ndarray) -> np.ndarray:
    result = np.full(len(labels), VOID)
    for place, label in zip(_nearest(np.arange(len(labels)) + flow), labels, strict=True):
        if 0 <= place < len(labels):
            result[place] = label
    return result


def _mixed(labels: np.ndarray, flow: np.ndarray) -> np.ndarray:
    places = np.arange(len(labels)) + flow
    inside = (places >= 0) & (places <= len(labels) - 1)
    return np.where(inside, np.interp(places, np.arange(len(labels)), labels), VOID)


check_warp = FunctionCheck(
    solution=_warp,
    cases=[
        (np.array([7, 7, 3, 3, 5]), np.zeros(5)),
        (np.array([7, 7, 3, 3, 5]), np.full(5, -1.0)),
        (np.array([7, 8, 3, 4, 5]), np.array([2.0, 0.7, 0.2, -3.0, -1.4])),
        (np.array([1, 2, 3, 4]), np.array([-2.0, 9.0, 0.4, 1.0])),
    ],
    why="Every pixel got one answer, and what nobody can know is void.",
    mistakes=[
        (_pushed, "you pushed each label along its flow; let each pixel fetch its label from where the flow ends"),
        (lambda labels, flow: _warp(labels, -flow), "you went against the flow"),
        (lambda labels, flow: _fetch(labels, np.floor(np.arange(len(labels)) + flow).astype(int)),
         "you rounded down; take the nearest pixel"),
        (lambda labels, flow: labels[_nearest(np.arange(len(labels)) + flow).clip(0, len(labels) - 1)],
         "beyond the rim you took the last label; nobody knows what is there, so it is void, 255"),
        (lambda labels, flow: labels[_nearest(np.arange(len(labels)) + flow) % len(labels)],
         "what left the picture came in again on the other side; beyond the rim is void, 255"),
        (_mixed, "you mixed class ids; half of a car and half of a pole is no class"),
    ],
)  # fmt: skip
"""Exercise 1: fetch labels along a flow."""


def _home(there: np.ndarray, back: np.ndarray, tolerance: float) -> np.ndarray:
    end = _nearest(np.arange(len(there)) + there)
    inside = (end >= 0) & (end < len(there))
    return inside & (np.abs(there + back[end.clip(0, len(there) - 1)]) <= tolerance)


def _with(rule: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> Callable:
    def check(there: np.ndarray, back: np.ndarray, tolerance: float) -> np.ndarray:
        end = _nearest(np.arange(len(there)) + there)
        inside = (end >= 0) & (end < len(there))
        return inside & rule(there, back[end.clip(0, len(there) - 1)], tolerance)

    return check


def _rim_forgotten(there: np.ndarray, back: np.ndarray, tolerance: float) -> np.ndarray:
    end = _nearest(np.arange(len(there)) + there).clip(0, len(there) - 1)
    return np.abs(there + back[end]) <= tolerance


def _in_place(there: np.ndarray, back: np.ndarray, tolerance: float) -> np.ndarray:
    end = _nearest(np.arange(len(there)) + there)
    return (end >= 0) & (end < len(there)) & (np.abs(there + back) <= tolerance)


_THERE = np.array([0.0, 2.0, 2.0, 2.0, 0.0, 0.0, 1.0])
_BACK = np.array([0.0, 0.0, 0.0, -2.0, -2.0, -2.0, 0.4])

check_home = FunctionCheck(
    solution=_home,
    cases=[
        (np.zeros(4), np.zeros(4), 0.5),
        (np.array([1.0, 1.0, 1.0, 1.0]), np.full(4, -1.0), 0.5),
        (_THERE, _BACK, 0.5),
        (np.array([0.0, 0.0, 0.3, 0.0]), np.array([0.0, 1.0, 0.1, -0.4]), 0.4),
    ],
    why="A pixel that does not come home was covered, or its flow is wrong. Both are reasons not to use it.",
    mistakes=[
        (_in_place, "you read the flow back where you started; read it where the first flow ends"),
        (_with(lambda there, back, tolerance: np.abs(there - back) <= tolerance),
         "you took the difference; whoever comes home has gone as far back as there, so the sum is zero"),
        (_rim_forgotten, "you kept pixels whose flow leaves the picture; nothing is known of them"),
        (_with(lambda there, back, tolerance: there + back <= tolerance),
         "missing home on the other side is missing it too; take the distance"),
        (lambda there, back, tolerance: ~_home(there, back, tolerance), "you returned those that do not come home"),
        (_with(lambda there, back, tolerance: np.abs(there + back) == 0),
         "you asked for the exact place; home is where it is missed by no more than the tolerance"),
    ],
)  # fmt: skip
"""Exercise 2: there and back again."""


def _relaxed(probabilities: np.ndarray, window: np.ndarray) -> float:
    allowed = sorted(set(window.ravel().tolist()) - {VOID})
    return float(-np.log(probabilities[allowed].sum()))


def _allowed(window: np.ndarray) -> list[int]:
    return sorted(set(window.ravel().tolist()) - {VOID})


check_relaxed = FunctionCheck(
    solution=_relaxed,
    cases=[
        (np.array([0.2, 0.5, 0.3]), np.full((3, 3), 1)),
        (np.array([0.2, 0.5, 0.3]), np.array([[0, 0, 1], [0, 0, 1], [0, 1, 1]])),
        (np.array([0.1, 0.2, 0.3, 0.4]), np.array([[2, 2, 3], [2, 255, 3], [2, 2, 0]])),
        (np.array([0.6, 0.1, 0.3]), np.array([[255, 1, 1], [1, 1, 2], [1, 1, 1]])),
    ],
    why="Along a boundary the network may split its probability between both sides at no cost.",
    mistakes=[
        (lambda probabilities, window: float(-np.log(probabilities[window[1, 1]])) if window[1, 1] != VOID
         else float(-np.log(probabilities[_allowed(window)].max())),
         "that is cross-entropy with the label in the middle; every class of the window will do"),
        (lambda probabilities, window: float(-np.log(probabilities[_allowed(window)]).sum()),
         "you added up losses; add up probabilities, then take the logarithm"),
        (lambda probabilities, window: float(-np.log(probabilities[_allowed(window)]).mean()),
         "you took the mean of losses; add up probabilities, then take the logarithm"),
        (lambda probabilities, window: float(-np.log(probabilities[_allowed(window)].mean())),
         "you divided by the number of classes; the probability of one or the other is their sum"),
        (lambda probabilities, window: float(-np.log(probabilities[_allowed(window)].max())),
         "you took the likelier class alone; both count"),
        (lambda probabilities, window: float(-np.log(sum(probabilities[c] for c in window.ravel() if c != VOID))),
         "you counted a class once for each of its pixels; each class of the window counts once"),
    ],
)  # fmt: skip
"""Exercise 3: the relaxed loss of one pixel."""
