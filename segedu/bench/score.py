"""A trained system on pictures that it has not seen."""

from __future__ import annotations

import time
from statistics import median

from segedu.bench.systems import Trained
from segedu.data import LabelledImages
from segedu.evaluate import Score
from segedu.metrics import BoundaryF, ConfusionMatrix


def score(trained: Trained, data: LabelledImages) -> tuple[Score, float]:
    """Predict the pictures one by one; the score, and the median of the milliseconds that one took."""
    confusion, boundary, times = ConfusionMatrix(len(data.labels)), BoundaryF(len(data.labels)), []
    for i in range(len(data)):
        sample = data[i]
        began = time.perf_counter()
        ids = trained.predict(sample.image)
        times.append(1000 * (time.perf_counter() - began))
        confusion.update(ids, sample.mask)
        boundary.update(ids, sample.mask)
    return Score(data.labels, confusion, boundary), median(times)
