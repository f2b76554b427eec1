"""Self-checks of chapter 15, real streets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from segedu.exercises.check import FunctionCheck

_NAN = float("nan")
_TABLES = (
    np.array([[0.2, 0.4], [0.6, 0.8]]),
    np.array([[0.9, _NAN], [0.5, 0.1], [0.7, 0.6], [0.2, _NAN]]),
    np.linspace(0.05, 0.95, 60).reshape(20, 3) ** 2,
    np.array([[0.9, 0.0, _NAN]] * 3 + [[0.3, _NAN, _NAN]]),
)


def _lowest(scores: np.ndarray, share: float) -> float:
    return float(np.sort(scores)[: max(1, round(share * len(scores)))].mean())


def _worst(table: np.ndarray, share: float) -> float:
    return _lowest(np.nanmean(table, axis=1), share)


def _entries(table: np.ndarray, share: float) -> float:
    return _lowest(table[~np.isnan(table)], share)


def _none_kept(table: np.ndarray, share: float) -> float:
    scores = np.sort(np.nanmean(table, axis=1))
    kept = scores[: round(share * len(scores))]
    return float(kept.mean()) if len(kept) else 0.0


check_worst = FunctionCheck(
    solution=_worst,
    cases=[(_TABLES[0], 0.5), (_TABLES[1], 0.5), (_TABLES[2], 0.1), (_TABLES[3], 0.1)],
    why="The mean of a set says little about its worst pictures, and those are the ones that matter on a street.",
    mistakes=[
        (lambda table, share: _lowest(np.nan_to_num(table).mean(axis=1), share),
         "you counted a class that a picture does not have as 0"),
        (_entries, "you took the lowest entries of the table; it is pictures that are sorted, each by its mean"),
        (lambda table, share: -_lowest(-np.nanmean(table, axis=1), share), "you took the best pictures"),
        (lambda table, share: float(np.nanmean(table, axis=1).min()), "you took the one worst picture, not a share"),
        (_none_kept, "with few pictures the share rounds to none; keep one at least"),
    ],
)  # fmt: skip
"""Exercise 1: the mean of the worst pictures."""


def _binned(confidence: np.ndarray, right: np.ndarray, bins: int) -> list[tuple[int, float, float]]:
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    inside = [place == number for number in range(bins)]
    return [(int(one.sum()), float(confidence[one].mean()), float(right[one].mean())) for one in inside if one.any()]


def _error(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    return sum(count * abs(sure - share) for count, sure, share in _binned(confidence, right, bins)) / len(right)


def _unweighted(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    return float(np.mean([abs(sure - share) for _, sure, share in _binned(confidence, right, bins)]))


def _signed(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    return sum(count * (sure - share) for count, sure, share in _binned(confidence, right, bins)) / len(right)


def _last_lost(confidence: np.ndarray, right: np.ndarray, bins: int) -> float:
    inside = confidence < 1
    found = _binned(confidence[inside], right[inside], bins)
    return sum(count * abs(sure - share) for count, sure, share in found) / len(right)


_SURE = np.array([0.95, 0.91, 0.82, 0.55, 0.62, 0.35, 1.0, 0.71, 0.99, 0.48])
_RIGHT = np.array([1, 0, 1, 1, 0, 0, 0, 1, 1, 1])

check_calibration_error = FunctionCheck(
    solution=_error,
    cases=[
        (np.array([0.9, 0.9, 0.9]), np.array([1, 1, 0]), 10),
        (np.array([0.75, 0.75, 0.25, 0.25]), np.array([1, 1, 0, 1]), 2),
        (_SURE, _RIGHT, 5),
        (_SURE[:7], _RIGHT[:7], 4),
    ],
    why="Too sure in one bin and not sure enough in another do not cancel, and bins of few pixels count little.",
    mistakes=[
        (_unweighted, "every bin counted alike; weight it with its pixels"),
        (_signed, "errors of different sign cancelled; take the distance in each bin first"),
        (lambda confidence, right, bins: float(np.abs(confidence - right).mean()),
         "you compared each pixel with 0 or 1; a single pixel cannot be calibrated, a bin can"),
        (_last_lost, "a confidence of 1 fell out; it belongs to the last bin"),
    ],
)  # fmt: skip
"""Exercise 2: the expected calibration error."""

Names = Sequence[str]


def _split(names: Names, held_out: Names) -> tuple[list[str], list[str]]:
    inside = [name.split("_")[0] in held_out for name in names]
    train = [name for name, held in zip(names, inside, strict=True) if not held]
    return train, [name for name, held in zip(names, inside, strict=True) if held]


def _every_other(names: Names, held_out: Names) -> tuple[list[str], list[str]]:
    count = len(_split(names, held_out)[1])
    chosen = {round(i * len(names) / max(1, count)) for i in range(count)}
    return ([n for i, n in enumerate(names) if i not in chosen], [n for i, n in enumerate(names) if i in chosen])


def _anywhere(names: Names, held_out: Names) -> tuple[list[str], list[str]]:
    inside = [any(drive in name for drive in held_out) for name in names]
    train = [name for name, held in zip(names, inside, strict=True) if not held]
    return train, [name for name, held in zip(names, inside, strict=True) if held]


_NAMES = ["0001TP_006690", "0006R0_f00930", "0001TP_006720", "0016E5_00390", "0006R0_f00960", "0016E5_0006R0"]

check_split_by_drive = FunctionCheck(
    solution=_split,
    cases=[(_NAMES[:5], ["0006R0"]), (_NAMES, ["0006R0"]), (_NAMES, ["0001TP", "0016E5"]), (_NAMES, [])],
    why="The score of the validation is now one of streets that the network never drove through.",
    mistakes=[
        (lambda names, held_out: _split(names, held_out)[::-1], "you trained on what was to be held out"),
        (_every_other, "you took single frames out of every drive, so their neighbours are in training"),
        (_anywhere, "the name of a drive stood elsewhere in the file's name; compare the part before the underscore"),
        (lambda names, held_out: tuple(sorted(part) for part in _split(names, held_out)),
         "you sorted the names; keep their order"),
    ],
)  # fmt: skip
"""Exercise 3: whole drives for validation."""
