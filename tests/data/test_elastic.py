"""Elastic deformation: smooth, reproducible, and the same for picture and mask."""

import numpy as np
import pytest
import torch
from scipy.ndimage import map_coordinates

from segedu.data import Augment, Elastic, Scenes, normalize, stack
from segedu.data.elastic import deform
from segedu.nets import build
from segedu.train import fit

DATA = stack(Scenes(3, (48, 64)))


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_scipy_reads_the_same_picture_and_mask():
    """An independent interpolation: linear for the picture, nearest for the mask, mirrored beyond the rim."""
    field = Elastic(std=6).displacements(3, (48, 64), generator())
    bent, ids = deform(DATA.images, DATA.masks, field)
    for n in range(3):
        places = np.indices((48, 64)) + field[n].numpy()
        for channel in range(3):
            theirs = map_coordinates(DATA.images[n, channel].double().numpy(), places, order=1, mode="reflect")
            np.testing.assert_allclose(bent[n, channel].numpy(), theirs, atol=0.02)
        theirs = map_coordinates(DATA.masks[n].numpy(), places, order=0, mode="reflect")
        assert (ids[n].numpy() == theirs).mean() > 0.999  # halves may be rounded up or down


def test_no_strength_changes_nothing_but_the_type():
    x, y = Elastic(std=0, then=Augment(flip=0))(DATA.images, DATA.masks, generator())
    assert torch.allclose(x, normalize(DATA.images), atol=1e-4)
    assert torch.equal(y, DATA.masks.long())


def test_the_grid_vectors_have_the_asked_spread_and_sit_on_the_corners():
    field = Elastic(std=4, grid=2).displacements(4000, (16, 16), generator())
    assert field[..., 0, 0].std().item() == pytest.approx(4, rel=0.05)
    assert abs(field.mean().item()) < 0.1
    coarse = 4 * torch.randn(4000, 2, 2, 2, generator=generator())
    assert torch.allclose(field[..., [0, 0, -1, -1], [0, -1, 0, -1]], coarse.flatten(2), atol=1e-4)


def test_the_field_is_smooth():
    field = Elastic(std=10).displacements(8, (512, 512), generator())
    assert field.diff(dim=-1).abs().max() < 0.5  # neighbours stay neighbours, in their order
    assert field.diff(dim=-2).abs().max() < 0.5


def test_nothing_is_invented():
    """Every id of the bent mask was in the mask, and no pixel becomes void."""
    masks = DATA.masks.where(DATA.masks != 255, 0)
    _, y = Elastic(std=15, then=Augment(flip=0))(DATA.images, masks, generator(3))
    assert set(y.unique().tolist()) <= set(masks.unique().tolist())


def test_one_seed_is_one_deformation():
    elastic = Elastic(std=5, then=Augment(crop=(32, 32), brightness=0.2))
    (x, y), (again, ids) = (elastic(DATA.images, DATA.masks, generator(7)) for _ in range(2))
    assert torch.equal(x, again)
    assert torch.equal(y, ids)
    assert not torch.equal(y, elastic(DATA.images, DATA.masks, generator(8))[1])


def test_every_picture_bends_in_its_own_way():
    twice = torch.cat([DATA.images[:1]] * 2), torch.cat([DATA.masks[:1]] * 2)
    x, _ = Elastic(std=5, then=Augment(flip=0))(*twice, generator())
    assert not torch.allclose(x[0], x[1])


def test_it_takes_the_place_of_an_augment_in_fit(tmp_path):
    net, path = build("fcn32s", 9, width=8), tmp_path / "state"
    history = fit(net, DATA, steps=2, batch_size=2, augment=Elastic(std=3), checkpoint=path, progress=False)
    assert len(history.loss) == 2
    with pytest.raises(ValueError, match="augment"):  # another strength is another run
        fit(net, DATA, steps=2, batch_size=2, augment=Elastic(std=4), checkpoint=path, progress=False)


@pytest.mark.parametrize("wrong", [{"std": -1}, {"std": float("nan")}, {"grid": 1}])
def test_impossible_settings_are_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Elastic(**wrong)


def test_shapes_that_do_not_belong_together_are_named():
    with pytest.raises(ValueError, match=r"masks \(3, 48, 64\) and displacements \(3, 2, 48, 64\)"):
        deform(DATA.images, DATA.masks, torch.zeros(1, 2, 48, 64))
