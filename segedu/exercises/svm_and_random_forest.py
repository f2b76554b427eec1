"""Self-checks of chapter 04, SVM and random forest."""

from __future__ import annotations

import numpy as np

from segedu.exercises.check import FunctionCheck, ValueCheck

check_reach = ValueCheck(
    130,
    why="4 sigma for the blur, and one pixel for each of the two derivatives.",
    mistakes=[
        (32, "that is sigma itself; the Gaussian is cut at 4 sigma"),
        (64, "that is 2 sigma; here the Gaussian is cut at 4 sigma"),
        (128, "that is the blur alone; the curvature looks further, at blurred neighbours"),
        (129, "a curvature takes the gradient twice, one pixel further each time"),
        (260, "that is both sides together; how far is it from the middle?"),
        (261, "that is the width of the window, from one end to the other"),
    ],
)
"""Exercise 1: reach, in pixels, of the curvature at sigma 32."""


def _hinge(scores: np.ndarray, sides: np.ndarray) -> float:
    return float(np.maximum(0, 1 - sides * scores).mean())


check_hinge_loss = FunctionCheck(
    solution=_hinge,
    cases=[
        (np.array([0.0]), np.array([1])),
        (np.array([2.0, 0.5]), np.array([1, 1])),
        (np.array([2.0, 0.5, -0.5, -3.0]), np.array([-1, -1, -1, -1])),
        (np.array([0.2, -1.5, 4.0, -0.7]), np.array([1, 1, -1, -1])),
    ],
    why="Beyond the margin the loss is exactly 0, so those pixels have no say in where the plane goes.",
    mistakes=[
        (lambda scores, sides: (1 - sides * scores).mean(),
         "below zero there is no loss: cut it off with max(0, ...)"),
        (lambda scores, sides: np.maximum(0, -sides * scores).mean(),
         "the room to spare is missing: a score of 0.5 on the right side still costs 0.5"),
        (lambda scores, sides: (np.maximum(0, 1 - sides * scores) ** 2).mean(),
         "that is the squared hinge loss, which LinearSVC uses; here the plain one is asked for"),
        (lambda scores, sides: np.maximum(0, 1 - sides * scores).sum(), "you added up; the mean is asked for"),
        (lambda scores, sides: np.maximum(0, 1 - scores).mean(),
         "you treated all pixels as +1; multiply each score by its side"),
        (lambda scores, sides: np.maximum(0, 1 + sides * scores).mean(),
         "the sign is turned: a score on the right side must cost less"),
    ],
)  # fmt: skip
"""Exercise 2: mean of ``max(0, 1 - y f(x))``."""


def _gini(counts: np.ndarray) -> float:
    return float(1 - ((counts / counts.sum()) ** 2).sum())


def _impurity_after(left: np.ndarray, right: np.ndarray) -> float:
    total = left.sum() + right.sum()
    return float(left.sum() / total * _gini(left) + right.sum() / total * _gini(right))


def _entropy(counts: np.ndarray) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def _entropy_after(left: np.ndarray, right: np.ndarray) -> float:
    total = left.sum() + right.sum()
    return float(left.sum() / total * _entropy(left) + right.sum() / total * _entropy(right))


check_impurity_after = FunctionCheck(
    solution=_impurity_after,
    cases=[
        (np.array([3, 3]), np.array([2, 2])),
        (np.array([4, 0]), np.array([0, 2])),
        (np.array([8, 2]), np.array([1, 1])),
        (np.array([5, 0, 1]), np.array([1, 6, 7])),
    ],
    why="A tree tries every question and keeps the one for which this number is smallest.",
    mistakes=[
        (lambda left, right: (_gini(left) + _gini(right)) / 2,
         "both halves count alike; weigh each by its share of the pixels"),
        (lambda left, right: _gini(left) + _gini(right), "you added the two; a weighted mean is asked for"),
        (lambda left, right: _gini(left + right), "that is the impurity before the question"),
        (lambda left, right: _gini(left + right) - _impurity_after(left, right),
         "that is what the question gains; the impurity that is left is asked for"),
        (_entropy_after, "that is the entropy; Gini impurity is one minus the sum of the squared shares"),
    ],
)  # fmt: skip
"""Exercise 3: Gini impurity after a question, from the counts on both sides."""
