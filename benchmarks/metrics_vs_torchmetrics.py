"""Time ConfusionMatrix.update beside torchmetrics' MulticlassJaccardIndex.update on one CamVid-sized batch.

Both get the same logits (8 x 11 x 360 x 480, float32) and the same truth with void, in turns, so that a busy
machine slows both alike; the ratio is the median of the paired ratios. The scores are compared before
anything is timed.

    python benchmarks/metrics_vs_torchmetrics.py --out benchmarks/results/metrics_vs_torchmetrics.json
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import torch
import torchmetrics
from torchmetrics.classification import MulticlassJaccardIndex

from segedu.metrics import ConfusionMatrix
from segedu.results import write_measurement

SHAPE = (8, 11, 360, 480)


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


def compare(runs: int, validate: bool, threads: int) -> dict[str, float | bool | int]:
    """Medians over ``runs`` alternating updates, after one of each to warm up."""
    torch.set_num_threads(threads)
    pair = batch()
    ours = ConfusionMatrix(SHAPE[1])
    theirs = MulticlassJaccardIndex(SHAPE[1], average=None, ignore_index=255, validate_args=validate)
    seconds(ours, pair), seconds(theirs, pair)
    torch.testing.assert_close(ours.iou().float(), theirs.compute())
    times = [(seconds(ours, pair), seconds(theirs, pair)) for _ in range(runs)]
    ratios = [other / mine for mine, other in times]
    return {
        "threads": threads,
        "torchmetrics_validates": validate,
        "segedu_ms": round(1e3 * statistics.median(mine for mine, _ in times), 2),
        "torchmetrics_ms": round(1e3 * statistics.median(other for _, other in times), 2),
        "times_faster": round(statistics.median(ratios), 2),
        "times_faster_worst_pair": round(min(ratios), 2),
    }


def main() -> None:
    """Compare with one thread and with all, print the record, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    threads = sorted({1, torch.get_num_threads()})
    cases = [(validate, number) for number in threads for validate in (True, False)]
    found = {
        "shape": SHAPE,
        "runs": options.runs,
        "torchmetrics": torchmetrics.__version__,
        "results": [compare(options.runs, validate, number) for validate, number in cases],
    }
    what = "one update with logits and truth, median milliseconds; segedu always checks its input"
    print(write_measurement(options.out, what, found).read_text())


if __name__ == "__main__":
    main()
