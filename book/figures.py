"""Draw the pictures of the landing page: scenes and a photograph, their label maps, and legends.

Run ``python book/figures.py`` after a change of `segedu.data.Scenes` or of the weights for streets. The same scenes
give the same picture; another processor may name a few pixels of the photograph otherwise.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from sklearn.datasets import load_sample_image

from segedu import nets
from segedu.bench import STREETS
from segedu.data import Scenes
from segedu.labels import LabelSet
from segedu.predict import predict

TARGET = Path(__file__).parent / "assets" / "gallery.png"
PHOTOGRAPH = TARGET.with_name("photograph.png")
CHOSEN = ((7, "day"), (26, "day"), (15, "night"), (27, "day"))  # a street and a shore in turn
SIZE = (192, 256)
GAP, CORNER = 12, 10
PAPER, INK = (243, 246, 249), (28, 35, 41)


def sheet(rows: list[list[Image.Image]], labels: LabelSet) -> Image.Image:
    """Rows of tiles of one size, the legend below; RGBA, transparent between the tiles."""
    width, height = rows[0][0].size
    columns = len(rows[0])
    band = legend(labels, columns * width + (columns - 1) * GAP)
    paper = Image.new("RGBA", (band.width, len(rows) * (height + GAP) + band.height))
    for row, tiles in enumerate(rows):
        for column, tile in enumerate(tiles):
            paper.paste(tile, (column * (width + GAP), row * (height + GAP)), rounded(tile.size))
    paper.paste(band, (0, len(rows) * (height + GAP)), rounded(band.size))
    return paper


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
    """Made-up scenes in one row, their label maps in the next."""
    samples = [Scenes(index + 1, size=SIZE, domain=domain)[index] for index, domain in CHOSEN]
    maps = [Scenes.labels.colorize(sample.mask) for sample in samples]
    return sheet([[Image.fromarray(s.image) for s in samples], [Image.fromarray(m) for m in maps]], Scenes.labels)


def answered() -> tuple[np.ndarray, np.ndarray, LabelSet]:
    """A photograph, and the class of every pixel as the network for streets has it."""
    saved = nets.load(STREETS)
    photo = load_sample_image("china.jpg")
    return photo, predict(saved.net, photo), saved.labels


def draw_photograph() -> Image.Image:
    """The photograph on the left, the answer on the right."""
    photo, ids, labels = answered()
    left, right = Image.fromarray(photo), Image.fromarray(labels.colorize(ids))
    size = (2 * SIZE[1] + GAP, round((2 * SIZE[1] + GAP) * left.height / left.width))  # as wide as two scenes
    tiles = [left.resize(size, Image.Resampling.LANCZOS), right.resize(size, Image.Resampling.NEAREST)]
    return sheet([tiles], labels)


if __name__ == "__main__":
    for target, picture in ((TARGET, draw()), (PHOTOGRAPH, draw_photograph())):
        unfinished = target.with_suffix(".unfinished")
        picture.save(unfinished, format="png", optimize=True)
        unfinished.replace(target)
