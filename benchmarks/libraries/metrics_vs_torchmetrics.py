"""Time ConfusionMatrix.update beside torchmetrics' MulticlassJaccardIndex.update on one CamVid-sized batch.

Both get the same logits (8 x 11 x 360 x 480, float32) and the same truth with void, in turns, so that a busy
machine slows both alike; the ratio is the median of the paired ratios. The scores are compared before
anything is timed.
"""

from __future__ import annotations

import statistics
import sys
import time
from functools import partial
from pathlib import Path

import torch
import torchmetrics
from torchmetrics.classification import MulticlassJaccardIndex

from segedu.metrics import ConfusionMatrix

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.study import run

SHAPE, RUNS = (8, 11, 360, 480), 15


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    """Random logits ``SHAPE`` and a truth in which a tenth of the pixels is void."""
    generator = torch.Generator().manual_seed(0)
    n, classes, height, width = SHAPE
    logits = torch.randn(SHAPE, generator=generator)
    truth = torch.randint(0, classes, (n, height, width), generator=generator)
    truth[torch.rand(truth.shape, generator=generator) < 0.1] = 255
    return logits, truth


def seconds(metric: ConfusionMatrix | MulticlassJaccardIndex, pair: tuple[torch.Tensor, torch.Tensor]) -> float:
    """Time one update."""
    start = time.perf_counter()
    metric.update(*pair)
    return time.perf_counter() - start


def compare(validate: bool, threads: int | None, _seed: int) -> dict[str, float | bool | int]:
    """Medians over alternating updates, after one of each to warm up; no number of threads means all of them."""
    everyone = torch.get_num_threads()
    torch.set_num_threads(threads or everyone)
    pair = batch()
    ours = ConfusionMatrix(SHAPE[1])
    theirs = MulticlassJaccardIndex(SHAPE[1], average=None, ignore_index=255, validate_args=validate)
    seconds(ours, pair), seconds(theirs, pair)
    torch.testing.assert_close(ours.iou.float(), theirs.compute())
    times = [(seconds(ours, pair), seconds(theirs, pair)) for _ in range(RUNS)]
    torch.set_num_threads(everyone)
    ratios = [other / mine for mine, other in times]
    return {
        "threads": threads or everyone,
        "torchmetrics_validates": validate,
        "segedu_ms": round(1e3 * statistics.median(mine for mine, _ in times), 2),
        "torchmetrics_ms": round(1e3 * statistics.median(other for _, other in times), 2),
        "times_faster": round(statistics.median(ratios), 2),
        "times_faster_worst_pair": round(min(ratios), 2),
    }


VARIANTS = {
    "one thread, torchmetrics validates": partial(compare, True, 1),
    "one thread, torchmetrics does not": partial(compare, False, 1),
    "all threads, torchmetrics validates": partial(compare, True, None),
    "all threads, torchmetrics does not": partial(compare, False, None),
}

if __name__ == "__main__":
    what = "one update with logits and truth, median milliseconds; segedu always checks its input"
    settings = {"shape": SHAPE, "runs": RUNS, "torchmetrics": torchmetrics.__version__}
    run("metrics_vs_torchmetrics", what, VARIANTS, seeds=[0], settings=settings)
