"""The same training on a GPU, in both half precisions."""

import pytest
import torch

from segedu.evaluate import evaluate
from segedu.predict import predict
from segedu.train import fit
from segedu.train.step import Stepper
from tests.train.halves import halves, tiny_net

pytestmark = pytest.mark.gpu


@pytest.mark.parametrize("native_bfloat16", [True, False])
def test_fit_resume_evaluate_and_predict_work_on_a_gpu(tmp_path, monkeypatch, native_bfloat16):
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda *_, **__: native_bfloat16)
    for steps in (20, 20):
        net = tiny_net()
        history = fit(net, halves(), val=halves(), steps=steps, lr=1e-2, device="cuda", progress=False,
                      checkpoint=tmp_path / "state.pt", checkpoint_every=5)  # fmt: skip
    assert len(history.loss) == 20
    assert history.loss[-1] < history.loss[0]
    assert evaluate(net, halves()).miou > 0.5
    assert predict(net, halves()[0].image).shape == (48, 64)


def test_a_batch_is_made_on_the_device():
    net = tiny_net().cuda()
    data = halves().to("cuda")
    from segedu.data import Augment
    from segedu.losses import cross_entropy

    stepper = Stepper(net, data, torch.optim.SGD(net.parameters(), 0.1), cross_entropy, Augment((32, 40)), 4, 0, True)
    images, target = stepper.batch(0)
    assert images.device.type == target.device.type == "cuda"
