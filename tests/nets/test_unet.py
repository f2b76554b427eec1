"""The padded U-Net: two independent implementations, closed forms, and what skips carry."""

import pytest
import torch
from torch import nn

from segedu import nets
from segedu.nets.unet import TwoConvs, UNet
from segedu.nets.unet_valid import UNetValid
from tests.nets.common import count, lively


@pytest.fixture
def smp():
    return pytest.importorskip("segmentation_models_pytorch.decoders.unet.decoder", reason="smp is not installed")


@pytest.mark.parametrize("size", [(32, 32), (48, 80), (33, 47)])
@torch.inference_mode()
def test_unet_equals_monais(monai, size):
    """The same layers in the same order. Only the last up-convolution differs: monai's keeps its channels there."""
    torch.manual_seed(0)
    ours = lively(UNet(5, width=4))
    theirs = monai.BasicUNet(2, 3, 5, (4, 8, 16, 32, 64, 4), act="relu", norm="batch", bias=False).eval()
    theirs.upcat_1 = monai.UpCat(2, 8, 4, 4, act="relu", norm="batch", bias=False).eval()  # halves, as in the paper
    mine = [*ours.backbone.levels, *(m for pair in zip(ours.up, ours.decoder, strict=True) for m in pair), ours.score]
    values = [v for module in mine for v in module.state_dict().values()]
    theirs.load_state_dict(dict(zip(theirs.state_dict(), values, strict=True)))
    x = torch.randn(2, 3, *size)
    if size == (33, 47):  # monai pools odd sizes down and repeats the last row; ours loses none
        assert (ours(x) - theirs(x)).abs().max() > 1e-3
    else:
        assert torch.allclose(ours(x), theirs(x), atol=1e-5)


@torch.inference_mode()
def test_with_four_equal_taps_a_decoder_step_is_smps_block(smp):
    """An up-convolution whose four taps are equal is nearest upsampling after a 1 x 1 convolution."""
    torch.manual_seed(0)
    up, convs = nn.ConvTranspose2d(12, 6, 2, stride=2), lively(TwoConvs(12, 6))
    one_by_one = torch.randn(12, 6)
    up.weight.copy_(one_by_one[:, :, None, None].expand(12, 6, 2, 2))
    up.bias.zero_()
    block = smp.UnetDecoderBlock(in_channels=12, skip_channels=6, out_channels=6).eval()
    state = dict(zip(block.state_dict(), convs.state_dict().values(), strict=True))
    first = next(iter(state))
    fine, upsampled = state[first].split(6, dim=1)  # ours reads the skip first, theirs last
    state[first] = torch.cat([torch.einsum("ouyx,iu->oiyx", upsampled, one_by_one), fine], dim=1)
    block.load_state_dict(state)
    coarse, skip = torch.randn(2, 12, 5, 7), torch.randn(2, 6, 10, 14)
    ours = convs(torch.cat([skip, up(coarse)], dim=1))
    assert torch.allclose(block(coarse, 10, 14, skip), ours, atol=1e-4)


def test_parameters_follow_the_closed_form():
    w, classes = 8, 9
    channels = [w * 2**level for level in range(5)]
    encoder = sum(9 * a * c + 9 * c * c + 4 * c for a, c in zip([3, *channels], channels, strict=False))
    decoder = sum(2 * c * c * 4 + c + 9 * 2 * c * c + 9 * c * c + 4 * c for c in channels[:-1])
    assert count(UNet(classes)) == encoder + decoder + w * classes + classes == 486_625


def test_without_skips_only_the_up_convolutions_change_and_grow():
    with_skips, without = UNet(9), UNet(9, skips=False)
    assert count(without) > count(with_skips)
    for mine, theirs in ((without.backbone, with_skips.backbone), (without.decoder, with_skips.decoder)):
        assert [p.shape for p in mine.parameters()] == [p.shape for p in theirs.parameters()]


@torch.inference_mode()
def test_without_skips_nothing_fine_reaches_the_answer():
    """Two pictures whose lowest features agree have the same answer without skips, and differ with them."""
    torch.manual_seed(0)
    x, y = torch.randn(2, 1, 3, 32, 32)
    for skips in (True, False):
        net = lively(UNet(3, skips=skips, levels=3))
        net.backbone.levels[2].register_forward_hook(lambda _net, _x, features: torch.ones_like(features))
        assert torch.equal(net(x), net(y)) != skips


def test_the_number_of_levels_is_checked():
    with pytest.raises(ValueError, match="levels: found 1, expected"):
        UNet(3, levels=1)


def test_a_single_value_at_the_lowest_level_says_what_to_change():
    with pytest.raises(ValueError, match="one value a channel at stride 32"):
        UNet(3, levels=6)(torch.zeros(1, 3, 32, 32))


def test_both_are_in_the_catalogue():
    assert isinstance(nets.build("unet", 4, width=4, levels=4, skips=False), UNet)
    assert isinstance(nets.build("unet_valid", 4, width=2), UNetValid)
