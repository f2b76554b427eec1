"""The paper's U-Net: its published sizes, an independent implementation, and tiles without seams."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from segedu.nets.unet import UNet
from segedu.nets.unet_valid import LOST, UNetValid, size_in, with_context
from segedu.receptive import receptive_field
from tests.nets.common import count, lively


@pytest.fixture(scope="module")
def papers():
    with torch.device("meta"):  # shapes without numbers
        return UNetValid(num_classes=2, in_channels=1).eval()


def test_the_papers_network_has_31_million_parameters_in_23_convolutions(papers):
    channels = [64, 128, 256, 512, 1024]
    contracting = sum(9 * a * c + c + 9 * c * c + c for a, c in zip([1, *channels], channels, strict=False))
    expanding = sum(4 * 2 * c * c + c + 9 * 2 * c * c + c + 9 * c * c + c for c in channels[:-1])
    assert count(papers) == contracting + expanding + 64 * 2 + 2 == 31_030_658
    assert sum(isinstance(m, nn.Conv2d | nn.ConvTranspose2d) for m in papers.modules()) == 23


def test_every_map_has_the_size_of_figure_1(papers):
    seen = []
    watched = [*papers.down, papers.up[0], *papers.merge]
    hooks = [m.register_forward_hook(lambda _module, _x, y: seen.append(y.shape[1:3])) for m in watched]
    out = papers.valid(torch.zeros(1, 1, 572, 572, device="meta"))
    for hook in hooks:
        hook.remove()
    assert list(map(tuple, seen)) == [
        (64, 568), (128, 280), (256, 136), (512, 64), (1024, 28),
        (512, 56), (512, 52), (256, 100), (128, 196), (64, 388),
    ]  # fmt: skip
    assert out.shape == (1, 2, 388, 388)


@torch.inference_mode()
def test_where_padding_does_not_reach_it_equals_monais_padded_network(monai):
    """The poolings lie on one grid if the picture of the valid network begins at pixel 2."""
    torch.manual_seed(0)
    ours = UNetValid(3, width=2, dropout=0).eval()
    theirs = monai.BasicUNet(2, 3, 3, (2, 4, 8, 16, 32, 2), act="relu", norm=None, bias=True).eval()
    theirs.upcat_1 = monai.UpCat(2, 4, 2, 2, act="relu", norm=None, bias=True).eval()
    values = {"down": [], "up": []}
    for level in ours.down:
        values["down"] += level.state_dict().values()
    for up, merge in zip(ours.up, ours.merge, strict=True):
        values["up"] += [*up.state_dict().values(), *merge.state_dict().values()]
    mine = [*values["down"], *values["up"], *ours.score.state_dict().values()]
    theirs.load_state_dict(dict(zip(theirs.state_dict(), mine, strict=True)))
    x = torch.randn(1, 3, 224, 240)
    valid = ours.valid(x[..., 2 : 2 + 204, 2 : 2 + 220])
    assert valid.shape == (1, 3, 20, 36)
    assert torch.allclose(theirs(x)[..., 94 : 94 + 20, 94 : 94 + 36], valid, atol=1e-4)


def test_the_lowest_level_sees_140_pixels():
    net = UNetValid(2, width=1)
    levels = [layer for level in net.down for layer in (nn.MaxPool2d(2), level)][1:]
    field = receptive_field(nn.Sequential(*levels), (204, 204))
    assert (len(field.rows), len(field.columns), field.clipped) == (140, 140, False)


@pytest.mark.parametrize(("size", "tile"), [((70, 101), 20), ((33, 32), 388), ((100, 64), 64)])
@torch.inference_mode()
def test_tiles_give_what_the_whole_picture_gives(size, tile):
    torch.manual_seed(0)
    net = UNetValid(3, width=2).eval()
    x = torch.randn(2, 3, *size)
    assert torch.allclose(net.by_tiles(x, tile), net(x), atol=1e-4)


@torch.inference_mode()
def test_a_padded_network_has_seams_where_the_valid_one_has_none():
    torch.manual_seed(0)
    net = lively(UNet(3, width=4))
    x = torch.randn(1, 3, 64, 96)
    halves = torch.cat([net(x[..., :48]), net(x[..., 48:])], dim=-1)
    assert (halves - net(x))[..., 40:56].abs().max() > 0.01


@torch.inference_mode()
def test_a_shift_by_16_pixels_shifts_the_answer():
    """No pixel knows where the picture ends, which padding would tell it."""
    torch.manual_seed(0)
    net = UNetValid(2, width=2).eval()
    x = torch.randn(1, 3, 252, 268)
    assert torch.allclose(net.valid(x[..., 16:])[..., :52], net.valid(x[..., :-16])[..., 16:68], atol=1e-4)


def test_sizes_that_do_not_halve_are_refused_with_those_that_do():
    with pytest.raises(ValueError, match=r"512 x 512 pixels do not halve evenly .* 188, 204, 220"):
        UNetValid(2, width=1).valid(torch.zeros(1, 3, 512, 512))


@pytest.mark.parametrize("size", [1, 4, 5, 20, 21, 388, 389])
def test_the_input_size_is_the_least_that_fits(size):
    sizes = [188 + 16 * k for k in range(40)]
    assert size_in(size) == min(s for s in sizes if s - LOST >= size)


def test_mirroring_is_what_torch_calls_reflection():
    x = torch.randn(1, 2, 120, 100)
    ours = with_context(x, 120 + LOST, 100 + LOST - 20)
    assert torch.equal(ours, F.pad(x, (92, 72, 92, 92), mode="reflect"))


def test_weights_keep_the_variance_of_the_features():
    """He's initialisation for every layer, the up-convolutions too: figures neither fade nor explode."""
    torch.manual_seed(0)
    net = UNetValid(2, width=16).eval()
    with torch.inference_mode():
        scale = net.valid(torch.randn(1, 3, 188, 188)).std().item()
    assert 0.3 < scale < 5
