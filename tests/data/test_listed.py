"""What all data sets on disk share."""

import numpy as np
import pytest

from segedu.data import Sample, normalize, stack
from segedu.data.listed import Listed, fit_to, read_names, remap_ids
from segedu.labels import LabelSet


class Numbers(Listed):
    """Sample ``k`` is k rows by 2k columns of class k."""

    labels = LabelSet(("zero", "one", "two", "three"), ((1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, 4)))
    names = ("1", "2", "3")

    def _read(self, name):
        size = (int(name), 2 * int(name))
        mask = np.full(size, int(name), np.uint8)
        return Sample(np.full((*size, 3), 255, np.uint8), mask, mask.astype(np.int32) * 100_000, name)


def test_integers_give_samples_and_slices_shorter_data_sets():
    data = Numbers()
    assert (len(data), data[-1].name) == (3, "3")
    assert [sample.name for sample in data[1:]] == ["2", "3"]
    assert (len(data[:0]), len(data[1:][1:])) == (0, 1)
    with pytest.raises(IndexError):
        data[3]


def test_with_a_size_pictures_of_all_sizes_stack():
    data = Numbers()
    data.size = (6, 8)
    assert stack(data).masks.shape == (3, 6, 8)


def test_fitting_keeps_proportions_and_fills_with_void_that_is_zero_for_a_network():
    sample = fit_to(Numbers()[1], (6, 8))  # 2 x 4 becomes 4 x 8
    assert (sample.mask[:4] == 2).all() and (sample.mask[4:] == 255).all()
    assert (sample.instances[:4] == 200_000).all() and (sample.instances[4:] == 0).all()
    assert (sample.image[:4] == 255).all()
    import torch

    filled = normalize(torch.from_numpy(sample.image[4:].copy()).permute(2, 0, 1))
    assert filled.abs().max() < 0.01


def test_instances_shrink_by_the_same_nearest_pixels_as_the_mask():
    mask = np.random.RandomState(0).randint(0, 200, (37, 53)).astype(np.uint8)
    sample = fit_to(Sample(np.zeros((37, 53, 3), np.uint8), mask, mask.astype(np.int32)), (20, 20))
    assert np.array_equal(sample.instances[:14], sample.mask[:14].astype(np.int32))


def test_a_size_of_nothing_is_an_error():
    with pytest.raises(ValueError, match=r"size: found \(0, 8\)"):
        fit_to(Numbers()[0], (0, 8))


def test_lists_of_names_come_with_folders_endings_and_second_columns(tmp_path):
    (tmp_path / "train.txt").write_text("a\n\n/JPEGImages/b.jpg /Masks/b.png\nc 1 2 3\n")
    assert read_names(tmp_path / "train.txt") == ("a", "b", "c")


def test_a_missing_list_names_those_that_are_there(tmp_path):
    (tmp_path / "val.txt").write_text("a")
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(FileNotFoundError, match=r"train\.txt: no such list.*there is empty, val"):
        read_names(tmp_path / "train.txt")
    with pytest.raises(ValueError, match=r"empty\.txt: the list is empty"):
        read_names(tmp_path / "empty.txt")


def test_a_value_outside_the_table_is_named():
    with pytest.raises(ValueError, match=r"trimap: found the values \[7\], expected 1, 2, 3"):
        remap_ids(np.array([[1, 7]]), {1: 1, 2: 0, 3: 255}, "trimap")
