"""Before networks: features by hand for every pixel, and a classifier that never sees its neighbours.

>>> from segedu.data import Scenes
>>> forest = random_forest(trees=5).fit(Scenes(2), pixels=50, seed=0)
>>> forest.predict(Scenes(3)[2].image).shape
(96, 128)
"""

from segedu.pixels.features import FilterBank
from segedu.pixels.photos import ScribbledPhoto, scribbled_photos
from segedu.pixels.pixel_classifier import PixelClassifier, evaluate_pixels
from segedu.pixels.recipes import kernel_svm, linear_svm, random_forest
from segedu.pixels.sampling import sample_pixels
from segedu.pixels.scribbles import draw_strokes

__all__ = [
    "FilterBank", "PixelClassifier", "ScribbledPhoto", "sample_pixels", "draw_strokes", "evaluate_pixels", "kernel_svm",
    "linear_svm", "random_forest", "scribbled_photos",
]  # fmt: skip
