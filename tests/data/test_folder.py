"""A folder of images and masks: every layout that is promised, and errors that name the file."""

import inspect

import numpy as np
import pytest

from segedu.data import Folder, Scenes, inspect_folder, stack
from segedu.data.files import save_image
from segedu.data.folder_files import deal
from segedu.data.label_file import name_colors, write_labels

NAMES = ("ground", "tree", "car")
MASK = np.repeat(np.array([[0, 1, 2, 255]], np.uint8), 3, axis=0)


def test_pictures_of_any_ending_and_depth_find_their_masks(made_folder):
    data = Folder(root=made_folder)
    assert len(data) == 10
    assert data.labels.names == NAMES
    assert data[0].name == "day two/x" and data[0].mask.shape == (6, 4)
    for sample in data[1:]:
        assert np.array_equal(sample.mask, MASK) and sample.image.shape == (3, 4, 3)


def test_with_a_size_they_stack(made_folder):
    assert stack(Folder(root=made_folder, size=(6, 8))).masks.shape == (10, 6, 8)


def test_labels_may_be_given(made_folder):
    (made_folder / "labels.txt").unlink()
    assert Folder(root=made_folder, labels=["a", "b", "c"])[1].mask.max() == 255
    assert Folder(root=made_folder, labels=name_colors(NAMES)).labels.names == NAMES
    with pytest.raises(FileNotFoundError, match=r"labels\.txt: no such file, so the classes are unknown"):
        Folder(root=made_folder)
    with pytest.raises(TypeError, match="expected a list of names"):
        Folder(root=made_folder, labels="abc")


def test_splits_are_dealt_by_a_seed_and_share_nothing(made_folder):
    def parts(seed):
        return [Folder(root=made_folder, split=split, seed=seed).names for split in ("train", "val", "test")]

    assert [len(part) for part in parts(0)] == [7, 1, 2]
    assert sorted(sum(parts(0), ())) == list(Folder(root=made_folder).names)
    assert parts(0) == parts(0) != parts(1)


def test_lists_count_more_than_dealing(made_folder):
    (made_folder / "val.txt").write_text("p3.bmp\nday two/x\n\np1\n")
    assert Folder(root=made_folder, split="val").names == ("p3", "day two/x", "p1")
    (made_folder / "val.txt").write_text("p3\np77\n")
    with pytest.raises(ValueError, match=r"val\.txt: 'p77' is not in .*for instance 'day two/x'"):
        Folder(root=made_folder, split="val")
    (made_folder / "val.txt").write_text("\n")
    with pytest.raises(ValueError, match=r"val\.txt: the list is empty"):
        Folder(root=made_folder, split="val")


@pytest.mark.parametrize(
    ("split", "shares", "complaint"),
    [
        ("dev", {"train": 0.5, "val": 0.5}, "found 'dev', expected one of train, val"),
        ("train", {"train": 0.5, "val": 0.6}, "add up to 1"),
        ("train", {"train": 1.5, "val": -0.5}, "at least 0"),
        ("val", {"train": 0.99, "val": 0.01}, "val gets none of 3 pictures"),
    ],
)
def test_bad_shares_are_named(split, shares, complaint):
    with pytest.raises(ValueError, match=complaint):
        deal("abc", split, shares, seed=0)


def test_masks_in_black_and_white_are_refused_with_the_way_to_read_them(tmp_path, put):
    put(tmp_path / "images" / "a.png", (3, 4))
    put(tmp_path / "masks" / "a.png", np.repeat(np.array([[0, 0, 255, 255]], np.uint8), 3, 0))
    with pytest.raises(ValueError, match=r"masks.a\.png: found only the ids 0 and 255"):
        Folder(root=tmp_path, labels=["ground", "tree"])[0]
    assert Folder(root=tmp_path, labels=["ground", "tree"], ids={0: 0, 255: 1})[0].mask[0].tolist() == [0, 0, 1, 1]
    (problem,) = (p for p in inspect_folder(tmp_path).problems if "0 and 255" in p.what)
    assert "ids={0: 0, 255: 1}" in problem.advice


def test_class_0_and_void_alone_are_fine_where_there_are_more_classes(tmp_path, put):
    put(tmp_path / "images" / "a.png", (1, 2))
    put(tmp_path / "masks" / "a.png", np.array([[0, 255]], np.uint8))
    assert Folder(root=tmp_path, labels=NAMES)[0].mask.tolist() == [[0, 255]]


def test_a_void_of_another_value_is_translated(tmp_path, put):
    put(tmp_path / "images" / "a.png", (1, 3))
    put(tmp_path / "masks" / "a.png", np.array([[5, 9, 300]], np.uint16))
    assert Folder(root=tmp_path, labels=NAMES, ids={5: 0, 9: 2, 300: 255})[0].mask.tolist() == [[0, 2, 255]]


def test_a_missing_folder_is_named(tmp_path, put):
    with pytest.raises(FileNotFoundError, match="images: no such folder"):
        Folder(root=tmp_path, labels=NAMES)
    put(tmp_path / "images" / "a.png", (3, 4))
    with pytest.raises(FileNotFoundError, match="masks: no such folder"):
        Folder(root=tmp_path, labels=NAMES)
    (tmp_path / "masks").mkdir()
    with pytest.raises(ValueError, match="masks: no picture in it"):
        Folder(root=tmp_path, labels=NAMES)


def test_a_picture_without_mask_is_named(made_folder):
    (made_folder / "masks" / "p3.png").unlink()
    with pytest.raises(ValueError, match=r"1 of 10 pictures have no mask, the first is .*p3\.bmp\. Draw the missing"):
        Folder(root=made_folder)


def test_a_mask_with_a_longer_name_is_found_for_the_advice(made_folder):
    (made_folder / "masks" / "p3.png").rename(made_folder / "masks" / "p3_mask.png")
    with pytest.raises(ValueError, match=r"There is .*p3_mask\.png: give it the name of its picture"):
        Folder(root=made_folder)


def test_two_files_of_one_name_are_named(made_folder, put):
    put(made_folder / "images" / "p3.png", (3, 4))
    with pytest.raises(ValueError, match=r"p3\.bmp and .*p3\.png have one name"):
        Folder(root=made_folder)


@pytest.mark.parametrize("file", ["images/p1.png", "masks/p1.png"])
def test_a_truncated_file_is_named(made_folder, file, cut):
    cut(made_folder / file)
    with pytest.raises(ValueError, match=rf"{file.split('/')[0]}.p1\.png: (the picture is damaged|not a picture)"):
        next(sample for sample in Folder(root=made_folder)[2:3])


@pytest.mark.parametrize(
    ("pixels", "complaint"),
    [
        (np.full((3, 4), 7, np.uint8), r"found ids 7, expected 0\.\.2"),
        (np.full((5, 4), 1, np.uint8), r"the mask is \(5, 4\), its image \(3, 4\)"),
        (np.full((3, 4, 3), 7, np.uint8), r"colour picture .*decolorize"),
    ],
)
def test_a_bad_mask_is_named(made_folder, pixels, complaint, put):
    put(made_folder / "masks" / "p1.png", pixels)
    with pytest.raises(ValueError, match=rf"p1\.png: .*{complaint}"):
        Folder(root=made_folder)[2]


def test_pictures_of_the_made_world_come_back_as_they_were(tmp_path):
    data = Scenes(3, size=(40, 50))
    for sample in data:
        save_image(tmp_path / "images" / f"{sample.name}.png", sample.image)
        save_image(tmp_path / "masks" / f"{sample.name}.png", sample.mask, data.labels)
    write_labels(tmp_path / "labels.txt", data.labels)
    again = Folder(root=tmp_path)
    assert again.labels == data.labels
    for ours, theirs in zip(again, data, strict=True):
        assert np.array_equal(ours.image, theirs.image) and np.array_equal(ours.mask, theirs.mask)


def test_it_is_called_like_its_sisters_and_a_folder_alone_is_its_root(made_folder):
    assert Folder("val", (6, 8), made_folder).names == Folder(split="val", size=(6, 8), root=made_folder).names
    assert Folder(made_folder).names == Folder(str(made_folder)).names == Folder(root=made_folder).names
    assert Folder(made_folder, split="val").names == Folder("val", root=made_folder).names
    assert list(inspect.signature(Folder).parameters)[:3] == ["split", "size", "root"]
    with pytest.raises(TypeError, match="after a folder, name the rest"):
        Folder(made_folder, "val")


def test_without_a_root_it_says_how_to_give_one():
    with pytest.raises(ValueError, match=r"root: found none, and split 'train'.*Folder\('train', root='my_data'\)"):
        Folder("train")
