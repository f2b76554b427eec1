"""Which files count as pictures, and which of them are in a split: nothing is left out without a word."""

import unicodedata

import numpy as np
import pytest

from segedu.data import Folder, inspect_folder
from segedu.data.folder_files import pictures_in

MASK = np.zeros((3, 4), np.uint8)


@pytest.fixture
def folder(tmp_path, put):
    """A function that makes a folder of pictures and masks of these names."""

    def folder(*names):
        for name in names:
            put(tmp_path / "images" / f"{name}.png", (3, 4))
            put(tmp_path / "masks" / f"{name}.png", MASK)
        (tmp_path / "labels.txt").write_text("ground\ntree\n")
        return tmp_path

    return folder


@pytest.mark.parametrize("hidden", [".ipynb_checkpoints", ".git/lfs", "__MACOSX", "@eaDir"])
def test_what_other_programs_hide_is_no_picture(folder, put, hidden):
    root = folder("a")
    put(root / "images" / hidden / "a-checkpoint.png", (3, 4))
    put(root / "masks" / "day" / hidden / "a-checkpoint.png", MASK)
    assert Folder(root=root).names == ("a",)
    assert inspect_folder(root).problems == ()


def test_linked_folders_are_followed_and_circles_are_not(folder, put, tmp_path_factory):
    root, disk = folder("a"), tmp_path_factory.mktemp("disk")
    for part, pixels in (("images", (3, 4)), ("masks", MASK)):
        put(disk / part / "b.png", pixels)
        for day in ("one", "two"):
            (root / part / day).symlink_to(disk / part)
        (disk / part / "round").symlink_to(disk / part)
        (root / part / "top").symlink_to(root / part)
    assert Folder(root=root).names == ("a", "one/b", "two/b")
    assert inspect_folder(root).pairs == 3


def test_a_link_that_leads_nowhere_is_named(folder):
    root = folder("a", "b")
    (root / "images" / "b.png").unlink()
    (root / "images" / "b.png").symlink_to(root / "gone.png")
    with pytest.raises(FileNotFoundError, match=r"b\.png: no such file"):
        Folder(root=root)[1]
    assert [problem.what for problem in inspect_folder(root).problems] == ["a link that leads nowhere"]


def test_an_accent_is_the_same_letter_however_it_is_stored(tmp_path, put):
    put(tmp_path / "images" / f"{unicodedata.normalize('NFD', 'Köln')}.png", (3, 4))
    put(tmp_path / "masks" / f"{unicodedata.normalize('NFC', 'Köln')}.png", MASK)
    (tmp_path / "train.txt").write_text(unicodedata.normalize("NFD", "Köln"), encoding="utf-8")
    assert len(Folder(root=tmp_path, labels=["a", "b"], split="train")) == 1


def test_files_that_are_no_pictures_are_counted(folder):
    root = folder("a")
    for name in ("b.heic", "c.heic", "notes.txt"):
        (root / "images" / name).touch()
    assert "left aside in images/: 2 .heic, 1 .txt" in str(inspect_folder(root))
    (root / "masks" / "d.npy").touch()
    (root / "masks" / "a.png").rename(root / "masks" / "a.npy")
    with pytest.raises(ValueError, match=r"masks: no picture in it, expected files such as a\.png; found 2 \.npy"):
        pictures_in(root, "masks")


def test_masks_without_a_picture_are_left_aside_with_a_word(folder):
    root = folder("a", "b")
    (root / "images" / "b.png").rename(root / "images" / "b.heic")
    with pytest.warns(UserWarning, match=r"1 masks have no picture.*'b'.*1 \.heic in"):
        assert Folder(root=root).names == ("a",)


def test_one_folder_for_pictures_and_masks_is_noticed(folder):
    root = folder("a")
    (root / "masks" / "a.png").unlink()
    (root / "masks").rmdir()
    (root / "masks").symlink_to(root / "images")
    with pytest.raises(ValueError, match="is the picture itself, not its mask"):
        Folder(root=root)[0]
    assert "is the picture itself, not its mask" in str(inspect_folder(root))


def test_two_files_of_one_name_are_in_the_report(folder, put):
    root = folder("a", "b")
    put(root / "images" / "a.jpg", (3, 4))
    assert "a.png: has the name of a.jpg" in str(inspect_folder(root))


@pytest.mark.parametrize("missing", ["val", "test"])
def test_beside_the_list_of_another_split_nothing_is_dealt(folder, missing):
    root = folder(*"abcdefgh")
    (root / "train.txt").write_text("a\nb\n")
    assert Folder(root=root, split="train").names == ("a", "b")
    with pytest.raises(FileNotFoundError, match=rf"{missing}\.txt: no such list, but there is train\.txt"):
        Folder(root=root, split=missing)


def test_a_name_in_two_lists_is_refused(folder):
    root = folder(*"abc")
    (root / "train.txt").write_text("a\nb\n")
    (root / "test.txt").write_text("b.png\nc\n")
    for split in ("train", "test"):
        with pytest.raises(ValueError, match=r"1 names are in .*\.txt too, the first is 'b'"):
            Folder(root=root, split=split)
    assert "1 names are in" in str(inspect_folder(root))
    (root / "trainval.txt").write_text("a\nb\n")  # a union of splits may share their names
    assert len(Folder(root=root, split="trainval")) == 2


def test_a_name_twice_in_a_list_is_refused(folder):
    root = folder(*"ab")
    (root / "train.txt").write_text("a\nb\na\n")
    with pytest.raises(ValueError, match=r"train\.txt: 'a' is in it more than once"):
        Folder(root=root, split="train")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lists_and_labels_may_come_from_windows(folder, encoding):
    root = folder("day/ä", "b")
    (root / "train.txt").write_bytes("day\\ä.png\r\nb\r\n".encode(encoding))
    (root / "labels.txt").write_bytes("Straße\r\nAuto\r\n".encode(encoding))
    data = Folder(root=root, split="train")
    assert data.names == ("day/ä", "b") and data.labels.names == ("Straße", "Auto")


@pytest.mark.parametrize("name", ["train.txt", "labels.txt"])
def test_a_list_in_another_encoding_is_named(folder, name):
    root = folder("a")
    (root / name).write_bytes("Straße\nAuto\n".encode("latin-1"))
    with pytest.raises(ValueError, match=rf"{name}: not UTF-8 text .*Save it as UTF-8"):
        Folder(root=root, split="train")


def test_a_class_that_is_twice_in_labels_names_the_file(folder):
    root = folder("a")
    (root / "labels.txt").write_text("road\nroad\n")
    with pytest.raises(ValueError, match=r"labels\.txt: name 'road' occurs twice"):
        Folder(root=root)
