"""The CRF explorer shows what `dense_crf` gives for every setting of its controls."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from segedu.crf import dense_crf
from segedu.data.scenes import LABELS, Scenes
from segedu.plots import overlay
from segedu.widgets import explore_crf

SAMPLE = Scenes(1, (48, 64))[0]
PROBS = torch.randn(len(LABELS), 48, 64, generator=torch.Generator().manual_seed(0)).softmax(dim=0)
ZOOM = 6  # 64 pixels shown at 384
SETTINGS = {"w1": 12.0, "w2": 2.0, "sigma_alpha": 5.0, "sigma_beta": 20.0, "sigma_gamma": 3.0, "iterations": 2}


def shown(image):
    return np.asarray(Image.open(io.BytesIO(image.value)).convert("RGB"))[::ZOOM, ::ZOOM]


def coat(probs):
    return overlay(SAMPLE.image, probs.argmax(dim=0).to(torch.uint8).numpy(), LABELS)


@pytest.mark.parametrize("count", range(len(SETTINGS) + 1))
def test_the_explorer_follows_its_controls(count):
    explorer = explore_crf(SAMPLE.image, PROBS, LABELS)
    for name in list(SETTINGS)[:count]:
        getattr(explorer, name).value = SETTINGS[name]
    parameters = {name: getattr(explorer, name).value for name in SETTINGS}
    picture = torch.from_numpy(SAMPLE.image.copy()).permute(2, 0, 1)[None]
    answer = dense_crf(PROBS[None], picture, **parameters)[0]
    np.testing.assert_array_equal(shown(explorer.before), coat(PROBS))
    np.testing.assert_array_equal(shown(explorer.after), coat(answer))
    changed = (answer.argmax(0) != PROBS.argmax(0)).double().mean().item()
    assert f"{100 * changed:.1f} %" in explorer.text.value
    assert changed > 0.1


def test_without_iterations_nothing_changes():
    explorer = explore_crf(SAMPLE.image, PROBS, LABELS)
    explorer.iterations.value = 0
    np.testing.assert_array_equal(shown(explorer.before), shown(explorer.after))
    assert "0.0 %" in explorer.text.value


def test_every_control_has_a_name():
    explorer = explore_crf(SAMPLE.image, PROBS, LABELS)
    assert all(getattr(explorer, name).description for name in SETTINGS)


def test_probabilities_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"\(48, 64\)"):
        explore_crf(SAMPLE.image, PROBS[:, 1:], LABELS)
