"""What Pillow finds in a file, as bytes of colour or as class ids: one reading, for all that reads pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

STRETCHED = {"L;2": 85, "L;4": 17}
"""Grey of 2 or 4 bits: the factor by which Pillow stretches the stored values to 0..255."""

LAYOUT = "layout"
"""Where `open_picture` notes how the pixels lay in the file: Pillow forgets it when it decodes them."""


class BadFileError(ValueError):
    """A file that is not what it should be.

    Attributes
    ----------
    path : Path
    what : str
        What is wrong with it.
    advice : str
        What to do, in full sentences.
    """

    def __init__(self, path: str | Path, what: str, advice: str):
        super().__init__(f"{path}: {what}. {advice}")
        self.path, self.what, self.advice = Path(path), what, advice


def open_picture(path: str | Path) -> Image.Image:
    """Open and decode a picture now, so that a damaged file is found here; turned as the camera was held.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a picture, is damaged or too large, or holds several pictures.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: no such file. Check the name, and the folder it is looked for in.")
    try:
        with Image.open(path) as picture:
            several = getattr(picture, "n_frames", 1)
            if several > 1 and picture.format != "MPO":  # a phone's file: the others are previews of the first
                raise BadFileError(path, f"holds {several} pictures, expected one", "Save each as a file of its own.")
            picture.info[LAYOUT] = _layout(picture)
            picture.load()
            return ImageOps.exif_transpose(picture, in_place=True) or picture
    except BadFileError:
        raise
    except UnidentifiedImageError as error:
        raise BadFileError(path, "not a picture that Pillow can read", "Check that the file is whole.") from error
    except Image.DecompressionBombError as error:
        what = f"too large to be read at once ({error})"
        raise BadFileError(path, what, "Cut it into tiles, and use those.") from error
    except Exception as error:  # decoders raise whatever damaged bytes lead them to
        reason = f"the picture is damaged or cut short ({type(error).__name__}: {error})"
        raise BadFileError(path, reason, "Copy or download it again.") from error


def pixels_of(picture: Image.Image, source: str | Path = "picture") -> np.ndarray:
    """Any picture as ``(H, W, 3)`` uint8 RGB, turned as the camera was held.

    Of 16 bits the upper 8 are kept. Grey becomes three equal channels. An alpha channel must be opaque.

    Raises
    ------
    ValueError
        If pixels are transparent, if 16 bits hold so small values that black would be left of them, or if a picture
        of 32 bits does not say which values are black and white.
    """
    picture = ImageOps.exif_transpose(picture)  # phones store how they were held beside the pixels
    if picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format == "PNG"):
        return np.repeat(_upper_bits(np.asarray(picture), source)[..., None], 3, axis=2)
    if picture.mode in ("I", "F"):
        low, high = picture.getextrema()
        advice = "Scale them to 0..255 and save the picture with 8 bits: only you know what is black and what is white."
        raise BadFileError(source, f"values of 32 bits, {low:.6g} to {high:.6g}, expected 8 or 16 bits", advice)
    if picture.has_transparency_data and (np.asarray(picture.convert("RGBA"))[..., 3] < 255).any():
        advice = "Save it without alpha, on the background that should be seen there."
        raise BadFileError(source, "some of its pixels are transparent, so their colour is not known", advice)
    return np.asarray(picture.convert("RGB"))


def read_ids(path: str | Path) -> np.ndarray:
    """Read the stored values of a palette, grey, 16-bit or black-and-white (0 and 1) file as they are.

    Returns
    -------
    (H, W) integer array

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is cut short, holds colours or floats, or was saved as JPEG.
    """
    return ids_of(open_picture(path), path)


def ids_of(picture: Image.Image, path: str | Path) -> np.ndarray:
    """The stored values of a mask that `open_picture` opened, ``(H, W)`` integers."""
    if picture.format in ("JPEG", "MPO"):
        raise BadFileError(path, "a mask saved as JPEG", "Export the masks again as PNG: JPEG mixes neighbouring ids.")
    if picture.mode not in ("1", "P", "L", "I", "I;16"):
        raise BadFileError(path, *_no_ids(picture))
    layout = picture.info[LAYOUT]
    if picture.mode in ("1", "L") and layout.endswith("I"):
        advice = "Save it as PNG, and look whether its values are your class ids."
        raise BadFileError(
            path, "a file in which white is 0 (TIFF's WhiteIsZero), so programs differ in its values", advice
        )
    ids = np.asarray(picture)
    return ids.astype(np.uint8) // STRETCHED.get(layout, 1) if picture.mode in ("1", "L") else ids


def _layout(picture: Image.Image) -> str:
    """Pillow's name of how the pixels lie in the file ("L;4": grey of four bits); "" where it has none."""
    tiles = getattr(picture, "tile", None) or [(None, None, None, "")]
    how = tiles[0][3]
    return str(how[0] if isinstance(how, tuple) and how else how)


def _upper_bits(values: np.ndarray, source: str | Path) -> np.ndarray:
    """16 bits as 8."""
    most = int(values.max())
    if 0 < most < 1 << 12:
        what = f"16 bits a pixel, of which the largest value is {most}, expected up to 65535"
        advice = "Multiply them (by 16, if they have 12 bits), or save 8 bits: they would be read as nearly black."
        raise BadFileError(source, what, advice)
    return (values >> 8).astype(np.uint8)


def _no_ids(picture: Image.Image) -> tuple[str, str]:
    """What a file that holds no ids holds instead, and what to do."""
    expected = "a mask holds one class id a pixel"
    if picture.mode == "F":
        return f"{expected}, found floating point numbers", "Round them to whole numbers and save those as PNG."
    if picture.mode in ("LA", "La", "PA"):
        return f"{expected}, found ids and transparency (mode {picture.mode})", "Save it without the alpha channel."
    bands = np.asarray(picture.convert("RGB"))
    if (bands == bands[..., :1]).all():
        advice = (
            "Save one of the channels alone, if its values are class ids; LabelSet.decolorize, if they are colours."
        )
        return f"{expected}, found the same grey in all channels of a colour picture (mode {picture.mode})", advice
    advice = "Turn colours into ids once with LabelSet.decolorize and save those as PNG."
    return f"{expected}, found a colour picture (mode {picture.mode})", advice
