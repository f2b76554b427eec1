"""What `segedu.train.fit` costs over a loop written by hand for the same job.

The two take turns on the same network, batch size, augmentation and optimizer; the ratio is taken pair by pair.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import torch

from segedu import nets
from segedu.data import Augment, LabelledImages, Scenes, stack
from segedu.losses import cross_entropy
from segedu.train import fit

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.study import run

STEPS, BATCH, PAIRS = 60, 16, 11
AUGMENT = Augment(crop=(80, 112), scale=(0.8, 1.4), brightness=0.2)


def bare_loop(data: LabelledImages) -> float:
    """Seconds for the job by hand: no history, no schedule, no check of the loss, no progress bar."""
    torch.manual_seed(0)
    net = nets.build("fcn8s", len(data.labels)).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=1e-4)
    began = time.perf_counter()
    net.train()
    for _ in range(STEPS):
        index = torch.randint(0, len(data), (BATCH,))
        images, target = AUGMENT(data.images[index], data.masks[index])
        loss = cross_entropy(net(images), target)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return time.perf_counter() - began


def with_fit(data: LabelledImages) -> float:
    """Seconds for the same job with `fit`."""
    torch.manual_seed(0)
    net = nets.build("fcn8s", len(data.labels))
    began = time.perf_counter()
    fit(net, data, steps=STEPS, batch_size=BATCH, augment=AUGMENT)
    return time.perf_counter() - began


def compare(_seed: int) -> dict[str, float | list[float]]:
    """Time both in turn."""
    data = stack(Scenes(64))
    pairs = []
    for number in range(PAIRS + 1):
        order = (with_fit, bare_loop) if number % 2 else (bare_loop, with_fit)
        seconds = {job.__name__: job(data) for job in order}
        if number:  # the first pair warms up
            pairs.append((seconds["with_fit"], seconds["bare_loop"]))
    ratios = sorted(a / b for a, b in pairs)
    return {
        "seconds_fit": round(statistics.median(a for a, _ in pairs), 3),
        "seconds_bare_loop": round(statistics.median(b for _, b in pairs), 3),
        "ratio_median": round(statistics.median(ratios), 3),
        "ratio_min_max": [round(ratios[0], 3), round(ratios[-1], 3)],
    }


if __name__ == "__main__":
    what = f"{STEPS} steps of {BATCH} pictures 96 x 128 with FCN-8s: fit against a loop by hand"
    run("fit_vs_bare_loop", what, {"fit and a loop by hand": compare}, seeds=[0], settings={"pairs": PAIRS})
