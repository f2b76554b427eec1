"""The made tissue: reproducible, and hard in the way it says."""

import numpy as np
import pytest

from segedu.data import Tissue, stack
from segedu.metrics import connected_components, rand_score


def test_a_sample_depends_on_seed_and_index_alone():
    assert np.array_equal(Tissue(3)[2].image, Tissue(50)[2].image)
    assert np.array_equal(Tissue(50)[2:][0].instances, Tissue(3)[2].instances)
    assert not np.array_equal(Tissue(3)[2].image, Tissue(3)[1].image)
    assert not np.array_equal(Tissue(3)[2].image, Tissue(3, seed=1)[2].image)


def test_the_mask_is_the_cells():
    sample = Tissue(1)[0]
    assert np.array_equal(sample.mask == 1, sample.instances > 0)
    assert len(np.unique(sample.instances)) > 6


def test_cells_do_not_touch():
    """Connected pieces of the true mask are the cells, so a perfect label map has a perfect score."""
    for sample in Tissue(20):
        assert rand_score(connected_components(sample.mask == 1), sample.instances).f() > 0.999


def test_some_membranes_are_as_bright_as_cells():
    images, cells = zip(*((s.image[..., 0], s.mask == 1) for s in Tissue(20)), strict=True)
    bright = np.mean([image[~cell].max() > np.median(image[cell]) for image, cell in zip(images, cells, strict=True)])
    assert bright == 1


def test_it_stacks_in_any_size():
    assert stack(Tissue(2, size=(40, 72))).masks.shape == (2, 40, 72)


@pytest.mark.parametrize("wrong", [{"n": -1}, {"n": 1, "size": (8, 64)}])
def test_impossible_settings_are_named(wrong):
    with pytest.raises(ValueError, match="n, size: found"):
        Tissue(**wrong)
