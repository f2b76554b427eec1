"""ISBI 2012: on the real slices where they are, and on a made folder of the same layout."""

import numpy as np
import pytest
from PIL import Image

from segedu.data import EM, stack
from segedu.data.em import LABELS, SPLITS
from segedu.data.files import data_root


@pytest.fixture
def made(tmp_path):
    """Thirty slices of 40 x 60: a cross of membrane leaves four cells."""
    for folder in ("images", "labels"):
        (tmp_path / "train" / folder).mkdir(parents=True)
    white = np.full((40, 60), 255, np.uint8)
    white[19:21], white[:, 29:31] = 0, 0
    for number in range(30):
        Image.fromarray(np.full((40, 60), number, np.uint8)).save(tmp_path / "train" / "images" / f"{number:02d}.png")
        Image.fromarray(white).save(tmp_path / "train" / "labels" / f"{number:02d}.png")
    return tmp_path


def test_a_slice_is_grey_in_three_channels_with_ids_and_cells(made):
    sample = EM("train", root=made)[3]
    assert sample.image.shape == (40, 60, 3)
    assert (sample.image == 3).all()
    assert sample.name == "03"
    assert LABELS.names == ("membrane", "cell")
    assert (sample.mask == 0).sum() == 2 * 60 + 2 * 40 - 4
    assert sample.instances.dtype == np.int32
    assert np.bincount(sample.instances.ravel()).tolist() == [196, 19 * 29, 19 * 29, 19 * 29, 19 * 29]


def test_the_splits_are_blocks_that_share_no_slice(made):
    sizes = {split: len(EM(split, root=made)) for split in ("train", "val", "test", "all")}
    assert sizes == {"train": 18, "val": 6, "test": 6, "all": 30}
    assert [*SPLITS["train"], *SPLITS["val"], *SPLITS["test"]] == list(SPLITS["all"])


def test_a_slice_of_indices_is_a_shorter_data_set(made):
    part = EM("val", root=made)[4:]
    assert (len(part), part[0].name, part.labels) == (2, "22", LABELS)


def test_slices_come_at_the_asked_size(made):
    sample = EM("test", size=(20, 30), root=made)[0]
    assert sample.image.shape == (20, 30, 3)
    assert sample.mask.shape == sample.instances.shape == (20, 30)
    assert set(np.unique(sample.mask)) == {0, 1}


def test_the_network_can_train_on_the_stack(made):
    assert stack(EM("val", root=made)).masks.shape == (6, 40, 60)


def test_a_missing_slice_is_named_at_once(made):
    (made / "train" / "labels" / "25.png").unlink()
    assert len(EM("train", root=made)) == 18
    with pytest.raises(FileNotFoundError, match=r"labels.25\.png: no such file.*30 slices"):
        EM("test", root=made)


def test_a_missing_folder_says_where_to_put_the_data(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere: no such folder.*isbi_em.*SEGEDU_DATA"):
        EM(root=tmp_path / "nowhere")


@pytest.mark.parametrize("value", [77, 1])
def test_labels_in_grey_are_named(made, value):
    Image.fromarray(np.full((40, 60), value, np.uint8)).save(made / "train" / "labels" / "00.png")
    with pytest.raises(ValueError, match=rf"00\.png: expected black .* \({value}, {value}, {value}\)"):
        EM(root=made)[0]


def test_labels_in_colour_are_named(made):
    Image.fromarray(np.full((40, 60, 3), (255, 0, 0), np.uint8)).save(made / "train" / "labels" / "00.png")
    with pytest.raises(ValueError, match=r"00\.png: expected black .* \(255, 0, 0\)"):
        EM(root=made)[0]


def test_labels_of_another_size_are_named(made):
    Image.fromarray(np.zeros((10, 10), np.uint8)).save(made / "train" / "labels" / "00.png")
    with pytest.raises(ValueError, match=r"00\.png: the mask is \(10, 10\), its image \(40, 60\)"):
        EM(root=made)[0]


def test_an_unknown_split_lists_the_known_ones(made):
    with pytest.raises(ValueError, match="train, val, test, all"):
        EM("training", root=made)


@pytest.fixture(scope="module")
def real():
    try:
        data_root("isbi_em")
    except FileNotFoundError as error:
        pytest.skip(f"needs the real slices: {error}")
    return EM("all")


def test_the_real_slices_have_the_published_size_and_share_of_membrane(real):
    data = stack(real)
    assert data.masks.shape == (30, 512, 512)
    membrane = (data.masks == 0).float().mean().item()
    assert membrane == pytest.approx(0.2196, abs=5e-5)  # counted when the data were prepared


def test_a_real_slice_has_many_cells(real):
    assert 50 < real[0].instances.max() < 500
