"""COCO's panoptic masks, on a made folder of the real layout."""

import json

import numpy as np
import pytest

from segedu.data import COCOPanoptic, stack

CATEGORIES = [
    {"id": 184, "name": "tree", "isthing": 0},
    {"id": 1, "name": "person", "isthing": 1},
    {"id": 18, "name": "dog", "isthing": 1},
]
TREE, GREY_DOG, CROWD, DOG, PERSON = 7, 300, 5, 70_000, 16_777_215
SEGMENTS = [
    {"id": TREE, "category_id": 184, "iscrowd": 0},
    {"id": GREY_DOG, "category_id": 18, "iscrowd": 0},
    {"id": CROWD, "category_id": 1, "iscrowd": 1},
    {"id": DOG, "category_id": 18, "iscrowd": 0},
    {"id": PERSON, "category_id": 1, "iscrowd": 0},
]


def colours(numbers):
    """Numbers as three bytes a pixel."""
    return np.stack([numbers // 256**k % 256 for k in range(3)], axis=-1).astype(np.uint8)


@pytest.fixture
def made(tmp_path, put):
    put(tmp_path / "val2017" / "000000000007.jpg", (4, 6))
    numbers = np.repeat([[TREE, GREY_DOG, CROWD, DOG, PERSON, 0]], 4, axis=0)
    put(tmp_path / "annotations" / "panoptic_val2017" / "000000000007.png", colours(numbers))
    content = {
        "images": [{"id": 7, "file_name": "000000000007.jpg"}],
        "annotations": [{"image_id": 7, "file_name": "000000000007.png", "segments_info": SEGMENTS}],
        "categories": CATEGORIES,
    }
    (tmp_path / "annotations" / "panoptic_val2017.json").write_text(json.dumps(content))
    return tmp_path


def test_numbers_become_classes_and_crowds_and_nothing_become_void(made):
    data = COCOPanoptic("val", root=made)
    assert data.labels.names == ("person", "dog", "tree")  # by id, whatever their order in the file
    assert (len(data), data[0].name) == (1, "000000000007")
    assert data[0].mask[0].tolist() == [2, 1, 255, 1, 0, 255]


def test_things_are_counted_and_stuff_is_not(made):
    assert COCOPanoptic("val", root=made)[0].instances[0].tolist() == [0, 1, 0, 2, 3, 0]


def test_with_a_size_they_stack(made):
    assert stack(COCOPanoptic("val", root=made, size=(8, 12))).masks.shape == (1, 8, 12)


def test_a_number_that_nobody_explains_is_named(made, put):
    put(made / "annotations" / "panoptic_val2017" / "000000000007.png", colours(np.full((4, 6), 9)))
    with pytest.raises(ValueError, match=r"000000000007\.png: found the values \[9\], expected 0, 5, 7"):
        COCOPanoptic("val", root=made)[0]


def test_a_missing_or_damaged_mask_is_named(made, cut):
    path = made / "annotations" / "panoptic_val2017" / "000000000007.png"
    cut(path)
    with pytest.raises(ValueError, match=r"000000000007\.png: (the picture is damaged|not a picture)"):
        COCOPanoptic("val", root=made)[0]
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"panoptic_val2017.000000000007\.png: no such file"):
        COCOPanoptic("val", root=made)[0]


def test_a_mask_of_another_size_is_named(made, put):
    put(made / "annotations" / "panoptic_val2017" / "000000000007.png", (3, 3))
    with pytest.raises(ValueError, match=r"\.png: the mask is \(3, 3\), its image \(4, 6\)"):
        COCOPanoptic("val", root=made)[0]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "not whole JSON"),
        ("{}", "no images, annotations, categories in it"),
        ('{"images": [], "annotations": [], "categories": []}', "the list of pictures is empty"),
        ('{"images": [], "annotations": [{"file_name": "a.png"}], "categories": []}', "without 'segments_info'"),
    ],
)
def test_some_other_file_is_named(made, content, complaint):
    (made / "annotations" / "panoptic_val2017.json").write_text(content)
    with pytest.raises(ValueError, match=rf"panoptic_val2017\.json: .*{complaint}"):
        COCOPanoptic("val", root=made)
