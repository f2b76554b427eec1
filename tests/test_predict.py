"""One picture in, one label map of the same size out."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from segedu import nets
from segedu.data import Sample, Scenes, normalize
from segedu.data.fit import fit_to
from segedu.evaluate import evaluate
from segedu.metrics import ConfusionMatrix
from segedu.nets.flip_average import MirrorAverage
from segedu.nets.parts.blocks import resize_to
from segedu.predict import enlarged_rows, predict, predict_probabilities
from segedu.train import fit


class Fitted:
    """A data set whose pictures are fitted into a size."""

    def __init__(self, data, size):
        self.data, self.size, self.labels = data, size, data.labels

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return fit_to(self.data[index], self.size)


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return nets.build("fcn8s", 5, width=8).eval()


@pytest.fixture(scope="module")
def photo():
    from skimage import data

    return data.chelsea()[:123, :201]


def test_the_answer_has_the_pictures_size_and_known_ids(net, photo):
    mask = predict(net, photo)
    assert mask.shape == photo.shape[:2]
    assert mask.dtype == np.uint8
    assert mask.max() < 5


def test_paths_pillow_images_bytes_and_floats_agree(net, photo, tmp_path):
    Image.fromarray(photo).save(tmp_path / "p.png")
    expected = predict(net, photo)
    for same in (tmp_path / "p.png", str(tmp_path / "p.png"), Image.fromarray(photo), photo / 255):
        assert np.array_equal(predict(net, same), expected)


def test_probabilities_sum_to_one(net, photo):
    assert torch.allclose(predict_probabilities(net, photo).sum(dim=0), torch.ones(123, 201), atol=1e-5)


def test_rows_change_what_the_network_sees_and_not_the_answers_size(net, photo):
    seen = []
    handle = net.register_forward_pre_hook(lambda _, inputs: seen.append(tuple(inputs[0].shape)))
    mask = predict(net, photo, rows=64)
    handle.remove()
    assert seen == [(1, 3, 64, 105)]
    assert mask.shape == (123, 201)


def test_a_network_sees_a_picture_as_in_training(photo):
    """Fitted into the size of the training pictures, which `fit` and `load` note, and filled up in the same way."""
    net = nets.build("fcn8s", 5, width=8).eval()
    net.trained_size = (64, 48)
    seen = []
    handle = net.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    mask = predict(net, photo)
    handle.remove()
    sample = fit_to(Sample(photo, np.zeros(photo.shape[:2], np.uint8)), (64, 48))
    expected = normalize(torch.from_numpy(sample.image.copy()).permute(2, 0, 1)[None])
    assert torch.equal(seen[0], expected)
    assert mask.shape == photo.shape[:2]


def test_the_size_of_training_is_noted_and_may_be_overruled(photo, tmp_path):
    net = nets.build("fcn8s", 9, width=8)
    fit(net, Scenes(4, size=(40, 56)), steps=1, batch_size=2, progress=False)
    nets.save(net, tmp_path / "net.safetensors")
    again = nets.load(tmp_path / "net.safetensors").net
    assert np.array_equal(predict(again, photo), predict(net, photo))
    assert np.array_equal(predict(MirrorAverage(net).eval(), photo), predict(MirrorAverage(again), photo))
    seen = []
    again.register_forward_pre_hook(lambda _, inputs: seen.append(tuple(inputs[0].shape[2:])))
    for rows in (None, 123, 10):
        predict(again, photo, rows=rows)
    assert seen == [(40, 56), (123, 201), (32, 32)]


def test_a_wide_picture_is_scored_alike_by_prediction_and_evaluation():
    torch.manual_seed(0)
    train, size = Scenes(12, size=(48, 192)), (48, 64)
    net = nets.build("fcn8s", 9, width=8)
    fit(net, Fitted(train, size), steps=30, batch_size=4, lr=5e-3, progress=False)
    confusion = ConfusionMatrix(9)
    for sample in train:
        small = fit_to(sample, size)
        confusion.update(predict(net, small.image)[:16], small.mask[:16])
    assert abs(confusion.miou - evaluate(net, Fitted(train, size)).miou) < 0.01


@pytest.mark.parametrize("shape", [(7, 9), (40, 30), (64, 48), (130, 200)])
def test_enlarging_in_strips_is_enlarging(shape):
    x = torch.randn(4, 40, 30)
    whole = resize_to(x[None], shape)[0]
    for many in (1, 3, 50, 500):
        parts = [enlarged_rows(x, shape, i, min(i + many, shape[0])) for i in range(0, shape[0], many)]
        assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-4)  # positions are rounded in float32


def test_strips_do_not_change_the_answer(net, photo, monkeypatch):
    expected = predict_probabilities(net, photo, rows=64).argmax(dim=0).numpy()
    monkeypatch.setattr("segedu.predict.STRIP", 5 * 201 * 10)
    assert (predict(net, photo, rows=64) == expected).mean() > 0.999


def test_more_classes_than_a_byte_holds_do_not_wrap_around(photo):
    mask = predict(nets.build("fcn32s", 300, width=8).eval(), photo)
    assert mask.dtype == np.int32


@pytest.mark.parametrize("rows", [0, -5])
def test_rows_must_be_positive(net, photo, rows):
    with pytest.raises(ValueError, match=f"rows: found {rows}"):
        predict(net, photo, rows=rows)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((31, 64, 3), np.uint8), r"image: found 31 x 64 pixels, expected at least 32 x 32"),
        (np.zeros((64, 64), np.uint8), r"found shape \(64, 64\), expected \(H, W, 3\)"),
        (np.full((64, 64, 3), np.nan), r"12288 values that are NaN or infinite"),
        (np.full((64, 64, 3), 200.0), r"floats in 200\.\.200, expected 0\.\.1"),
        (np.zeros((64, 64, 3), np.int32), r"found int32, expected uint8"),
    ],
)
def test_bad_pictures_say_what_is_wrong(net, picture, message):
    with pytest.raises(ValueError, match=message):
        predict(net, picture)


def test_training_mode_does_not_leak_into_a_prediction(photo):
    net = nn.Sequential(nn.BatchNorm2d(3), nn.Conv2d(3, 2, 1)).train()
    before = net[0].running_mean.clone()
    predict(net, photo)
    assert torch.equal(net[0].running_mean, before)
    assert net.training
