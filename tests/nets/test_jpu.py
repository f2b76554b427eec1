"""Joint pyramid upsampling: the published size, what it may stand on, and that any dense head can use it."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from segedu.nets import build
from segedu.nets.backbones import JPU, ResNet, TinyResNet, make_backbone
from segedu.nets.backbones.jpu import JointlyUpsampled
from segedu.train.optimizer import make_optimizer


def test_it_has_the_published_parameters():
    assert sum(p.numel() for p in JPU((512, 1024, 2048)).parameters()) == 19_735_552


@torch.inference_mode()
def test_it_is_that_of_mmsegmentation():
    """The answer of their module was recorded by benchmarks/oracles/mmsegmentation/jpu.py."""
    kept = load_file(Path(__file__).parent / "recorded/jpu_mmsegmentation.safetensors")
    jpu = JPU((3, 4, 5), width=4, resize="stretch").eval()
    weights = [value for name, value in sorted(kept.items()) if name.startswith("weights.")]
    jpu.load_state_dict(dict(zip(jpu.state_dict(), weights, strict=True)))
    torch.testing.assert_close(jpu([kept[f"maps.{i}"] for i in range(3)]), kept["answer"], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("size", [(64, 96), (65, 97), (33, 47)])
@torch.inference_mode()
def test_the_last_features_have_the_size_of_dense_ones(size):
    joint, dense = make_backbone("tiny", jpu=8).eval(), TinyResNet(output_stride=8).eval()
    x = torch.randn(1, 3, *size)
    found = joint(x)
    assert found[32].shape[-2:] == dense(x)[32].shape[-2:] and found[32].shape[1] == 32 == joint.channels[32]
    assert torch.equal(found[16], joint.backbone(x)[16]), "all others are the backbone's own"
    assert (joint.stride_of(32), joint.stride_of(16), joint.deepest, joint.last) == (8, 16, 32, 32)


@torch.inference_mode()
def test_by_hand_on_one_channel():
    """Filters that copy: each branch is the ReLU of the three maps' sum, the coarse ones upsampled."""
    jpu = JPU((1, 1, 1), width=1).eval()
    for conv in jpu.convs:
        torch.nn.init.dirac_(conv[0].weight)
    for branch in jpu.branches:
        branch[0][0].weight.copy_(torch.zeros(3, 1, 3, 3))
        branch[0][0].weight[:, :, 1, 1] = 1
        branch[1][0].weight.fill_(1)
    maps = [torch.ones(1, 1, 8 // 2**i, 8 // 2**i) * (i + 1) for i in range(3)]
    found = jpu(maps)
    assert found.shape == (1, 4, 8, 8)
    torch.testing.assert_close(found, torch.full_like(found, 6.0), rtol=1e-4, atol=1e-4)  # batch norm's epsilon


@torch.inference_mode()
def test_each_branch_looks_as_far_as_its_rate():
    jpu = JPU((1, 1, 1), width=1).eval()
    for rate, branch in zip((1, 2, 4, 8), jpu.branches, strict=True):
        for conv in (branch[0][0], branch[1][0]):
            torch.nn.init.ones_(conv.weight)
        x = torch.zeros(1, 3, 33, 33)
        x[..., 16, 16] = 1
        rows = branch(x)[0, 0].sum(dim=1).nonzero().flatten() - 16
        assert rows.tolist() == [-rate, 0, rate]


@pytest.mark.parametrize("name", ["fcn", "largefov", "deeplabv2", "deeplabv3", "deeplabv3plus", "pspnet", "fast_scnn"])
def test_every_dense_head_stands_on_it(name):
    torch.manual_seed(0)
    net = build(name, 9, backbone="tiny", jpu=8)
    net(torch.randn(2, 3, 64, 96)).sum().backward()
    assert net.backbone.jpu.branches[3][0][0].weight.grad.abs().sum() > 0
    assert net.eval()(torch.zeros(1, 3, 33, 47)).shape == (1, 9, 33, 47)


@torch.inference_mode()
def test_the_strided_backbone_s_weights_fit():
    torch.manual_seed(0)
    plain, joint = ResNet("resnet18").eval(), make_backbone("resnet18", jpu=16).eval()
    joint.backbone.load_state_dict(plain.state_dict())
    x = torch.randn(1, 3, 64, 64)
    torch.testing.assert_close(joint(x)[16], plain(x)[16])


def test_it_learns_at_the_head_s_rate():
    net = build("fcn", 9, backbone="tiny", jpu=8)
    body, head = make_optimizer(net, "adamw", 1e-3, 0.0, head_lr=10).param_groups
    assert {id(p) for p in body["params"]} == {id(p) for p in net.backbone.backbone.parameters()}
    assert {id(p) for p in net.backbone.jpu.parameters()} <= {id(p) for p in head["params"]}


def test_it_is_no_backbone_to_train_slowly_where_the_backbone_is_frozen():
    net = build("fcn", 9, backbone="tiny", jpu=8)
    net.backbone.backbone.requires_grad_(False)
    with pytest.raises(ValueError, match="head_lr: found 10, but 0 of"):
        make_optimizer(net, "adamw", 1e-3, 0.0, head_lr=10)


def test_a_width_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="width: found 0, expected at least 1"):
        build("fcn", 9, backbone="tiny", jpu=0)


def test_a_backbone_that_is_dense_already_is_refused():
    with pytest.raises(ValueError, match="output_stride=8, whose features are dense already"):
        build("pspnet", 9, backbone="tiny", jpu=8, output_stride=8)


def test_a_backbone_without_coarse_features_is_refused():
    with pytest.raises(ValueError, match=r"found features at strides \[2, 4, 8\], expected"):
        build("pspnet", 9, jpu=8)


@pytest.mark.parametrize("name", ["fcn8s", "fpn4s", "unet"])
def test_a_head_that_adds_up_strides_refuses_it(name):
    with pytest.raises(ValueError, match="adds features of different strides"):
        build(name, 9, backbone="tiny", jpu=8)


@pytest.mark.parametrize("name", ["fpn4s", "unet"])
def test_and_a_dilated_backbone_as_well(name):
    with pytest.raises(ValueError, match="the features called 16, 32 have stride 8"):
        build(name, 9, backbone="tiny", output_stride=8)


def test_a_network_can_be_put_on_one_that_exists():
    net = build("fcn", 9, backbone=JointlyUpsampled(TinyResNet(), 8))
    assert net(torch.zeros(2, 3, 64, 64)).shape == (2, 9, 64, 64)
