"""A trained system on pictures that it has not seen."""

from __future__ import annotations

import time
from statistics import median
from typing import Any

import numpy as np
import torch

from segedu.bench.systems import Trained
from segedu.data import LabelledImages
from segedu.evaluate import Score
from segedu.metrics import BoundaryF, BoundaryIoU, ConfusionMatrix, IoUByPicture, band_width


def score(trained: Trained, data: LabelledImages) -> tuple[Score, float]:
    """Predict the pictures one by one; the score, and the median of the milliseconds that one took."""
    maps, milliseconds = answers(trained, data)
    return score_maps(maps, data), milliseconds


def answers(trained: Trained, data: LabelledImages) -> tuple[list[np.ndarray], float]:
    """The label map of every picture, and the median of the milliseconds that one took."""
    maps, times = [], []
    for image in data.images.permute(0, 2, 3, 1).numpy():
        began = time.perf_counter()
        maps.append(trained.predict(image))
        times.append(1000 * (time.perf_counter() - began))
    return maps, median(times)


def score_maps(maps: list[np.ndarray], data: LabelledImages) -> Score:
    """The score of a label map for each picture."""
    confusion, boundary = ConfusionMatrix(len(data.labels)), BoundaryF(len(data.labels))
    for ids, mask in zip(maps, data.masks, strict=True):
        confusion.update(ids, mask)
        boundary.update(ids, mask)
    return Score(data.labels, confusion, boundary)


def beyond_miou(maps: list[np.ndarray], data: LabelledImages) -> dict[str, Any]:
    """Scores picture by picture and in the bands along boundaries, and the mIoU of each drive, by its name."""
    classes, width = len(data.labels), band_width(tuple(data.masks.shape[-2:]))
    pictures, bands, drives = IoUByPicture(classes), BoundaryIoU(classes, width), {}
    for name, ids, mask in zip(data.names, maps, data.masks, strict=True):
        for counter in (pictures, bands, drives.setdefault(name.split("_")[0], ConfusionMatrix(classes))):
            counter.update(ids, mask)
    means = {
        "miou_by_picture": pictures.by_picture,
        "miou_by_class": pictures.by_class,
        "worst_tenth": pictures.worst(0.1),
        "boundary_iou": bands.mean,
    }
    by_drive = {name: round(confusion.miou, 4) for name, confusion in drives.items()}
    return {name: round(value, 4) for name, value in means.items()} | {"miou_by_drive": by_drive}


def milliseconds_on_one_core(trained: Trained, data: LabelledImages, pictures: int = 8) -> float:
    """The median of the milliseconds that one picture takes, over a few of them, with one thread of PyTorch."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return answers(trained, data[:pictures])[1]
    finally:
        torch.set_num_threads(threads)
