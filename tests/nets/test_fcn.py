"""FCN against the paper's table and against torchvision."""

import pytest
import torch
from torch import nn
from torchvision import models

from segedu import nets
from segedu.nets import FCN
from segedu.nets.backbones import VGG16, ResNet
from segedu.nets.fcn import FINAL_CROP, SKIP_CROP
from tests.nets.common import count, dilations, lively


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("fcn32s", 136_152_917), ("fcn16s", 134_815_994), ("fcn8s", 134_489_759)],
)
@torch.inference_mode()
def test_vgg16_versions_have_the_papers_parameters_and_take_odd_sizes(name, parameters):
    net = nets.build(name, 21, backbone="vgg16").eval()
    assert count(net) == parameters
    assert net(torch.zeros(1, 3, 33, 40)).shape == (1, 21, 33, 40)
    assert net(torch.zeros(1, 3, 65, 97)).shape == (1, 21, 65, 97)


def test_a_new_skip_changes_nothing_at_first():
    """Scores start at zero, so FCN-16s begins as FCN-32s (CVPR 2015, section 4.2)."""
    torch.manual_seed(0)
    net = FCN(3, stride=32).eval()
    finer = FCN(3, stride=16).eval()
    finer.load_state_dict(net.state_dict(), strict=False)
    nn.init.zeros_(finer.score["16"].weight)
    nn.init.zeros_(finer.score["16"].bias)
    x = torch.randn(1, 3, 96, 128)
    # Interpolating twice is not interpolating once, but the pixels under the coarse centres agree.
    assert torch.corrcoef(torch.stack([net(x).flatten(), finer(x).flatten()]))[0, 1] > 0.98


def centre(stride, padding=100):
    """Where pixel 0 of VGG-16's features at ``stride`` has its centre in the picture."""
    return (stride - 1) / 2 - (padding - 1)


def test_every_crop_lays_centre_on_centre():
    """A pixel of a transposed convolution (kernel 2f, stride f) has its centre f - 0.5 output pixels further on."""
    scores = centre(32) + 3 * 32  # fc6, 7 x 7 without padding: its centre is the fourth pixel
    for stride in (16, 8):
        assert scores - (2 * stride - 0.5) + FINAL_CROP[2 * stride] == 0
        enlarged = scores - 1.5 * stride  # kernel 4, stride 2: pixel 0 lies 1.5 fine pixels before the centre
        assert centre(stride) + SKIP_CROP[stride] * stride == enlarged
        scores = enlarged
    assert scores - (8 - 0.5) + FINAL_CROP[8] == 0


def test_learned_upsampling_starts_as_bilinear():
    torch.manual_seed(0)
    fixed = FCN(4, stride=8)
    learned = FCN(4, stride=8, upsampling="learned")
    learned.load_state_dict(fixed.state_dict(), strict=False)
    x = torch.randn(1, 3, 128, 128)
    inner = (..., slice(40, -40), slice(40, -40))
    assert torch.allclose(fixed.eval()(x)[inner], learned.eval()(x)[inner], atol=1e-4)


def test_the_dense_layers_of_vgg16_become_convolutions():
    """A classifier and its convolution give the same 4096 numbers on a 224 x 224 picture."""
    torch.manual_seed(0)
    classifier = models.vgg16(weights=None).eval()
    net = VGG16(form="padded").eval()
    net.load_classifier(classifier.state_dict())
    net.layers[0].padding = (1, 1)
    x = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():
        dense = classifier.classifier[:5](classifier.features(x).flatten(1))
        convolved = net(x)[32]
    assert convolved.shape == (1, 4096, 1, 1)
    assert torch.allclose(convolved.flatten(1), dense, atol=1e-5)


def test_another_networks_weights_are_refused():
    with pytest.raises(ValueError, match="that are not torchvision's vgg16"):
        VGG16(width=1, form="padded").load_classifier({"features.0.weight": torch.zeros(1)})


@pytest.fixture(scope="module")
def torchvision_fcn():
    torch.manual_seed(0)
    return lively(models.segmentation.fcn_resnet50(weights=None, weights_backbone=None, num_classes=6, aux_loss=True))


@pytest.mark.parametrize("size", [(64, 96), (65, 97), (33, 40)])
@torch.inference_mode()
def test_fcn_resnet50_equals_torchvision(torchvision_fcn, size):
    net = nets.load_torchvision("fcn_resnet50", torchvision_fcn.state_dict())
    x = torch.randn(2, 3, *size)
    theirs = torchvision_fcn(x)
    ours = net.forward_with_auxiliary(x)
    assert torch.allclose(net(x), theirs["out"], atol=1e-5)
    assert torch.allclose(ours.logits, theirs["out"], atol=1e-5)
    assert torch.allclose(ours.auxiliary, theirs["aux"], atol=1e-5)


@torch.inference_mode()
def test_weights_without_auxiliary_head_are_fine(torchvision_fcn):
    weights = {k: v for k, v in torchvision_fcn.state_dict().items() if not k.startswith("aux")}
    net = nets.load_torchvision("fcn_resnet50", weights)
    x = torch.randn(1, 3, 40, 40)
    assert torch.allclose(net(x), torchvision_fcn(x)["out"], atol=1e-5)


def test_a_backbones_weights_are_not_a_segmentation_models(torchvision_fcn):
    with pytest.raises(ValueError, match=r"no 'classifier\.4\.weight'"):
        nets.load_torchvision("fcn_resnet50", torchvision_fcn.backbone.state_dict())


@pytest.mark.parametrize(
    ("output_stride", "first_block", "expected"),
    [
        (32, "contracted", [[1] * 6, [1] * 3]),
        (16, "contracted", [[1] * 6, [1, 2, 2]]),
        (16, "uniform", [[1] * 6, [2, 2, 2]]),
        (8, "contracted", [[1, 2, 2, 2, 2, 2], [2, 4, 4]]),
        (8, "uniform", [[2] * 6, [4] * 3]),
    ],
)
@torch.inference_mode()
def test_the_two_conventions_of_the_first_dilated_block(output_stride, first_block, expected):
    resnet = ResNet("resnet50", output_stride=output_stride, first_block=first_block).eval()
    assert dilations(resnet) == expected
    features = resnet(torch.zeros(1, 3, 64, 64))
    assert features[4].shape[-1] == 16
    assert features[32].shape == (1, 2048, 64 // output_stride, 64 // output_stride)


def test_resnet18_keeps_stride_32():
    assert ResNet("resnet18").channels == {2: 64, 4: 64, 8: 128, 16: 256, 32: 512}
