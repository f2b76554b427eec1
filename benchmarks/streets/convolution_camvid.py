"""Chapter 05's near, middle and far fields on real streets.

It needs the frames in $SEGEDU_DATA/camvid (see `segedu.data.CamVid`); trained and validated at 96 x 128.
"""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path

from segedu.data import CamVid, LabelledImages, stack
from segedu.evaluate import evaluate

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.chapters.convolution_nets import DILATIONS, reaching
from benchmarks.study import run

SIZE, STEPS = (96, 128), 300


@cache
def frames(split: str) -> LabelledImages:
    """One split of CamVid."""
    return stack(CamVid(split, SIZE))


def field(dilations: tuple[int, ...], seed: int) -> dict[str, float]:
    """MIoU of one field."""
    net, _ = recipe.trained(partial(reaching, dilations), frames("train"), seed, STEPS)
    return {"miou": round(evaluate(net, frames("val"), tolerance=None).miou, 4)}


if __name__ == "__main__":
    what = "Chapter 05's near, middle and far fields on CamVid at 96 x 128: mIoU on the validation pictures"
    run("convolution_camvid", what, {name: partial(field, rates) for name, rates in DILATIONS.items()})
