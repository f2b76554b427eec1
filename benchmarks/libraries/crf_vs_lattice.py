"""Time and memory of the exact dense CRF and of pydensecrf2's lattice, and how far the lattice is from exact.

The probabilities are the truth of a made picture, blurred: like a network's, and the same on every machine. Either
program runs in a process of its own for its memory, and both take turns in one process for the times.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydensecrf import densecrf
from pydensecrf.utils import unary_from_softmax
from scipy.ndimage import gaussian_filter

from segedu.crf import dense_crf
from segedu.data import Scenes

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.study import run

ITERATIONS = 10
PARAMETERS = {
    "DeepLab's": {"w1": 4.0, "w2": 3.0, "sigma_alpha": 67.0, "sigma_beta": 3.0, "sigma_gamma": 1.0},
    "pydensecrf's example": {"w1": 10.0, "w2": 3.0, "sigma_alpha": 80.0, "sigma_beta": 13.0, "sigma_gamma": 3.0},
}
SIZES = [(48, 64), (96, 128), (180, 240), (360, 480)]


def problem(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A picture ``(H, W, 3)`` bytes, and probabilities ``(C, H, W)``: its one-hot truth, blurred by 4 % of its rows."""
    sample, count = Scenes(10, size, seed=1)[3], len(Scenes.labels)
    known = np.where(sample.mask < count, sample.mask, 0)
    one_hot = (known == np.arange(count)[:, None, None]).astype(np.float64)
    blurred = gaussian_filter(one_hot, (0, 0.04 * size[0], 0.04 * size[0])) + 0.02
    return sample.image, (blurred / blurred.sum(0)).astype(np.float32)


def exact(picture: np.ndarray, probs: np.ndarray, p: dict[str, float], iterations: int = ITERATIONS) -> np.ndarray:
    """The answer of `dense_crf`, ``(C, H, W)``."""
    image = torch.tensor(picture).permute(2, 0, 1)[None].contiguous()
    return dense_crf(torch.tensor(probs)[None], image, iterations=iterations, **p)[0].numpy()


def lattice(picture: np.ndarray, probs: np.ndarray, p: dict[str, float], iterations: int = ITERATIONS) -> np.ndarray:
    """The answer of pydensecrf2, ``(C, H, W)``."""
    crf = densecrf.DenseCRF2D(picture.shape[1], picture.shape[0], len(probs))
    crf.setUnaryEnergy(unary_from_softmax(probs))
    crf.addPairwiseGaussian(sxy=p["sigma_gamma"], compat=p["w2"])
    sigmas = {"sxy": p["sigma_alpha"], "srgb": p["sigma_beta"]}
    crf.addPairwiseBilateral(**sigmas, rgbim=np.ascontiguousarray(picture), compat=p["w1"])
    return np.array(crf.inference(iterations)).reshape(probs.shape)


PROGRAMS: dict[str, Callable] = {"exact": exact, "lattice": lattice}


def peak_mebibytes(program: str, size: tuple[int, int]) -> float:
    """What one program adds to the peak memory of a fresh process; one iteration needs as much as ten."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(added_memory, program, size).result()


def added_memory(program: str, size: tuple[int, int]) -> float:
    """`peak_mebibytes` of this process (Linux only: the kernel's high-water mark is set back before the run)."""
    given, parameters = problem(size), PARAMETERS["DeepLab's"]
    PROGRAMS[program](*problem((32, 32)), parameters, 1)  # what the library needs anyway
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmRSS")
    PROGRAMS[program](*given, parameters, 1)
    return memory("VmHWM") - before


def memory(kind: str) -> float:
    """Resident memory of this process in MiB, now (VmRSS) or at most (VmHWM)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{kind}:")[1].split()[0]) / 1024


def compare(size: tuple[int, int], repetitions: int, _seed: int) -> dict[str, Any]:
    """Time, memory and distance at one size; the programs take turns."""
    exact(*problem((32, 32)), PARAMETERS["DeepLab's"])  # warm up
    given, found = problem(size), {}
    once = repetitions == 1  # minutes on a CPU, so only the first set of parameters
    for kind, parameters in list(PARAMETERS.items())[: 1 if once else None]:
        seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
        answers = {}
        for _ in range(repetitions):
            for name, program in PROGRAMS.items():
                start = time.perf_counter()
                answers[name] = program(*given, parameters)
                seconds[name].append(round(time.perf_counter() - start, 3))
        difference = np.abs(answers["exact"] - answers["lattice"])
        labels = [answers[name].argmax(0) for name in PROGRAMS]
        found[kind] = {
            "seconds": seconds,
            "median_seconds": {name: statistics.median(times) for name, times in seconds.items()},
            "mean_difference": float(f"{difference.mean():.3g}"),
            "largest_difference": float(f"{difference.max():.3g}"),
            "equal_labels": round(float((labels[0] == labels[1]).mean()), 4),
            "labels_changed_by_the_crf": round(float((labels[0] != given[1].argmax(0)).mean()), 4),
        }
    found["peak_mebibytes"] = {name: round(peak_mebibytes(name, size), 1) for name in PROGRAMS}
    return found


VARIANTS = {
    f"{size[0]} x {size[1]}": partial(compare, size, repetitions)
    for size, repetitions in zip(SIZES, (5, 5, 2, 1), strict=True)
}

if __name__ == "__main__":
    what = f"Exact dense CRF and pydensecrf2, {len(Scenes.labels)} classes, {ITERATIONS} iterations, on a made picture"
    run("crf_vs_lattice", what, VARIANTS, seeds=[0], settings={"parameters": PARAMETERS})
