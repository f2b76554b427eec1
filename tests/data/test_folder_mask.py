"""Values of masks that would be read as something else."""

import numpy as np
import pytest
from PIL import Image

from segedu.data import Folder, Scenes, inspect_folder, stack
from segedu.data.label_file import write_labels
from segedu.data.voc import LABELS as VOC_LABELS

TWO = ("healthy", "ill")


@pytest.fixture
def folder(tmp_path, put):
    """A function that makes a folder of masks, each with a grey picture."""

    def folder(**masks):
        for name, mask in masks.items():
            put(tmp_path / "images" / f"{name}.png", mask.size[::-1] if isinstance(mask, Image.Image) else mask.shape)
            (tmp_path / "masks").mkdir(exist_ok=True)
            picture = mask if isinstance(mask, Image.Image) else Image.fromarray(mask)
            picture.save(tmp_path / "masks" / f"{name}.png")
        return tmp_path

    return folder


def test_a_palette_that_numbers_the_colours_of_the_classes_afresh_is_refused(folder):
    scene = Scenes(1)[0]
    coloured = Image.fromarray(Scenes.labels.colorize(scene.mask))
    root = folder(a=coloured.quantize(len(np.unique(scene.mask))))
    write_labels(root / "labels.txt", Scenes.labels)
    with pytest.raises(ValueError, match=r"a\.png: a palette in an order of its own: its value \d+ has the colour of"):
        Folder(root=root)[0]
    assert "a palette in an order of its own" in str(inspect_folder(root))
    own = {i: i for i in range(256)}  # who gives ids says that the values are meant
    assert Folder(root=root, labels=VOC_LABELS.names, ids=own)[0].mask.shape == scene.mask.shape


@pytest.mark.parametrize("colors", [VOC_LABELS.palette(), np.arange(256).repeat(3).reshape(256, 3)])
def test_a_palette_for_show_and_the_right_one_are_fine(folder, colors):
    mask = Image.fromarray(np.array([[0, 1, 5, 255]], np.uint8).repeat(3, 0))
    mask.putpalette(colors.astype(np.uint8).tobytes())
    root = folder(a=mask)
    assert Folder(root=root, labels=VOC_LABELS)[0].mask[0].tolist() == [0, 1, 5, 255]


def test_void_in_the_palette_at_the_place_of_a_class_is_refused(folder):
    mask = Image.fromarray(np.array([[0, 1, 2]], np.uint8))
    mask.putpalette(bytes(VOC_LABELS.colors[0] + VOC_LABELS.colors[1] + VOC_LABELS.void_color))
    with pytest.raises(ValueError, match="its value 2 has the colour of void, which is 255"):
        Folder(root=folder(a=mask), labels=VOC_LABELS)[0]


def test_of_two_classes_a_picture_may_hold_void_and_no_object(folder):
    ill, well = np.zeros((2, 40, 48), np.uint8)
    ill[5:9, 5:9], ill[:, -4:], well[:, -4:] = 1, 255, 255
    root = folder(a=well, b=ill)
    (root / "labels.txt").write_text("\n".join(TWO))
    assert len(stack(Folder(root=root))) == len(stack(Folder(root=root)[:1])) * 2 == 2
    assert inspect_folder(root).problems == ()


def test_a_set_without_any_object_can_be_padded(folder):
    assert stack(Folder(root=folder(a=np.zeros((40, 30), np.uint8)), labels=TWO, size=(40, 40))).masks.max() == 255


def test_a_set_of_nothing_but_0_and_255_asks_what_255_means(folder):
    drawn = np.zeros((40, 48), np.uint8)
    drawn[3:9] = 255
    root = folder(a=drawn, b=np.zeros_like(drawn))
    with pytest.raises(
        ValueError, match=r"a\.png: found only the ids 0 and 255.*ids={0: 0, 255: 1}.*ids={0: 0, 255: 255}"
    ):
        Folder(root=root, labels=TWO)[0]
    assert Folder(root=root, labels=TWO, ids={0: 0, 255: 1})[0].mask.max() == 1
    assert Folder(root=root, labels=TWO, ids={0: 0, 255: 255})[0].mask.max() == 255
    assert "like drawings in black and white" in str(inspect_folder(root))


def test_ids_that_count_from_1_are_told_so(folder):
    root = folder(a=np.array([[1, 2, 2, 255]], np.uint8))
    with pytest.raises(ValueError, match="They seem to count from 1: subtract 1"):
        Folder(root=root, labels=TWO)[0]
    (root / "labels.txt").write_text("\n".join(TWO))
    assert "They seem to count from 1" in str(inspect_folder(root))
