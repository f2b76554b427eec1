"""From a classifier of feature vectors to a classifier of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, clone

from segedu.data import LabelledImages, Sample
from segedu.metrics import ConfusionMatrix
from segedu.pixels.features import FilterBank
from segedu.pixels.sampling import sample_pixels

Pictures = Sequence[Sample] | LabelledImages | Sample


class PixelClassifier:
    """Give every pixel a class by its features alone; pixels do not know of each other.

    Parameters
    ----------
    model : scikit-learn classifier
        Any with ``fit`` and ``predict``; it is copied, and the copy is fitted.
    bank : FilterBank, optional
        The features of a pixel.

    Attributes
    ----------
    fitted : scikit-learn classifier or None
        The fitted copy of ``model``.
    classes : (K,) uint8 array
        The ids seen in training, in rising order; no other id is ever predicted.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> image = np.zeros((4, 6, 3), dtype=np.uint8)
    >>> image[:, 3:] = 255
    >>> scribbles = np.full((4, 6), 255, dtype=np.uint8)
    >>> scribbles[0, 0], scribbles[0, 5] = 0, 1
    >>> classifier = PixelClassifier(DecisionTreeClassifier(), FilterBank(sigma_max=1))
    >>> classifier.fit(Sample(image, scribbles)).predict(image)[2]
    array([0, 0, 0, 1, 1, 1], dtype=uint8)
    """

    def __init__(self, model: BaseEstimator, bank: FilterBank | None = None) -> None:
        self.model, self.bank = model, bank or FilterBank()
        self.fitted: BaseEstimator | None = None

    def fit(self, data: Pictures, *, pixels: int = 500, power: float = 0.5, seed: int = 0) -> PixelClassifier:
        """Learn from a draw of labelled pixels.

        Parameters
        ----------
        data : Sample, sequence of Sample, or LabelledImages
            A photograph with a few strokes is ``Sample(image, scribbles)``, void (255) between the strokes.
        pixels : int
            Pixels a class on average, from all pictures together. A class with fewer gives all it has.
        power : float
            How far to balance the classes, 0 (not) to 1 (as many pixels of each); see `sample_pixels`.
        seed : int
            Of the draw, and of the model where it has a ``random_state``.

        Returns
        -------
        PixelClassifier
            Itself.

        Raises
        ------
        ValueError
            If there is no picture, no labelled pixel, or only one class.
        """
        x, y = self.training_set(data, pixels=pixels, power=power, seed=seed)
        model = clone(self.model)
        states = [name for name in model.get_params() if name.split("__")[-1] == "random_state"]
        self.fitted = model.set_params(**dict.fromkeys(states, seed)).fit(x, y)
        return self

    def training_set(
        self, data: Pictures, *, pixels: int = 500, power: float = 0.5, seed: int = 0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what `fit` learns from: features ``(n, F)`` float32 and their classes ``(n,)`` uint8."""
        samples = [data] if isinstance(data, Sample) else [data[i] for i in range(len(data))]
        if not samples:
            raise ValueError("data: the data set is empty, expected at least one picture")
        drawn = sample_pixels([sample.mask for sample in samples], pixels, power, seed)
        y = np.concatenate([samples[i].mask.ravel()[places] for i, places in drawn.items()])
        if len(found := np.unique(y)) < 2:
            raise ValueError(f"masks: every labelled pixel is of class {found[0]}; label pixels of a second class too")
        x = np.concatenate([self._features(samples[i].image)[places] for i, places in drawn.items()])
        return x, y

    def predict(self, image: np.ndarray) -> np.ndarray:
        """Class ids of every pixel.

        Parameters
        ----------
        image : (H, W, 3) uint8
            Of any size; the features know no size, but they know the scale: pixels a metre.

        Returns
        -------
        (H, W) uint8

        Raises
        ------
        RuntimeError
            If it was not fitted.
        ValueError
            If the picture has another shape or dtype.
        """
        return self._fitted().predict(self._features(image)).astype(np.uint8).reshape(image.shape[:2])

    def predict_probabilities(self, image: np.ndarray) -> np.ndarray:
        """Probability of each of the `classes` at every pixel, ``(K, H, W)`` float32, summing to 1.

        Raises
        ------
        TypeError
            If the model gives none: a linear SVM has distances from a plane and no probabilities.
        RuntimeError, ValueError
            As `predict`.
        """
        model = self._fitted()
        if not hasattr(model, "predict_proba"):
            raise TypeError(f"{self.model} gives no probabilities; a random forest does, or use predict")
        shares = model.predict_proba(self._features(image))  # (H * W, K)
        return shares.T.reshape(-1, *image.shape[:2]).astype(np.float32)

    @property
    def classes(self) -> np.ndarray:
        """The ids seen in training."""
        return self._fitted().classes_

    def _features(self, image: np.ndarray) -> np.ndarray:
        """One row a pixel, ``(H * W, F)``."""
        features = self.bank(image)
        return features.reshape(-1, features.shape[-1])

    def _fitted(self) -> BaseEstimator:
        if self.fitted is None:
            raise RuntimeError("this PixelClassifier was not fitted; call its fit(data) first")
        return self.fitted


def evaluate_pixels(classifier: PixelClassifier, data: Sequence[Sample] | LabelledImages) -> ConfusionMatrix:
    """Predict every picture of a data set and count; what `segedu.evaluate.evaluate` does for networks.

    Parameters
    ----------
    classifier : PixelClassifier
        A fitted one.
    data : sequence of Sample with ``.labels``, or LabelledImages

    Returns
    -------
    ConfusionMatrix
        ``segedu.evaluate.Score(data.labels, confusion)`` reads it class by class.
    """
    confusion = ConfusionMatrix(len(data.labels))
    for i in range(len(data)):
        sample = data[i]
        confusion.update(classifier.predict(sample.image), sample.mask)
    return confusion
