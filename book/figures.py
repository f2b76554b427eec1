"""Draw the picture of the landing page: scenes above, their label maps below, and a legend.

Run ``python book/figures.py`` after a change of `segedu.data.Scenes`; the same scenes give the same picture.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from segedu.data import Sample, Scenes
from segedu.labels import LabelSet

TARGET = Path(__file__).parent / "assets" / "gallery.png"
CHOSEN = ((7, "day"), (26, "day"), (15, "night"), (27, "day"))  # a street and a shore in turn
SIZE = (192, 256)
GAP, CORNER = 12, 10
PAPER, INK = (243, 246, 249), (28, 35, 41)


def gallery(samples: list[Sample], labels: LabelSet) -> Image.Image:
    """Pictures in one row, label maps in the next, the legend below; RGBA, transparent between the tiles."""
    height, width = samples[0].mask.shape
    columns = len(samples)
    band = legend(labels, columns * width + (columns - 1) * GAP)
    sheet = Image.new("RGBA", (band.width, 2 * (height + GAP) + band.height))
    for column, sample in enumerate(samples):
        for row, pixels in enumerate((sample.image, labels.colorize(sample.mask))):
            tile = Image.fromarray(pixels)
            sheet.paste(tile, (column * (width + GAP), row * (height + GAP)), rounded(tile.size))
    sheet.paste(band, (0, 2 * (height + GAP)), rounded(band.size))
    return sheet


def legend(labels: LabelSet, width: int, columns: int = 5) -> Image.Image:
    """A swatch and a name for each class and for void, readable when the sheet is as narrow as a phone."""
    line, swatch, margin = 46, 28, 16
    entries = [*zip(labels.names, labels.colors, strict=True), ("void", labels.void_color)]
    rows = -(-len(entries) // columns)
    band = Image.new("RGB", (width, (rows - 1) * line + swatch + 2 * margin), PAPER)
    draw = ImageDraw.Draw(band)
    font = ImageFont.load_default(27)
    for index, (name, color) in enumerate(entries):
        x = margin + index % columns * (width - margin) // columns
        y = margin + index // columns * line
        draw.rounded_rectangle((x, y, x + swatch, y + swatch), 5, fill=color, outline=INK)
        draw.text((x + swatch + 10, y + swatch / 2), name, fill=INK, font=font, anchor="lm")
    return band


def rounded(size: tuple[int, int]) -> Image.Image:
    """A mask with round corners, drawn large and made small so that the corners are smooth."""
    large = Image.new("L", (4 * size[0], 4 * size[1]))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, large.width - 1, large.height - 1), 4 * CORNER, fill=255)
    return large.resize(size, Image.Resampling.LANCZOS)


def draw() -> Image.Image:
    """The gallery of the landing page."""
    samples = [Scenes(index + 1, size=SIZE, domain=domain)[index] for index, domain in CHOSEN]
    return gallery(samples, Scenes.labels)


if __name__ == "__main__":
    unfinished = TARGET.with_suffix(".unfinished")
    draw().save(unfinished, format="png", optimize=True)
    unfinished.replace(TARGET)
