"""Cityscapes: on a made folder of the real layout, and its table beside torchvision's."""

import json

import numpy as np
import pytest
from torchvision.datasets import Cityscapes as Theirs

from segedu.data import Cityscapes, stack
from segedu.data.cityscapes_labels import CATEGORIES, LABELS, TRAIN_IDS, draw

NAME = "bonn_000001_000019"


def rectangle(top, left, bottom, right):
    """Corners (x, y) of a rectangle whose last row and column belong to it."""
    return [[left, top], [right, top], [right, bottom], [left, bottom]]


# What lies where, from the farthest to the nearest: category, corners, its id in labelIds, its id in instanceIds.
THINGS = [
    ("sky", (0, 0, 9, 63), 23, 23),
    ("road", (10, 0, 31, 63), 7, 7),
    ("car", (8, 4, 15, 20), 26, 26000),
    ("license plate", (12, 8, 13, 12), None, None),
    ("car", (8, 15, 17, 30), 26, 26001),  # covers a part of the first
    ("cargroup", (6, 34, 12, 44), 26, 26),
    ("rider", (9, 46, 20, 50), 25, 25000),
    ("caravan", (8, 54, 20, 60), 29, 29000),
    ("static", (28, 0, 31, 63), 4, 4),
]


@pytest.fixture
def made(tmp_path, put):
    """One frame in the layout of Cityscapes, its masks drawn by slices of an array."""
    put(tmp_path / "leftImg8bit" / "train" / "bonn" / f"{NAME}_leftImg8bit.png", (32, 64))
    ids, counted = np.zeros((32, 64), np.uint8), np.zeros((32, 64), np.uint16)
    objects = [{"label": "road", "polygon": rectangle(0, 0, 31, 63), "deleted": 1}]
    for label, corners, stored, number in THINGS:
        top, left, bottom, right = corners
        objects.append({"label": label, "polygon": rectangle(*corners)})
        if stored is not None:
            ids[top : bottom + 1, left : right + 1] = stored
            counted[top : bottom + 1, left : right + 1] = number
    for truth in ("gtFine", "gtCoarse"):
        stem = tmp_path / truth / "train" / "bonn" / f"{NAME}_{truth}"
        put(stem.with_name(f"{stem.name}_labelIds.png"), ids if truth == "gtFine" else 0 * ids)
        put(stem.with_name(f"{stem.name}_instanceIds.png"), counted)
        text = json.dumps({"imgHeight": 32, "imgWidth": 64, "objects": objects})
        stem.with_name(f"{stem.name}_polygons.json").write_text(text)
    return tmp_path


@pytest.fixture
def stem(made):
    return made / "gtFine" / "train" / "bonn"


def test_the_table_is_that_of_torchvision():
    for ours, theirs in zip(CATEGORIES, Theirs.classes, strict=True):
        assert (ours.name, ours.stored, ours.color) == (theirs.name, theirs.id, theirs.color)
        assert ours.train == (255 if theirs.train_id == -1 else theirs.train_id)
        assert ours.things == theirs.has_instances


def test_nineteen_classes_count_without_a_gap():
    assert len(LABELS) == 19
    assert [category.train for category in CATEGORIES if category.train != 255] == list(range(19))
    assert LABELS.names[13] == "car"


def test_stored_ids_become_classes_and_all_else_void(made):
    data = Cityscapes(root=made)
    sample = data[0]
    assert (len(data), sample.name, sample.image.shape) == (1, NAME, (32, 64, 3))
    names = {LABELS.names[i] if i < 255 else "void" for i in np.unique(sample.mask)}
    assert names == {"sky", "road", "car", "rider", "void"}  # caravan and static are void
    assert sample.mask[12, 10] == LABELS.id("car")  # under the licence plate


def test_instances_are_counted_things_with_a_class(made):
    sample = Cityscapes(root=made)[0]
    assert np.unique(sample.instances).tolist() == [0, 25000, 26000, 26001]
    assert (sample.mask[sample.instances == 26001] == LABELS.id("car")).all()
    assert sample.instances[8, 40] == 0  # a group of cars that nobody told apart


def test_polygons_drawn_anew_are_the_stored_pngs(made):
    png, polygons = (Cityscapes(root=made, source=source)[0] for source in ("png", "polygons"))
    assert np.array_equal(png.mask, polygons.mask)
    assert np.array_equal(png.instances, polygons.instances)


def test_slanted_polygons_agree_with_another_rasteriser_but_for_their_rim(tmp_path, edge_distance):
    from skimage.draw import polygon

    for triangle in np.random.RandomState(0).randint(0, 60, (20, 3, 2)):
        content = {"imgWidth": 60, "imgHeight": 60, "objects": [{"label": "car", "polygon": triangle.tolist()}]}
        (tmp_path / "p.json").write_text(json.dumps(content))
        theirs = np.zeros((60, 60), bool)
        theirs[polygon(triangle[:, 1], triangle[:, 0], theirs.shape)] = True
        for y, x in np.argwhere((draw(tmp_path / "p.json")[0] == 26) != theirs):
            assert edge_distance([x, y], triangle) < 1


def test_coarse_labels_are_an_option(made):
    assert (Cityscapes(root=made, quality="coarse")[0].mask == 255).all()


def test_without_an_instance_file_there_are_no_instances(made, stem):
    (stem / f"{NAME}_gtFine_instanceIds.png").unlink()
    assert Cityscapes(root=made)[0].instances is None


def test_with_a_size_they_stack(made):
    assert stack(Cityscapes(root=made, size=(16, 32))).masks.shape == (1, 16, 32)


def test_a_missing_split_names_the_folder(made):
    with pytest.raises(FileNotFoundError, match=r"leftImg8bit.val: no such folder"):
        Cityscapes("val", root=made)


def test_an_empty_split_is_an_error(made):
    (made / "leftImg8bit" / "val").mkdir()
    with pytest.raises(ValueError, match=r"val: no picture in it, expected CITY/"):
        Cityscapes("val", root=made)


@pytest.mark.parametrize(("source", "ending"), [("png", "labelIds.png"), ("polygons", "polygons.json")])
def test_a_missing_partner_is_named(made, stem, source, ending):
    (stem / f"{NAME}_gtFine_{ending}").unlink()
    with pytest.raises(FileNotFoundError, match=rf"{NAME}_gtFine_{ending}: no such file"):
        Cityscapes(root=made, source=source)[0]


@pytest.mark.parametrize(("source", "ending"), [("png", "labelIds.png"), ("polygons", "polygons.json")])
def test_a_truncated_file_is_named(made, stem, source, ending, cut):
    cut(stem / f"{NAME}_gtFine_{ending}")
    with pytest.raises(ValueError, match=rf"{NAME}_gtFine_{ending}: .*(cut short|not a picture|not whole)"):
        Cityscapes(root=made, source=source)[0]


@pytest.mark.parametrize("ending", ["labelIds", "instanceIds"])
def test_a_mask_of_another_size_is_named(made, stem, put, ending):
    put(stem / f"{NAME}_gtFine_{ending}.png", np.zeros((5, 5), np.uint8))
    with pytest.raises(ValueError, match=rf"{ending}\.png: the mask is \(5, 5\), its image \(32, 64\)"):
        Cityscapes(root=made)[0]


def test_unknown_ids_are_named(made, stem, put):
    put(stem / f"{NAME}_gtFine_labelIds.png", np.full((32, 64), 77, np.uint8))
    with pytest.raises(ValueError, match=r"labelIds\.png: found the values \[77\]"):
        Cityscapes(root=made)[0]


def test_a_mask_in_colours_is_refused(made, stem, put):
    put(stem / f"{NAME}_gtFine_labelIds.png", (32, 64))
    with pytest.raises(ValueError, match=r"labelIds\.png: .*colour picture"):
        Cityscapes(root=made)[0]


def test_an_unknown_category_is_named(tmp_path):
    content = {"imgWidth": 8, "imgHeight": 8, "objects": [{"label": "tank", "polygon": rectangle(0, 0, 3, 3)}]}
    (tmp_path / "p.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"p\.json: unknown category 'tank'"):
        draw(tmp_path / "p.json")


def test_some_other_json_is_named(tmp_path):
    (tmp_path / "p.json").write_text("{}")
    with pytest.raises(ValueError, match=r"p\.json: no imgWidth, imgHeight, objects in it"):
        draw(tmp_path / "p.json")


@pytest.mark.parametrize("option", [{"quality": "finest"}, {"source": "json"}])
def test_an_unknown_option_lists_the_known(made, option):
    with pytest.raises(ValueError, match=r"found '\w+', expected '\w+' or '\w+'"):
        Cityscapes(root=made, **option)


def test_every_id_a_file_may_hold_has_a_class_or_is_void():
    assert set(range(34)) <= set(TRAIN_IDS)
