"""Chapter 15 on CamVid: the same pictures scored by networks that saw their drive, and by those that did not.

See `camvid_drives`. Both networks of a pair learn from equally many pictures.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.camvid_drives import SETTINGS, drives, joined, part, split, spread, trained
from benchmarks.study import run
from segedu.data import LabelledImages
from segedu.evaluate import evaluate

STEPS = 200


def fifth(data: LabelledImages, held_out: bool) -> LabelledImages:
    """Every fifth picture, or all others."""
    return part(data, [i for i in range(len(data)) if (i % 5 == 2) == held_out])


def learn(seen: bool, clip: bool, seed: int) -> dict[str, Any]:
    """Train with the scored drive or without it; score its clip, or every fifth of its frames."""
    dusk, long, short = (drives((name,)) for name in ("0001TP", "0016E5", "0006R0"))
    scored, own, other = (split("val"), long, short) if clip else (fifth(short, True), fifth(short, False), long)
    count = min(len(own), len(other))  # beside the dusk drive, which both have
    data = joined(dusk, spread(own if seen else other, count, seed))
    net, history = trained(data, seed, STEPS)
    facts = recipe.facts(evaluate(net, scored), "boundary_f", classes=scored.labels.names)
    return {**facts, "pictures": len(data), "scored": len(scored), "seconds": round(history.seconds, 1)}


VARIANTS = {
    "the validation clip, its drive seen": partial(learn, True, True),
    "the validation clip, its drive not seen": partial(learn, False, True),
    "every fifth frame of 0006R0, the frames between them seen": partial(learn, True, False),
    "every fifth frame of 0006R0, its drive not seen": partial(learn, False, False),
}

if __name__ == "__main__":
    what = "Leaky splits of CamVid: mIoU on pictures whose drive the network saw, and on the same when it did not"
    run("15_real_streets_split", what, VARIANTS, settings={**SETTINGS, "steps": STEPS})
