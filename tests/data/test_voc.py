"""Pascal VOC: on ten real pictures where they are, and on a made folder of the same layout."""

import os
import tarfile
from hashlib import md5
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segedu.data import VOC, stack
from segedu.data.files import save_image
from segedu.data.voc import LABELS, palette

MASK = np.repeat(np.array([[0, 15, 255, 20]], np.uint8), 6, axis=0)
OBJECTS = np.repeat(np.array([[0, 1, 255, 2]], np.uint8), 6, axis=0)


@pytest.fixture
def made(tmp_path, put):
    """Two pictures in VOC's layout, one with objects."""
    year = tmp_path / "VOCdevkit" / "VOC2012"
    for name in ("2007_000001", "2007_000002"):
        put(year / "JPEGImages" / f"{name}.jpg", (6, 4))
        save_image(year / "SegmentationClass" / f"{name}.png", MASK, LABELS)
    put(year / "SegmentationObject" / "2007_000001.png", OBJECTS)
    put(year / "SegmentationClassAug" / "2007_000001.png", np.full((6, 4), 8, np.uint8))
    (year / "ImageSets" / "Segmentation").mkdir(parents=True)
    (year / "ImageSets" / "Segmentation" / "train.txt").write_text("2007_000001\n2007_000002\n")
    return tmp_path


@pytest.fixture
def year(made):
    return made / "VOCdevkit" / "VOC2012"


def test_ids_come_from_the_palette_file_and_not_from_its_colours(made):
    data = VOC(root=made)
    assert (len(data), data[1].name, data[1:][0].name) == (2, "2007_000002", "2007_000002")
    assert np.array_equal(data[0].mask, MASK)
    assert data.labels.names[15] == "person"


def test_the_devkit_itself_is_a_root_too(made):
    assert len(VOC(root=made / "VOCdevkit")) == 2


def test_objects_are_numbered_and_neither_background_nor_void_is_one(made):
    data = VOC(root=made)
    objects = data[0].instances
    assert objects.dtype == np.int32
    assert objects[0].tolist() == [0, 1, 0, 2]
    assert data[1].instances is None  # no such file


def test_more_masks_lie_in_a_folder_of_their_own(made):
    assert (VOC(root=made, annotations="SegmentationClassAug")[0].mask == 8).all()


def test_with_a_size_they_stack(made):
    assert stack(VOC(root=made, size=(12, 12))).masks.shape == (2, 12, 12)


def test_another_year_says_how_to_get_it(made):
    with pytest.raises(FileNotFoundError, match=r"no folder VOC2011 .*VOC\.download\('2011'\)"):
        VOC(root=made, year="2011")


def test_a_missing_list_names_those_that_are_there(made):
    with pytest.raises(FileNotFoundError, match=r"val\.txt: no such list.*there is train"):
        VOC("val", root=made)


def test_an_empty_list_is_an_error(made, year):
    (year / "ImageSets" / "Segmentation" / "val.txt").write_text("")
    with pytest.raises(ValueError, match=r"val\.txt: the list is empty"):
        VOC("val", root=made)


@pytest.mark.parametrize("folder", ["JPEGImages", "SegmentationClass"])
def test_a_missing_partner_is_named(made, year, folder):
    next((year / folder).glob("2007_000001.*")).unlink()
    with pytest.raises(FileNotFoundError, match=rf"{folder}.2007_000001\.\w+: no such file"):
        VOC(root=made)[0]


@pytest.mark.parametrize("folder", ["JPEGImages", "SegmentationClass"])
def test_a_truncated_file_is_named(made, year, folder, cut):
    cut(next((year / folder).glob("2007_000001.*")))
    with pytest.raises(ValueError, match=rf"{folder}.2007_000001\.\w+: the picture is damaged|not a picture"):
        VOC(root=made)[0]


@pytest.mark.parametrize("folder", ["SegmentationClass", "SegmentationObject"])
def test_a_mask_of_another_size_is_named(made, year, folder, put):
    put(year / folder / "2007_000001.png", np.ones((3, 3), np.uint8))
    with pytest.raises(ValueError, match=rf"{folder}.2007_000001\.png: the mask is \(3, 3\), its image \(6, 4\)"):
        VOC(root=made)[0]


def test_a_mask_in_colours_is_refused(made, year, put):
    put(year / "SegmentationClass" / "2007_000001.png", LABELS.colorize(MASK))
    with pytest.raises(ValueError, match=r"2007_000001\.png: .*colour picture"):
        VOC(root=made)[0]


def test_unknown_ids_are_named(made, year, put):
    put(year / "SegmentationClass" / "2007_000001.png", np.full((6, 4), 21, np.uint8))
    with pytest.raises(ValueError, match=r"2007_000001\.png: found ids 21, expected 0\.\.20"):
        VOC(root=made)[0]


def test_the_palette_has_256_different_colours():
    assert len(set(palette(256))) == 256
    assert LABELS.void_color == palette(256)[255]


def archive(folder: Path, out: Path, name: str) -> str:
    """Pack a folder as the devkit's archives are packed; give the checksum."""
    with tarfile.open(out, "w") as tar:
        tar.add(folder, name)
    return md5(out.read_bytes()).hexdigest()


def test_download_fetches_checks_and_unpacks_a_year(made, year, tmp_path, serve, monkeypatch):
    from torchvision.datasets.voc import DATASET_YEAR_DICT

    digest = archive(year, serve.folder / "voc.tar", "VOCdevkit/VOC2012")
    facts = {"url": f"{serve.url}/voc.tar", "md5": digest, "filename": "voc.tar", "base_dir": "VOCdevkit/VOC2012"}
    monkeypatch.setitem(DATASET_YEAR_DICT, "2012", facts)
    monkeypatch.setenv("SEGEDU_DATA", str(tmp_path / "home"))
    assert VOC.download() == tmp_path / "home" / "VOCdevkit" / "VOC2012"
    assert np.array_equal(VOC()[0].mask, MASK)
    asked = len(serve.requests)
    VOC.download()
    assert len(serve.requests) == asked  # it is there already


def test_a_year_without_the_task_is_refused():
    with pytest.raises(ValueError, match=r"year: found '2005', expected one of 2007, .*2012"):
        VOC.download("2005")


@pytest.fixture(scope="module")
def real():
    root = Path(os.environ.get("SEGEDU_DATA", "nowhere")) / "voc_sample"
    if not root.is_dir():
        pytest.skip("needs the sample of ten real pictures, $SEGEDU_DATA/voc_sample")
    return root


def test_the_real_pictures_have_the_stored_ids_whatever_reads_them(real):
    data = VOC("trainval", root=real)
    assert len(data) == 10
    for sample in data:
        stored = Image.open(data.root / "SegmentationClass" / f"{sample.name}.png")
        assert np.array_equal(sample.mask, np.asarray(stored))
        assert np.array_equal(LABELS.colorize(sample.mask), np.asarray(stored.convert("RGB")))


def test_torchvision_reads_the_same_pairs(real):
    from torchvision.datasets import VOCSegmentation

    theirs = VOCSegmentation(str(real), year="2012", image_set="val")
    ours = VOC("val", root=real)
    assert len(ours) == len(theirs)
    for sample, (image, mask) in zip(ours, theirs, strict=True):
        assert np.array_equal(sample.image, np.asarray(image))
        assert np.array_equal(sample.mask, np.asarray(mask))
