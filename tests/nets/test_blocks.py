"""The closed forms behind the blocks."""

import pytest
import torch
import torch.nn.functional as F

from segedu.nets.parts.blocks import BilinearDeconv, ResidualBlock, bilinear_kernel


@pytest.mark.parametrize("factor", [2, 4, 8, 16])
def test_bilinear_deconvolution_is_interpolation_in_the_interior(factor):
    x = torch.randn(1, 3, 12, 15, generator=torch.Generator().manual_seed(0))
    ours = BilinearDeconv(3, factor, padding=factor // 2)(x)
    theirs = F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
    assert ours.shape == theirs.shape
    inner = (..., slice(factor, -factor), slice(factor, -factor))
    assert (ours - theirs)[inner].abs().max() < 1e-5


def test_at_the_border_it_fades_to_zero_where_interpolation_repeats():
    x = torch.ones(1, 1, 4, 4)
    ours = BilinearDeconv(1, 2, padding=1)(x)[0, 0]
    assert ours[0, 0].item() == pytest.approx(0.75**2)
    assert torch.allclose(ours[2:-2, 2:-2], torch.ones(4, 4))


@pytest.mark.parametrize("size", [3, 4, 5, 16])
def test_the_kernel_follows_the_formula_of_the_reference(size):
    f = (size + 1) // 2
    c = f - 1 if size % 2 == 1 else f - 0.5
    expected = [[(1 - abs(i - c) / f) * (1 - abs(j - c) / f) for j in range(size)] for i in range(size)]
    assert torch.allclose(bilinear_kernel(size), torch.tensor(expected))


def test_fixed_upsampling_has_no_gradient():
    assert not BilinearDeconv(2, 2, learned=False).weight.requires_grad


def test_a_residual_block_of_zeros_passes_its_input_on():
    block = ResidualBlock(4, 4).eval()
    torch.nn.init.zeros_(block.conv2[0].weight)
    x = torch.rand(1, 4, 6, 6)
    assert torch.allclose(block(x), x)
