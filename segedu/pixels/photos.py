"""Photographs with strokes: real pictures to try a pixel classifier on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from skimage import data
from sklearn.datasets import load_sample_image

from segedu.data import Sample
from segedu.labels import LabelSet
from segedu.pixels.scribbles import Strokes, draw_strokes

COLORS = ((144, 179, 252), (204, 33, 6), (0, 135, 98), (0, 79, 194), (255, 255, 60))
"""Of the classes of a photograph: told apart by every kind of colour vision."""


@dataclass(frozen=True, eq=False)
class ScribbledPhoto:
    """A photograph, its classes, and the strokes of each.

    Parameters
    ----------
    image : (H, W, 3) uint8
    labels : LabelSet
    strokes : mapping of int to sequence of strokes
        As in `draw_strokes`, the most important stroke of each class first.
    """

    image: np.ndarray
    labels: LabelSet
    strokes: Strokes

    def sample(self, most: int | None = None) -> Sample:
        """Return the photograph with the first ``most`` strokes of each class as its mask, void between them."""
        first = {index: drawn[:most] for index, drawn in self.strokes.items()}
        return Sample(self.image, draw_strokes(self.image.shape[:2], first))


def scribbled_photos() -> dict[str, ScribbledPhoto]:
    """Three photographs at half size, read from scikit-image and scikit-learn, with up to four strokes a class.

    The coffee cup is by Rachel Michetti and the cat by Stéfan van der Walt, both CC0; the temple is by
    danielbuechele, CC BY 2.0.
    """
    temple = {
        0: [[(20, 150), (60, 300)], [(10, 10), (40, 60)], [(95, 200), (88, 310)]],
        1: [[(30, 110), (60, 105), (75, 140)], [(120, 70), (145, 150)], [(85, 60), (95, 150)], [(165, 60), (185, 160)]],
        2: [
            [(185, 20), (200, 130)],
            [(90, 300), (190, 305)],
            [(152, 190), (150, 240), (170, 275)],
            [(112, 10), (120, 25)],
        ],
        3: [[(118, 180), (125, 280)], [(150, 10), (143, 40)]],
    }
    coffee = {
        0: [[(40, 250), (150, 280)], [(180, 20), (190, 60)], [(70, 10), (40, 60)]],
        1: [[(105, 45), (150, 60), (178, 120)], [(125, 95), (130, 120)], [(130, 225), (160, 212)]],
        2: [[(75, 115), (80, 165)]],
        3: [[(45, 92), (18, 140), (45, 198)], [(85, 96), (109, 130), (102, 178)]],
        4: [[(130, 178), (152, 188)], [(40, 206), (80, 198)]],
    }
    cat = {
        0: [[(20, 190), (140, 215)], [(15, 5), (60, 8)]],
        1: [[(25, 70), (40, 120), (90, 120)], [(80, 30), (120, 60)], [(105, 100), (135, 110)], [(70, 50), (40, 40)]],
        2: [[(50, 76), (64, 92)], [(62, 155), (74, 163)]],
    }
    return {
        "temple": _photo(load_sample_image("china.jpg"), ("sky", "temple", "trees", "lake"), temple),
        "coffee": _photo(data.coffee(), ("table", "cup and saucer", "coffee", "rim", "spoon"), coffee),
        "cat": _photo(data.chelsea(), ("background", "cat", "eyes"), cat),
    }


def _photo(pixels: np.ndarray, names: tuple[str, ...], strokes: Strokes) -> ScribbledPhoto:
    return ScribbledPhoto(np.asarray(Image.fromarray(pixels).reduce(2)), LabelSet(names, COLORS[: len(names)]), strokes)
