"""What it costs on CamVid to resize maps to fit, where they should be enlarged by a whole factor and cut.

It needs the frames in $SEGEDU_DATA/camvid (see `segedu.data.CamVid`). The settings are those of the recorded run
camvid_fcn4s_wide2, with fewer steps. The drive 0006R0 is held out of the training frames: it and the validation clip
are scored; the test split is not touched.
"""

from __future__ import annotations

import sys
from functools import cache, partial
from pathlib import Path

from segedu.data import Augment, CamVid, LabelledImages, stack
from segedu.evaluate import evaluate
from segedu.nets.fcn import FCN

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.libraries.input_sizes_padding import ResizingFCN
from benchmarks.study import run

SIZE, HELD_OUT, STEPS, WIDTH = (180, 240), "0006R0", 800, 64


@cache
def frames(split: str) -> LabelledImages:
    """The training frames without the held-out drive, that drive, or the validation clip."""
    data = CamVid("val" if split == "val" else "train", size=SIZE)
    if split != "val":
        data.names = tuple(name for name in data.names if name.startswith(HELD_OUT) == (split == "held_out"))
    return stack(data)


def enlarged(kind: type[FCN], seed: int) -> dict[str, float]:
    """Train one network as the recorded run did; its scores on the drive and on the clip."""
    augment = Augment(crop=(160, 208), scale=(0.8, 1.6), flip=0.5, brightness=0.3)
    settings = {"batch_size": 12, "lr": 3e-3, "weight_decay": 0.1, "warmup": 50, "mixed_precision": True}
    make = partial(kind, stride=4, width=WIDTH)
    net, history = recipe.trained(make, frames("train"), seed, STEPS, augment=augment, **settings)
    scores = {"held_out": evaluate(net, frames("held_out")), "val": evaluate(net, frames("val"))}
    found = {f"{split}_miou": score.miou for split, score in scores.items()}
    found |= {f"{split}_boundary_f": score.boundary_f for split, score in scores.items()}
    return recipe.rounded(found) | {"seconds": round(history.seconds, 1)}


VARIANTS = {"enlarged by whole factors": partial(enlarged, FCN), "resized to fit": partial(enlarged, ResizingFCN)}

if __name__ == "__main__":
    what = f"FCN-4s on CamVid at 180 x 240, drive {HELD_OUT} held out, {STEPS} steps"
    run("camvid_enlarge", what, VARIANTS, seeds=[0, 1], settings={"steps": STEPS, "width": WIDTH})
