"""The report of a folder finds every kind of mistake."""

import numpy as np
import pytest

from segedu.data import inspect_folder

NAMES = ("ground", "tree", "car")
MASK = np.repeat(np.array([[0, 1, 2, 255]], np.uint8), 3, axis=0)


def test_a_sound_folder_has_nothing_to_mend(made_folder):
    report = inspect_folder(made_folder)
    assert report.problems == ()
    assert (report.pairs, report.sizes) == (10, {(3, 4): 9, (6, 4): 1})
    assert report.pixels == {0: 33, 1: 33, 2: 33, 255: 33}
    assert report.void_share == 0.25
    text = str(report)
    assert "10 pictures with masks" in text and "9 of 3 x 4" in text and "give Folder a size" in text
    assert "33 pixels   25.00 %  tree" in text and "void" in text and "nothing to mend" in text


def test_every_kind_of_mistake_is_in_the_report_with_its_files_and_advice(made_folder, put, cut):
    put(made_folder / "images" / "alone.png", (3, 4))
    put(made_folder / "masks" / "lonely.png", MASK)
    cut(made_folder / "images" / "p1.png")
    cut(made_folder / "masks" / "p2.png")
    for name in ("p3", "p4"):
        put(made_folder / "masks" / f"{name}.png", np.full((3, 4, 3), (9, 0, 0), np.uint8))
    put(made_folder / "masks" / "p5.png", np.ones((8, 8), np.uint8))
    put(made_folder / "masks" / "p7.png", np.full((3, 4), 9, np.uint8))
    (made_folder / "masks" / "p8.png").unlink()
    put(made_folder / "masks" / "p8.jpg", np.zeros((3, 4), np.uint8))
    report = inspect_folder(made_folder)
    found = {problem.what: [path.name for path in problem.files] for problem in report.problems}
    assert found == {
        "no mask for this picture": ["alone.png"],
        "no picture for this mask": ["lonely.png"],
        "not a picture that Pillow can read": ["p1.png", "p2.png"],
        "a mask holds one class id a pixel, found a colour picture (mode RGB)": ["p3.png", "p4.png"],
        "the mask is not as large as its picture": ["p5.png"],
        "values that are no class": ["p7.png"],
        "a mask saved as JPEG": ["p8.jpg"],
    }
    assert all(problem.advice for problem in report.problems)
    assert "p3.png and 1 more: a mask holds one class id a pixel, found a colour" in str(report)


def test_values_with_gaps_and_missing_names_are_pointed_out(tmp_path, put):
    put(tmp_path / "images" / "a.png", (1, 3))
    put(tmp_path / "masks" / "a.png", np.array([[0, 80, 160]], np.uint8))
    gaps, unnamed = inspect_folder(tmp_path).problems
    assert gaps.what == "only 3 of the values up to 160 occur"
    assert unnamed.files == (tmp_path / "labels.txt",)


def test_a_report_of_no_folder_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="images: no such folder"):
        inspect_folder(tmp_path)


def test_a_long_report_stays_short(tmp_path, put):
    for i in range(8):
        put(tmp_path / "images" / f"{i}.png", (1 + i, 256))
        put(tmp_path / "masks" / f"{i}.png", np.arange(256, dtype=np.uint8)[None].repeat(1 + i, 0))
    text = str(inspect_folder(tmp_path))
    assert "and 3 more sizes" in text and "and 216 more values" in text
