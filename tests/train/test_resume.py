"""A run killed in the middle ends with the same weights as one that was not."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from segedu import nets
from segedu.losses import cross_entropy
from segedu.train import fit
from tests.train.halves import halves, same_weights, tiny_net

SCRIPT = textwrap.dedent("""
    import sys
    from segedu import nets
    from segedu.data import Augment
    from segedu.train import fit
    from tests.train.halves import halves, tiny_net

    net = tiny_net()
    fit(net, halves(), steps=60, batch_size=4, checkpoint=sys.argv[1], checkpoint_every=5, progress=False,
        augment=Augment((40, 40), (0.8, 1.5), brightness=0.2))
    nets.save(net, sys.argv[2])
""")


def start(state, weights):
    root = str(Path(__file__).parents[2])
    # One thread: sums in another order would already differ in the last bit.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": root}
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(state), str(weights)], cwd=root, env=environment)


def test_a_run_killed_with_sigkill_resumes_bit_for_bit(tmp_path):
    whole = start(tmp_path / "whole.pt", tmp_path / "whole.safetensors")
    assert whole.wait(timeout=240) == 0

    killed = start(tmp_path / "state.pt", tmp_path / "killed.safetensors")
    give_up = time.monotonic() + 240
    while not (tmp_path / "state.pt").exists() and time.monotonic() < give_up:
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not (tmp_path / "killed.safetensors").exists(), "it had ended before it was killed"
    done = len(torch.load(tmp_path / "state.pt", weights_only=True)["history"]["loss"])
    assert 0 < done < 60

    assert start(tmp_path / "state.pt", tmp_path / "killed.safetensors").wait(timeout=240) == 0
    a, b = (nets.load(tmp_path / f"{name}.safetensors").net for name in ("whole", "killed"))
    assert same_weights(a, b)


@pytest.fixture
def state(tmp_path):
    fit(tiny_net(), halves(), steps=4, checkpoint=tmp_path / "state.pt", checkpoint_every=2, progress=False)
    return tmp_path / "state.pt"


def test_a_finished_run_is_not_repeated(state):
    net = tiny_net(seed=9)
    history = fit(net, halves(), steps=4, checkpoint=state, progress=False)
    assert len(history.loss) == 4
    assert not same_weights(net, tiny_net(seed=9))


def test_other_settings_are_named(state):
    with pytest.raises(ValueError, match=r"state\.pt: saved by a run with lr = 0\.003, this one has lr = 0\.01"):
        fit(tiny_net(), halves(), steps=4, lr=0.01, checkpoint=state, progress=False)


def test_other_pictures_are_noticed(state):
    other = halves()
    other.images[0, 0, 0, 0] += 1
    with pytest.raises(ValueError, match=r"saved by a run with data = 12 pictures.*this one has data = 12 pictures"):
        fit(tiny_net(), other, steps=4, checkpoint=state, progress=False)


def test_another_loss_is_noticed(state):
    weighted = partial(cross_entropy, weight=torch.tensor([1.0, 2.0]))
    with pytest.raises(ValueError, match=r"loss = cross_entropy, this one has loss = cross_entropy\(weight="):
        fit(tiny_net(), halves(), steps=4, loss=weighted, checkpoint=state, progress=False)


def test_numpy_numbers_in_the_settings_survive(tmp_path):
    for _ in range(2):
        fit(tiny_net(), halves(), steps=2, lr=np.float64(1e-3), checkpoint=tmp_path / "s.pt", progress=False)


def test_another_network_is_named(state):
    with pytest.raises(ValueError, match=r"saved by a run with net = .*fcn8s.*this one has net = .*fcn16s"):
        fit(nets.build("fcn16s", 2, width=8), halves(), steps=4, checkpoint=state, progress=False)


@pytest.mark.parametrize("content", [b"", b"not a state", None])
def test_a_corrupt_state_is_named(state, content):
    state.write_bytes(state.read_bytes()[:500] if content is None else content)
    with pytest.raises(ValueError, match=r"state\.pt: damaged, or not a training state"):
        fit(tiny_net(), halves(), steps=4, checkpoint=state, progress=False)
