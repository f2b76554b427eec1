"""COCO: on a made folder of the real layout; outlines beside pycocotools."""

import json

import numpy as np
import pytest

from segedu.data import COCO, stack
from segedu.data.coco_format import CATEGORIES, LABELS, draw

H, W = 12, 16
PERSON, DOG, CUP, TABLE = 1, 18, 47, 67


def box(x, y, width, height):
    """A rectangle as a polygon, in pixels."""
    return [[x, y, x + width, y, x + width, y + height, x, y + height]]


def runs(rows, columns):
    """A rectangle as run lengths."""
    mask = np.zeros((H, W), bool)
    mask[rows, columns] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.T.ravel(), [0]])))
    return {"size": [H, W], "counts": np.diff([0, *edges, H * W]).tolist()}


CUP_ON_TABLE = [
    {"id": 1, "image_id": 7, "category_id": CUP, "segmentation": box(4, 4, 2, 3), "iscrowd": 0},
    {"id": 2, "image_id": 7, "category_id": TABLE, "segmentation": box(0, 3, 12, 8), "iscrowd": 0},
    {"id": 3, "image_id": 7, "category_id": PERSON, "segmentation": runs(slice(0, 5), slice(10, 16)), "iscrowd": 1},
    {"id": 4, "image_id": 7, "category_id": DOG, "segmentation": runs(slice(1, 3), slice(13, 15)), "iscrowd": 0},
]


def write(root, annotations, categories=CATEGORIES):
    content = {
        "images": [
            {"id": 7, "file_name": "000000000007.jpg", "height": H, "width": W},
            {"id": 9, "file_name": "000000000009.jpg", "height": H, "width": W},
        ],
        "annotations": annotations,
        "categories": [{"id": key, "name": name} for key, name in categories.items()],
    }
    (root / "annotations").mkdir(exist_ok=True)
    (root / "annotations" / "instances_val2017.json").write_text(json.dumps(content))


@pytest.fixture
def made(tmp_path, put):
    """Two pictures, one of them without an object."""
    for name in ("000000000007", "000000000009"):
        put(tmp_path / "val2017" / f"{name}.jpg", (H, W))
    write(tmp_path, CUP_ON_TABLE)
    return tmp_path


def test_the_categories_are_those_that_torchvisions_detectors_name():
    from torchvision.models.detection import FasterRCNN_ResNet50_FPN_Weights as Weights

    theirs = dict(enumerate(Weights.COCO_V1.meta["categories"]))
    assert {key: name for key, name in theirs.items() if name not in ("__background__", "N/A")} == CATEGORIES


def test_a_category_is_the_class_of_its_rank():
    assert len(LABELS) == 81
    assert (LABELS.names[0], LABELS.names[1], LABELS.names[80]) == ("background", "person", "toothbrush")


def test_the_smaller_object_lies_on_the_larger_whatever_their_order(made):
    for annotations in (CUP_ON_TABLE, CUP_ON_TABLE[::-1]):
        write(made, annotations)
        data = COCO("val", root=made)
        sample = data[0]
        assert data.labels == LABELS
        assert (sample.mask[4:7, 4:6] == LABELS.id("cup")).all()
        assert (sample.mask == LABELS.id("dining table")).sum() == 12 * 8 - 2 * 3  # over the crowd too


def test_a_crowd_is_void_but_for_the_objects_told_apart_in_it(made):
    sample = COCO("val", root=made)[0]
    assert (sample.mask[1:3, 13:15] == LABELS.id("dog")).all()
    assert (sample.mask == 255).sum() == 5 * 6 - 2 * 2 - 2 * 2  # less the dog, and the table's corner
    assert (sample.instances[sample.mask == 255] == 0).all()


def test_instances_count_in_the_order_of_the_file(made):
    sample = COCO("val", root=made)[0]
    assert np.unique(sample.instances).tolist() == [0, 1, 2, 4]
    assert (sample.mask[sample.instances == 1] == LABELS.id("cup")).all()


def test_a_picture_without_objects_is_all_background(made):
    sample = COCO("val", root=made)[1]
    assert sample.name == "000000000009"
    assert not sample.mask.any() and not sample.instances.any()


def test_slices_and_sizes_work(made):
    data = COCO("val", root=made, size=(24, 32))
    assert stack(data).masks.shape == (2, 24, 32)
    assert [sample.name for sample in data[1:]] == ["000000000009"]


def test_a_file_of_ones_own_has_its_own_classes(made):
    write(made, [{"id": 1, "image_id": 9, "category_id": 5, "segmentation": box(0, 0, 2, 2)}], {5: "leaf", 3: "root"})
    data = COCO(annotations=made / "annotations" / "instances_val2017.json", images=made / "val2017")
    assert data.labels.names == ("background", "root", "leaf")
    assert (data[1].mask[:2, :2] == 2).all()


def stars(n):
    """Random outlines around the middle of a picture."""
    random = np.random.RandomState(0)
    for _ in range(n):
        corners = random.randint(3, 10)
        angle, radius = np.sort(random.rand(corners)) * 2 * np.pi, random.uniform(3, 22, corners)
        yield np.stack([32 + radius * np.cos(angle), 24 + radius * np.sin(angle)], axis=1)


def test_polygons_differ_from_pycocotools_only_where_the_edge_passes_a_pixels_centre(edge_distance):
    coco = pytest.importorskip("pycocotools.mask", reason="the extra `oracles` is not installed")
    for corners in stars(100):
        flat = [corners.ravel().tolist()]
        theirs = coco.decode(coco.merge(coco.frPyObjects(flat, 48, 64))).astype(bool)
        for y, x in np.argwhere(draw(flat, 48, 64) != theirs):
            assert edge_distance([x + 0.5, y + 0.5], corners) < 0.25


def test_several_polygons_are_one_object():
    mask = draw([*box(0, 0, 2, 2), *box(1, 1, 3, 2)], 4, 5)
    assert mask.sum() == 4 + 6 - 1


def test_compressed_runs_are_read(made):
    coco = pytest.importorskip("pycocotools.mask", reason="the extra `oracles` is not installed")
    mask = np.zeros((H, W), np.uint8)
    mask[2:9, 3:11] = 1
    packed = coco.encode(np.asfortranarray(mask))
    segmentation = {"size": [H, W], "counts": packed["counts"].decode()}
    write(made, [{"id": 1, "image_id": 7, "category_id": DOG, "segmentation": segmentation, "iscrowd": 0}])
    assert np.array_equal(COCO("val", root=made)[0].mask == LABELS.id("dog"), mask == 1)


def test_a_missing_folder_says_where_data_are_looked_for(tmp_path):
    with pytest.raises(FileNotFoundError, match="gone: no such folder"):
        COCO("val", root=tmp_path / "gone")


def test_a_missing_json_is_named(made):
    with pytest.raises(FileNotFoundError, match=r"instances_train2017\.json: no such file"):
        COCO("train", root=made)


def test_a_truncated_json_is_named(made, cut):
    cut(made / "annotations" / "instances_val2017.json")
    with pytest.raises(ValueError, match=r"instances_val2017\.json: not whole JSON"):
        COCO("val", root=made)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[]", "no images, annotations, categories in it"),
        ('{"images": [], "annotations": [], "categories": []}', "the list of pictures is empty"),
        ('{"images": [{}], "annotations": [], "categories": []}', "an entry without 'id'"),
    ],
)
def test_some_other_json_is_named(made, content, complaint):
    (made / "annotations" / "instances_val2017.json").write_text(content)
    with pytest.raises(ValueError, match=rf"instances_val2017\.json: {complaint}"):
        COCO("val", root=made)


def test_a_missing_picture_is_named(made):
    (made / "val2017" / "000000000009.jpg").unlink()
    with pytest.raises(FileNotFoundError, match=r"000000000009\.jpg: no such file"):
        COCO("val", root=made)[1]


def test_a_truncated_picture_is_named(made, cut):
    cut(made / "val2017" / "000000000009.jpg")
    with pytest.raises(ValueError, match=r"000000000009\.jpg: (the picture is damaged|not a picture)"):
        COCO("val", root=made)[1]


def test_a_picture_of_another_size_is_named(made, put):
    put(made / "val2017" / "000000000007.jpg", (5, 5))
    with pytest.raises(ValueError, match=r"000000000007: the mask is \(12, 16\), its image \(5, 5\)"):
        COCO("val", root=made)[0]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"segmentation": []}, "no outline"),
        ({"segmentation": None}, "no outline"),
        ({"segmentation": [[1, 2, 3, 4]]}, "at least three corners"),
        ({"segmentation": [[1, 2, 3, 4, 5, 6, 7]]}, "at least three corners"),
        ({"segmentation": {"size": [3, 3], "counts": [9]}}, r"for \[3, 3\], its picture is \[12, 16\]"),
        ({"segmentation": {"size": [H, W], "counts": [9]}}, "add up to 9"),
        ({"category_id": 12}, "no category 12"),
    ],
)
def test_a_bad_annotation_is_named_by_its_id(made, change, complaint):
    write(made, [CUP_ON_TABLE[0] | change])
    with pytest.raises(ValueError, match=rf"instances_val2017\.json: annotation 1: .*{complaint}"):
        COCO("val", root=made)[0]


def test_annotations_need_their_pictures(made):
    with pytest.raises(ValueError, match="belong together"):
        COCO(annotations=made / "annotations" / "instances_val2017.json")
