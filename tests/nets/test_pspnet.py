"""PSPNet: the pyramid against smp's, the published numbers of parameters, and a batch of one."""

import pytest
import segmentation_models_pytorch as smp
import torch
from torch import nn
from torchvision import models

from segedu.nets import build
from segedu.nets.parts import pooled
from segedu.nets.parts.pooled import BINS, PyramidPooling
from segedu.nets.pspnet import PSPNet
from tests.nets.common import count, on_meta


@pytest.fixture
def smp_pyramid():
    """smp's pyramid with weights and statistics that are not those of the start."""
    torch.manual_seed(0)
    pyramid = smp.PSPNet("resnet18", encoder_weights=None, psp_out_channels=32).decoder.psp.eval()
    for module in pyramid.modules():
        if isinstance(module, nn.BatchNorm2d):
            for tensor in (module.weight, module.bias, module.running_mean, module.running_var):
                tensor.data.uniform_(0.5, 1.5)
    return pyramid


def copied(theirs):
    """Our pyramid with the weights of smp's, which has a bias where its one bin leaves batch normalisation out."""
    ours = PyramidPooling(theirs.blocks[0].pool[1][0].in_channels).eval()
    for branch, block in zip(ours.branches, theirs.blocks, strict=True):
        convolution, norm = block.pool[1][0], block.pool[1][1]
        branch[1].weight.data.copy_(convolution.weight)
        if isinstance(norm, nn.BatchNorm2d):
            branch[2].load_state_dict(norm.state_dict())
        else:
            branch[2].weight.data.fill_((1 + branch[2].eps) ** 0.5)  # undoes what normalising by variance 1 does
            branch[2].bias.data.copy_(convolution.bias)
    return ours


@torch.no_grad()
@pytest.mark.parametrize("size", [(12, 16), (13, 7), (6, 6), (4, 5)])
def test_the_pooled_maps_equal_those_of_smp(smp_pyramid, size):
    ours, x = copied(smp_pyramid), torch.randn(2, 128, *size)
    for branch, block in zip(ours.branches, smp_pyramid.blocks, strict=True):
        pooled_map = nn.Sequential.forward(branch, x)
        assert pooled_map.shape[-2:] == (branch.bins, branch.bins)
        torch.testing.assert_close(pooled_map, block.pool(x))


@torch.no_grad()
def test_with_pinned_corners_and_the_map_last_the_pyramid_equals_smps(smp_pyramid, monkeypatch):
    """smp stacks the branches first, and resizes with ``align_corners=True``; that is all that differs."""
    ours, x = copied(smp_pyramid), torch.randn(2, 128, 13, 9)
    order = torch.cat([torch.arange(128, ours.out_channels), torch.arange(128)])
    areas = ours(x)[:, order]
    monkeypatch.setattr(
        pooled, "resize_to", lambda x, size: nn.functional.interpolate(x, size, mode="bilinear", align_corners=True)
    )
    pinned = ours(x)[:, order]
    torch.testing.assert_close(pinned, smp_pyramid(x))
    assert not torch.allclose(areas, pinned, atol=1e-2)
    assert torch.allclose(areas[:, :32], pinned[:, :32])  # one bin: there is nothing to interpolate


@torch.no_grad()
def test_a_convolution_after_the_pyramid_takes_smps_weights_in_another_order(smp_pyramid):
    ours, x = copied(smp_pyramid), torch.randn(1, 128, 6, 6)  # at 6 x 6, a pooled map of 6 bins is the map itself
    theirs = nn.Conv2d(ours.out_channels, 8, 3, padding=1)
    mixed = nn.Conv2d(ours.out_channels, 8, 3, padding=1)
    mixed.weight.data = torch.cat([theirs.weight[:, 128:], theirs.weight[:, :128]], dim=1)
    mixed.bias.data = theirs.bias.data
    y = ours(x)
    stacked_by_smp = torch.cat([y[:, 128:], y[:, :128]], dim=1)
    torch.testing.assert_close(mixed(y), theirs(stacked_by_smp), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(y[:, -32:], smp_pyramid(x)[:, 96:128])


def meta(**options):
    return on_meta(PSPNet, 21, **({"backbone": "resnet50"} | options))


def test_the_papers_network_has_the_published_number_of_parameters():
    net = meta()
    assert count(net) == 49_081_578
    assert count(net) - count(net.aux_classifier) == 46_716_373
    assert count(meta(backbone="resnet101")) == 68_073_706


def test_the_plain_stem_has_fewer_and_takes_torchvisions_weights():
    net = meta(stem="plain")
    assert count(net) == 49_081_578 - 123_776
    with torch.device("meta"):
        torchvision = models.resnet50()
    assert net.backbone.load_state_dict(torchvision.state_dict(), strict=False).missing_keys == []


def test_dilated_stages_start_with_their_own_dilation():
    backbone = meta().backbone
    assert [block.conv2.dilation[0] for block in backbone.layer3] == [2] * 6
    assert [block.conv2.dilation[0] for block in backbone.layer4] == [4] * 3


def test_imagenet_weights_do_not_fit_the_deep_stem():
    with pytest.raises(ValueError, match="Give stem='plain'"):
        PSPNet(21, backbone="resnet50", weights=models.ResNet50_Weights.IMAGENET1K_V2)
    with pytest.raises(ValueError, match="stem: found 'wide', expected 'deep' or 'plain'"):
        PSPNet(21, backbone="resnet50", stem="wide")


@pytest.mark.parametrize("backbone", ["shallow", "resnet50"])
@torch.inference_mode()
def test_the_auxiliary_head_changes_nothing_at_the_output(backbone):
    net = build("pspnet", 5, backbone=backbone).eval()
    x = torch.randn(1, 3, 40, 57)
    both = net.forward_with_auxiliary(x)
    torch.testing.assert_close(both.logits, net(x))
    assert both.auxiliary.shape == both.logits.shape == (1, 5, 40, 57)
    assert not torch.allclose(both.auxiliary, both.logits)


def test_the_auxiliary_loss_reaches_its_own_head_and_the_first_stages_alone():
    net = build("pspnet", 4).train()
    net.forward_with_auxiliary(torch.randn(2, 3, 48, 64)).auxiliary.square().mean().backward()
    reached = {name.split(".")[0] for name, p in net.named_parameters() if p.grad is not None}
    assert reached == {"backbone", "aux_classifier"}
    assert all(p.grad is None for p in net.backbone.stages[1].parameters())


def test_one_output_sees_the_whole_picture():
    net = build("pspnet", 4).eval()
    x = torch.randn(1, 3, 160, 160, requires_grad=True)
    net(x)[0, :, 0, 0].sum().backward()
    assert (x.grad[0, :, -8:, -8:] != 0).any()


def test_a_batch_of_one_is_an_error_in_training_only():
    net = PSPNet(4)
    with pytest.raises(ValueError, match="a batch of one picture, pooled to one bin"):
        net.train()(torch.zeros(1, 3, 64, 64))
    assert net.eval()(torch.zeros(1, 3, 64, 64)).shape == (1, 4, 64, 64)
    without_one = PSPNet(4, bins=(2, 3)).train()
    assert without_one(torch.zeros(1, 3, 64, 64)).shape == (1, 4, 64, 64)


@pytest.mark.parametrize(("reduce", "channels"), [(True, 64 + 4 * 16), (False, 64 + 4 * 64)])
def test_the_branches_share_the_channels_or_keep_them(reduce, channels):
    pyramid = PyramidPooling(64, reduce=reduce).eval()
    assert pyramid.out_channels == channels == pyramid(torch.zeros(1, 64, 5, 7)).shape[1]
    assert [branch.bins for branch in pyramid.branches] == list(BINS)


@pytest.mark.parametrize("bins", [(), (0, 2), (1,) * 65])
def test_senseless_bins_are_named(bins):
    with pytest.raises(ValueError, match="bins: found"):
        PyramidPooling(64, bins=bins)


def test_an_unknown_pooling_is_named():
    with pytest.raises(ValueError, match="pooling: found 'median'"):
        PSPNet(4, pooling="median")
