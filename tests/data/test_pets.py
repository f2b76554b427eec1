"""Oxford-IIIT Pet: on a made folder of the real layout."""

import tarfile
from hashlib import md5

import numpy as np
import pytest

from segedu.data import Pets, stack

TRIMAP = np.repeat(np.array([[1, 2, 3]], np.uint8), 4, axis=0)


@pytest.fixture
def made(tmp_path, put):
    """Twenty-one pictures for training and one for the test."""
    root = tmp_path / "oxford-iiit-pet"
    names = [f"Abyssinian_{i}" for i in range(21)]
    for name in [*names, "Bengal_1"]:
        put(root / "images" / f"{name}.jpg", (4, 3))
        put(root / "annotations" / "trimaps" / f"{name}.png", TRIMAP)
    (root / "annotations" / "trainval.txt").write_text("".join(f"{name} 1 1 1\n" for name in names))
    (root / "annotations" / "test.txt").write_text("Bengal_1 6 1 3\n")
    return root


def test_the_border_becomes_void_and_background_comes_first(made):
    data = Pets("test", root=made)
    sample = data[0]
    assert data.labels.names == ("background", "pet")
    assert (sample.name, sample.mask[0].tolist()) == ("Bengal_1", [1, 0, 255])


def test_torchvision_reads_the_same_pairs(made):
    from torchvision.datasets import OxfordIIITPet

    theirs = OxfordIIITPet(made.parent, split="trainval", target_types="segmentation")
    ours = Pets("trainval", root=made)
    for sample, (image, trimap) in zip(ours, theirs, strict=True):
        assert np.array_equal(sample.image, np.asarray(image))
        assert np.array_equal(sample.mask == 255, np.asarray(trimap) == 3)


def test_train_and_val_share_no_picture_and_together_are_trainval(made):
    train, val, both = (Pets(split, root=made).names for split in ("train", "val", "trainval"))
    assert val == ("Abyssinian_0", "Abyssinian_10", "Abyssinian_20")
    assert sorted(train + val) == sorted(both) and not set(train) & set(val)


def test_slices_and_sizes_work(made):
    assert stack(Pets("val", root=made, size=(8, 8))[1:]).masks.shape == (2, 8, 8)


def test_an_unknown_split_lists_the_known(made):
    with pytest.raises(ValueError, match="expected one of train, val, trainval, test"):
        Pets("training", root=made)


def test_a_missing_folder_says_where_data_are_looked_for(tmp_path):
    with pytest.raises(FileNotFoundError, match="SEGEDU_DATA"):
        Pets(root=tmp_path / "gone")


def test_an_empty_list_is_an_error(made):
    (made / "annotations" / "trainval.txt").write_text("")
    with pytest.raises(ValueError, match=r"trainval\.txt: the list is empty"):
        Pets(root=made)


@pytest.mark.parametrize("file", ["images/Bengal_1.jpg", "annotations/trimaps/Bengal_1.png"])
def test_a_missing_or_truncated_partner_is_named(made, file, cut):
    cut(made / file)
    with pytest.raises(ValueError, match=r"Bengal_1\.\w+: (the picture is damaged|not a picture)"):
        Pets("test", root=made)[0]
    (made / file).unlink()
    with pytest.raises(FileNotFoundError, match=r"Bengal_1\.\w+: no such file"):
        Pets("test", root=made)[0]


@pytest.mark.parametrize(
    ("pixels", "complaint"),
    [
        (np.zeros((4, 3), np.uint8), r"found the values \[0\], expected 1, 2, 3"),
        (np.full((4, 3), 255, np.uint8), r"found the values \[255\], expected 1, 2, 3"),
        (np.ones((2, 3), np.uint8), r"the mask is \(2, 3\), its image \(4, 3\)"),
        (np.ones((4, 3, 3), np.uint8), "colour picture"),
    ],
)
def test_what_is_no_trimap_is_named(made, pixels, complaint, put):
    put(made / "annotations" / "trimaps" / "Bengal_1.png", pixels)
    with pytest.raises(ValueError, match=rf"Bengal_1\.png: .*{complaint}"):
        Pets("test", root=made)[0]


def test_download_leaves_the_folder_and_nothing_else(made, tmp_path, serve, monkeypatch):
    from torchvision.datasets import OxfordIIITPet

    resources = []
    for part in ("images", "annotations"):
        with tarfile.open(serve.folder / f"{part}.tar.gz", "w:gz") as tar:
            tar.add(made / part, part)
        content = (serve.folder / f"{part}.tar.gz").read_bytes()
        resources.append((f"{serve.url}/{part}.tar.gz", md5(content).hexdigest()))
    monkeypatch.setattr(OxfordIIITPet, "_RESOURCES", tuple(resources))
    target = tmp_path / "home" / "pets"
    assert Pets.download(target) == target
    assert {path.name for path in target.iterdir()} == {"images", "annotations"}
    assert list(target.parent.iterdir()) == [target]
    assert len(Pets("trainval", root=target)) == 21
    asked = len(serve.requests)
    Pets.download(target)
    assert len(serve.requests) == asked  # it is there already


def test_a_download_that_fails_leaves_nothing(tmp_path, serve, monkeypatch):
    from torchvision.datasets import OxfordIIITPet

    (serve.folder / "images.tar.gz").write_bytes(b"an error page")
    monkeypatch.setattr(OxfordIIITPet, "_RESOURCES", ((f"{serve.url}/images.tar.gz", "0" * 32),))
    with pytest.raises(RuntimeError, match="corrupted"):
        Pets.download(tmp_path / "home" / "pets")
    assert not list((tmp_path / "home").iterdir())
