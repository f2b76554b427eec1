"""The weights for streets that come with the package."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import torch

from segedu import nets
from segedu.bench import STREETS
from segedu.data import CamVid, stack
from segedu.data.camvid import LABELS
from segedu.evaluate import evaluate
from segedu.nets.flip_average import MirrorAverage
from segedu.predict import predict
from tools.origin import ROOT

CARD = (STREETS.parent / "README.md").read_text(encoding="utf-8")
TABLE = ROOT / "benchmarks" / "results" / "camvid-ten-minutes.json"
ROW = json.loads(TABLE.read_text("utf-8"))["runs"]["Feature pyramid"]


def test_they_are_small_and_know_their_classes():
    assert STREETS.stat().st_size < 12e6
    net, labels, size = nets.load(STREETS, name="fpn2s")
    assert labels == LABELS and size == (360, 480)
    assert all(value.dtype == torch.float32 for value in net.state_dict().values() if value.is_floating_point())
    assert predict(net, np.zeros((90, 120, 3), np.uint8)).shape == (90, 120)


def test_the_card_quotes_the_recorded_run():
    scores = ROW["0"]["iou"] | {key: ROW["0"][key] for key in ("miou", "boundary_f")}
    quoted = {float(number) for number in re.findall(r"0\.\d{3}\b", CARD)}
    assert {round(value, 3) for value in scores.values()} <= quoted | {None}


@pytest.mark.camvid
def test_they_score_on_streets_what_the_card_says():
    data = stack(CamVid("test")[:233:8])
    score = evaluate(MirrorAverage(nets.load(STREETS).net), data, tolerance=None)
    assert abs(score.miou - ROW["0"]["miou"]) < 0.06, "an eighth of the test pictures"
