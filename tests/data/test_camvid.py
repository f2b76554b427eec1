"""CamVid: on the real files where they are, and on a made folder of the same layout."""

import numpy as np
import pytest
from PIL import Image

from segedu.data import CamVid
from segedu.data.camvid import LABELS
from segedu.data.files import data_root

# Share of pixels in percent, from the data set's own description (360 x 480, training split).
TRAIN_SHARES = [16.85, 23.26, 0.98, 31.66, 4.49, 9.72, 1.17, 1.13, 5.87, 0.64, 0.29]


@pytest.fixture
def made(tmp_path):
    """Two frames in CamVid's layout."""
    for folder in ("train", "trainannot"):
        (tmp_path / folder).mkdir()
    for name in ("a", "b"):
        Image.fromarray(np.full((36, 48, 3), 99, np.uint8)).save(tmp_path / "train" / f"{name}.jpg")
        Image.fromarray(np.arange(12, dtype=np.uint8).repeat(144).reshape(36, 48)).save(
            tmp_path / "trainannot" / f"{name}.png"
        )
    (tmp_path / "train.txt").write_text("a\nb\n")
    return tmp_path


def test_a_made_folder_is_read_with_void_as_255(made):
    data = CamVid("train", size=(36, 48), root=made)
    assert len(data) == 2
    assert data[1].name == "b"
    assert set(np.unique(data[0].mask)) == {*range(11), 255}


def test_a_slice_is_a_shorter_data_set(made):
    part = CamVid("train", size=(36, 48), root=made)[1:]
    assert (len(part), part[0].name, part.labels) == (1, "b", LABELS)


def test_pictures_come_at_the_asked_size(made):
    assert CamVid("train", size=(18, 24), root=made)[0].image.shape == (18, 24, 3)


def test_the_original_layout_with_pairs_of_png_paths_is_read_too(made):
    picture = Image.open(made / "train" / "a.jpg")
    (made / "train" / "a.jpg").unlink()
    picture.save(made / "train" / "a.png")
    (made / "train.txt").write_text("/SegNet/CamVid/train/a.png /SegNet/CamVid/trainannot/a.png\n")
    sample = CamVid("train", size=(36, 48), root=made)[0]
    assert (sample.name, sample.image.shape) == ("a", (36, 48, 3))


def test_a_missing_mask_is_named(made):
    (made / "trainannot" / "b.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"trainannot.b\.png: no such file"):
        CamVid("train", root=made)[1]


def test_a_mask_of_another_size_is_named(made):
    Image.fromarray(np.zeros((10, 10), np.uint8)).save(made / "trainannot" / "a.png")
    with pytest.raises(ValueError, match=r"a\.png: the mask is \(10, 10\), its image \(36, 48\)"):
        CamVid("train", root=made)[0]


def test_an_empty_list_is_an_error(made):
    (made / "train.txt").write_text("")
    with pytest.raises(ValueError, match=r"train\.txt: the list is empty"):
        CamVid("train", root=made)


def test_an_empty_folder_says_which_list_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"val\.txt"):
        CamVid("val", root=tmp_path)


def test_an_unknown_split_lists_the_known_ones(made):
    with pytest.raises(ValueError, match="train, val, test"):
        CamVid("training", root=made)


@pytest.fixture(scope="module")
def real():
    try:
        return data_root("camvid")
    except FileNotFoundError as error:
        pytest.skip(f"needs the real CamVid: {error}")


def test_the_real_splits_have_their_sizes(real):
    assert [len(CamVid(split)) for split in ("train", "val", "test")] == [367, 101, 233]


def test_the_real_masks_have_the_published_shares(real):
    data = CamVid("train")
    counts = sum(np.bincount(data[i].mask.ravel(), minlength=256) for i in range(len(data)))
    shares = 100 * counts[: len(LABELS)] / counts.sum()
    assert np.allclose(shares, TRAIN_SHARES, atol=0.006)
