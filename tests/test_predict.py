"""One picture in, one label map of the same size out."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from segedu import nets
from segedu.predict import predict, predict_probabilities


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
