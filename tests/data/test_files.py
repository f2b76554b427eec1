"""Pictures and masks from files: what is read, and what each bad file says."""

import numpy as np
import pytest
from PIL import Image

from segedu.data.files import data_root, read_ids, read_image, read_mask, resize, save_image
from segedu.labels import LabelSet

LABELS = LabelSet(("ground", "tree", "car"), ((90, 90, 90), (0, 120, 0), (0, 0, 200)))
MASK = np.array([[0, 1, 2, 255]] * 3, dtype=np.uint8)


def test_a_mask_survives_saving_and_reading(tmp_path):
    save_image(tmp_path / "m.png", MASK, LABELS)
    assert np.array_equal(read_mask(tmp_path / "m.png", LABELS), MASK)
    colours = np.asarray(Image.open(tmp_path / "m.png").convert("RGB"))
    assert np.array_equal(colours, LABELS.colorize(MASK))


def test_a_stored_void_id_becomes_255(tmp_path):
    Image.fromarray(np.array([[0, 2, 3]], dtype=np.uint8)).save(tmp_path / "m.png")
    assert read_mask(tmp_path / "m.png", LABELS, void=3).tolist() == [[0, 2, 255]]


def test_ids_outside_the_label_set_name_file_and_ids(tmp_path):
    Image.fromarray(np.array([[0, 7, 9]], dtype=np.uint8)).save(tmp_path / "odd.png")
    with pytest.raises(ValueError, match=r"odd\.png: found ids 7, 9, expected 0\.\.2"):
        read_mask(tmp_path / "odd.png", LABELS)


def test_a_colour_mask_says_how_to_get_ids(tmp_path):
    Image.fromarray(LABELS.colorize(MASK)).save(tmp_path / "rgb.png")
    with pytest.raises(ValueError, match=r"rgb\.png: .*colour picture.*decolorize"):
        read_mask(tmp_path / "rgb.png", LABELS)


def test_a_mask_of_0_and_255_is_refused_unless_allowed(tmp_path):
    Image.fromarray(np.array([[0, 255]], dtype=np.uint8)).save(tmp_path / "bw.png")
    with pytest.raises(ValueError, match=r"bw\.png: found only the ids 0 and 255.*Divide"):
        read_mask(tmp_path / "bw.png", LABELS)
    assert read_mask(tmp_path / "bw.png", LABELS, binary=True).tolist() == [[0, 255]]


def test_the_stored_values_of_every_kind_of_mask_are_read_as_they_are(tmp_path):
    Image.fromarray(np.array([[False, True]])).save(tmp_path / "one_bit.png")
    Image.fromarray(np.array([[7, 26001]], dtype=np.uint16)).save(tmp_path / "deep.png")
    save_image(tmp_path / "palette.png", MASK, LABELS)
    assert read_ids(tmp_path / "one_bit.png").tolist() == [[0, 1]]
    assert read_ids(tmp_path / "deep.png").tolist() == [[7, 26001]]
    assert np.array_equal(read_ids(tmp_path / "palette.png"), MASK)


def test_a_truncated_jpeg_is_an_error_not_a_grey_rest(tmp_path):
    rng = np.random.RandomState(0)
    Image.fromarray(rng.randint(0, 255, (64, 64, 3), dtype=np.uint8)).save(tmp_path / "cut.jpg")
    whole = (tmp_path / "cut.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"cut\.jpg: the picture is damaged or cut short"):
        read_image(tmp_path / "cut.jpg")


def test_a_photo_taken_sideways_comes_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(tmp_path / "p.jpg", exif=exif)
    assert read_image(tmp_path / "p.jpg").shape == (60, 40, 3)


def test_sixteen_bits_become_eight(tmp_path):
    Image.fromarray(np.array([[0, 256 * 100 + 7]], dtype=np.uint16)).save(tmp_path / "deep.png")
    assert read_image(tmp_path / "deep.png").tolist() == [[[0] * 3, [100] * 3]]


def test_a_mask_is_not_saved_as_jpeg(tmp_path):
    with pytest.raises(ValueError, match="a mask needs PNG"):
        save_image(tmp_path / "m.jpg", MASK, LABELS)


def test_a_text_file_is_no_picture(tmp_path):
    (tmp_path / "notes.png").write_text("not a picture")
    with pytest.raises(ValueError, match=r"notes\.png: not a picture"):
        read_image(tmp_path / "notes.png")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gone\.png: no such file"):
        read_image(tmp_path / "gone.png")


def test_a_missing_folder_says_where_data_are_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("SEGEDU_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="SEGEDU_DATA"):
        data_root("camvid")


def test_resize_invents_no_class():
    image, mask = resize(np.zeros((8, 8, 3), np.uint8), np.repeat([[0, 2]], 8, 0).repeat(4, 1).astype(np.uint8), (5, 3))
    assert image.shape == (5, 3, 3)
    assert set(np.unique(mask)) == {0, 2}


def test_a_failed_save_leaves_the_old_file(tmp_path):
    save_image(tmp_path / "m.png", MASK, LABELS)
    before = (tmp_path / "m.png").read_bytes()
    with pytest.raises(TypeError):
        save_image(tmp_path / "m.png", np.zeros((3, 3, 7), np.uint8))
    assert (tmp_path / "m.png").read_bytes() == before
