"""One reading of a picture: whatever Pillow opens becomes bytes or ids as they are meant, or is refused."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from segedu.data.decode import pixels_of, read_ids
from segedu.data.files import read_image

IDS = np.zeros((6, 8), np.uint8)
IDS[2:4, 1:7] = 3


def grey_png(ids: np.ndarray, bits: int) -> bytes:
    """A grey PNG of few bits a pixel, which Pillow reads but does not write."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    spread = np.unpackbits(ids[..., None], axis=-1)[..., -bits:].reshape(len(ids), -1)
    rows = b"".join(b"\0" + np.packbits(row).tobytes() for row in spread)
    head = struct.pack(">IIBBBBB", ids.shape[1], ids.shape[0], bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_ids_are_what_is_stored_whatever_the_number_of_bits(tmp_path, bits):
    ids = np.minimum(IDS, 2**bits - 1)
    (tmp_path / "m.png").write_bytes(grey_png(ids, bits))
    assert np.array_equal(read_ids(tmp_path / "m.png"), ids)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
def test_ids_of_many_bits_are_read_as_they_are(tmp_path, dtype):
    Image.fromarray(IDS.astype(dtype)).save(tmp_path / "m.tif")
    assert np.array_equal(read_ids(tmp_path / "m.tif"), IDS)


@pytest.mark.parametrize(
    ("name", "picture", "complaint"),
    [
        ("m.jpg", Image.fromarray(IDS), "a mask saved as JPEG"),
        ("m.png", Image.fromarray(IDS).convert("RGB"), "the same grey in all channels"),
        ("m.png", Image.fromarray(IDS).convert("LA"), "ids and transparency"),
        ("m.png", Image.new("RGB", (8, 6), (9, 0, 0)), "a colour picture"),
        ("m.tif", Image.fromarray(IDS.astype(np.float32)), "floating point numbers"),
    ],
)
def test_a_mask_without_ids_is_called_what_it_is(tmp_path, name, picture, complaint):
    picture.save(tmp_path / name)
    with pytest.raises(ValueError, match=rf"{name}: .*{complaint}"):
        read_ids(tmp_path / name)


def test_a_jpeg_under_another_name_is_noticed(tmp_path):
    Image.fromarray(IDS).save(tmp_path / "m.png", format="JPEG")
    with pytest.raises(ValueError, match="a mask saved as JPEG"):
        read_ids(tmp_path / "m.png")


@pytest.mark.parametrize("mode", ["1", "L"])
def test_a_tiff_in_which_white_is_0_is_refused(tmp_path, mode):
    Image.fromarray(IDS).convert(mode).save(tmp_path / "m.tif", tiffinfo={262: 0})
    with pytest.raises(ValueError, match="white is 0"):
        read_ids(tmp_path / "m.tif")


GREY = np.linspace(0, 255, 48).astype(np.uint8).reshape(6, 8)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("p.png", Image.fromarray(GREY.astype(np.uint16) * 257)),
        ("p.tif", Image.fromarray(GREY.astype(np.uint16) * 257)),
        ("p.png", Image.fromarray(GREY)),
        ("p.png", Image.fromarray(GREY).convert("RGB")),
        ("p.png", Image.fromarray(GREY).convert("RGBA")),
        ("p.png", Image.fromarray(GREY).convert("LA")),
    ],
)
def test_a_file_and_the_opened_file_are_the_same_bytes(tmp_path, name, picture):
    picture.save(tmp_path / name)
    with Image.open(tmp_path / name) as opened:
        assert np.array_equal(pixels_of(opened), read_image(tmp_path / name))
    assert np.array_equal(read_image(tmp_path / name), np.repeat(GREY[..., None], 3, 2))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phones_picture_is_turned_as_it_was_held(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(GREY).save(tmp_path / "p.png", exif=exif)
    turned = read_image(tmp_path / "p.png")[..., 0]
    assert turned.shape == ((8, 6) if orientation >= 5 else (6, 8))
    with Image.open(tmp_path / "p.png") as opened:
        assert np.array_equal(pixels_of(opened)[..., 0], turned)
    assert np.array_equal(turned, GREY) == (orientation == 1)
    assert np.array_equal(read_ids(tmp_path / "p.png"), turned), "a mask is turned like its picture"


@pytest.mark.parametrize(
    ("pixels", "complaint"),
    [
        (GREY / np.float32(255), "32 bits, 0 to 1, expected 8 or 16"),
        (GREY.astype(np.int32) * 1000, "32 bits, 0 to 255000"),
        (GREY.astype(np.uint16) * 16, "largest value is 4080, expected up to 65535. Multiply them"),
    ],
)
def test_a_range_that_only_its_maker_knows_is_refused(tmp_path, pixels, complaint):
    Image.fromarray(pixels).save(tmp_path / "p.tif")
    with pytest.raises(ValueError, match=rf"p\.tif: .*{complaint}"):
        read_image(tmp_path / "p.tif")


def test_black_of_16_bits_is_black(tmp_path):
    Image.fromarray(np.zeros((6, 8), np.uint16)).save(tmp_path / "p.png")
    assert not read_image(tmp_path / "p.png").any()


def test_transparent_pixels_have_no_colour(tmp_path):
    Image.new("RGBA", (8, 6), (200, 0, 0, 128)).save(tmp_path / "p.png")
    with pytest.raises(ValueError, match=r"p\.png: some of its pixels are transparent"):
        read_image(tmp_path / "p.png")


@pytest.mark.parametrize("name", ["p.tif", "p.gif"])
def test_a_file_of_several_pictures_is_not_cut_to_the_first(tmp_path, name):
    pages = [Image.fromarray(GREY), Image.fromarray(GREY[::-1].copy())]
    pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:])
    for read in (read_image, read_ids):
        with pytest.raises(ValueError, match="holds 2 pictures, expected one"):
            read(tmp_path / name)


def test_a_picture_too_large_for_memory_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    Image.fromarray(GREY).save(tmp_path / "scan.png")
    with pytest.raises(ValueError, match=r"scan\.png: too large to be read at once.*Cut it into tiles"):
        read_image(tmp_path / "scan.png")


@pytest.mark.parametrize("name", ["p.png", "p.jpg", "p.tif", "p.gif", "p.webp", "p.bmp"])
def test_any_wrong_byte_gives_pixels_or_an_error_that_names_the_file(tmp_path, name):
    Image.fromarray(np.repeat(GREY[..., None], 3, 2)).save(tmp_path / name)
    content, random = (tmp_path / name).read_bytes(), np.random.RandomState(0)
    for _ in range(60):
        broken = bytearray(content)
        broken[random.randint(len(broken))] ^= random.randint(1, 256)
        (tmp_path / name).write_bytes(broken[: random.randint(len(broken) // 2, len(broken) + 1)])
        try:
            assert read_image(tmp_path / name).ndim == 3
        except ValueError as error:
            assert name in str(error)
