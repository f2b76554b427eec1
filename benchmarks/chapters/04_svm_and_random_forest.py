"""Chapter 04: classifiers of single pixels, and a small network beside them.

Scored on validation pictures (seed 1); the notebook itself reports the test pictures (seed 2).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage.data import brick, grass, gravel
from sklearn.ensemble import RandomForestClassifier

from segedu import nets
from segedu.data import LabelledImages, Sample
from segedu.data.annotation import scribbles
from segedu.evaluate import Score, evaluate
from segedu.labels import VOID, LabelSet
from segedu.losses import cross_entropy
from segedu.metrics import ConfusionMatrix
from segedu.pixels import FilterBank, PixelClassifier, evaluate_pixels, kernel_svm, linear_svm, random_forest

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks import recipe
from benchmarks.study import run

PICTURES, VALIDATION = 100, 60
BANK = FilterBank(row=True)
PAIRS = {"road or water": ("road", "water"), "car or boat": ("car", "boat")}


class Colour(FilterBank):
    """No filter at all: the colour of the pixel itself."""

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Colours in 0..1."""
        return image / 255


def facts(score: Score) -> dict[str, float]:
    """The scores that the chapter speaks of."""
    return recipe.facts(score, classes=("road", "water", "car", "boat", "pole"))


def worlds(training: int = PICTURES, validation: int = VALIDATION) -> tuple[LabelledImages, LabelledImages]:
    """Pictures to train on, and pictures to validate on."""
    return recipe.scenes(PICTURES, seed=0)[:training], recipe.scenes(VALIDATION, seed=1)[:validation]


def pixels(make: Callable[[], PixelClassifier], pictures: int, seed: int) -> dict[str, float]:
    """One classifier of pixels."""
    train, val = worlds(pictures)
    return facts(Score(val.labels, evaluate_pixels(make().fit(train, pixels=1000, seed=seed), val)))


def network(pictures: int, steps: int, seed: int) -> dict[str, float]:
    """The chapter's network after some steps."""
    train, val = worlds(pictures)
    net, history = recipe.trained(partial(nets.build, "fcn4s"), train, seed, steps, warmup=steps // 5)
    return facts(evaluate(net, val, tolerance=None)) | {"seconds": round(history.seconds, 2)}


def only(data: LabelledImages, names: tuple[str, ...]) -> LabelledImages:
    """The same pictures with all other classes void."""
    keep = torch.tensor([data.labels.id(name) for name in names], dtype=torch.uint8)
    return replace(data, masks=data.masks.masked_fill(~torch.isin(data.masks, keep), VOID))


def specialists(sigma: int, row: bool, seed: int) -> dict[str, float]:
    """Forests that only have to tell two classes apart: mean share of right pixels of the two."""
    found, (train, val) = {}, worlds(50, 30)
    for pair, names in PAIRS.items():
        forest = random_forest(FilterBank(sigma_max=sigma, row=row))
        forest.fit(only(train, names), pixels=1000, power=1, seed=seed)
        x, y = forest.training_set(only(val, names), pixels=2000, power=1, seed=seed)
        confusion = ConfusionMatrix(len(val.labels))
        confusion.update(forest.fitted.predict(x)[None], y[None])
        found[pair] = round(confusion.mean_accuracy, 4)
    return found


def importances(seed: int) -> dict[str, float]:
    """What a feature of pure noise is worth to a forest, by impurity and by permutation."""
    helper, random = random_forest(BANK), np.random.default_rng(seed)
    (x, y), (xv, yv) = (helper.training_set(data, pixels=1000, seed=seed) for data in worlds())
    x, xv = (np.column_stack([features, random.random(len(features))]) for features in (x, xv))
    forest = RandomForestClassifier(50, random_state=seed).fit(x, y)
    right, drops = forest.score(xv, yv), {}
    groups = {"noise": [x.shape[1] - 1], "row": [x.shape[1] - 2]}
    groups |= {
        kind: [i for i, name in enumerate(BANK.names) if f" {kind}" in name] for kind in ("blur", "edge", "hessian")
    }
    for group, columns in groups.items():
        shuffled = xv.copy()
        shuffled[:, columns] = shuffled[random.permutation(len(xv))][:, columns]
        drops[f"permutation, {group}"] = round(right - forest.score(shuffled, yv), 4)
        drops[f"impurity, {group}"] = round(float(forest.feature_importances_[columns].sum()), 4)
    return drops


def mosaic_of_textures() -> Sample:
    """Brick, grass and gravel, photographs of surfaces, with a mask that is exact."""
    row, column = np.indices((256, 256))
    mask = np.zeros((256, 256), dtype=np.uint8)
    mask[(row - 90) ** 2 + (column - 160) ** 2 < 75**2] = 1
    mask[(column < 100 - 0.4 * row + 30 * np.sin(row / 25)) | (row > 185 + 15 * np.sin(column / 30))] = 2
    textures = [np.asarray(Image.fromarray(texture()).reduce(2)) for texture in (brick, grass, gravel)]
    return Sample(np.stack([np.choose(mask, textures)] * 3, axis=-1), mask)


def strokes_on_textures(seed: int) -> dict[str, float]:
    """A forest, and a network after few and after many steps, taught by the same strokes on one picture."""
    truth = mosaic_of_textures()
    labels = LabelSet(("brick", "grass", "gravel"), ((171, 180, 88), (0, 135, 98), (144, 179, 252)))
    drawn = Sample(truth.image, scribbles(truth.mask, every=3000, seed=seed).mask)
    confusion = ConfusionMatrix(3)
    confusion.update(random_forest().fit(drawn, seed=seed).predict(truth.image), truth.mask)
    found = {"random forest": round(confusion.miou, 4)}
    images = torch.from_numpy(truth.image).permute(2, 0, 1)[None].contiguous()
    one, exact = (LabelledImages(images, torch.from_numpy(s.mask)[None], labels) for s in (drawn, truth))
    for steps in (20, 150):
        settings = {"batch_size": 1, "warmup": 5, "loss": cross_entropy}
        net, _ = recipe.trained(partial(nets.build, "fcn4s"), one, seed, steps, **settings)
        found[f"FCN-4s, {steps} steps"] = round(evaluate(net, exact, tolerance=None).miou, 4)
    return found


VARIANTS = {
    "linear SVM": partial(pixels, partial(linear_svm, BANK), PICTURES),
    "kernel SVM": partial(pixels, partial(kernel_svm, BANK), PICTURES),
    "random forest": partial(pixels, partial(random_forest, BANK), PICTURES),
    "colour alone": partial(pixels, partial(random_forest, Colour(), trees=20), PICTURES),
    "kernel SVM, 10 pictures": partial(pixels, partial(kernel_svm, BANK), 10),
    **{f"FCN-4s, {n} pictures, {s} steps": partial(network, n, s) for n, s in ((10, 150), (100, 150), (100, 50))},
    **{f"sigma up to {sigma}": partial(specialists, sigma, False) for sigma in (1, 2, 4, 8, 16)},
    "sigma up to 4, row": partial(specialists, 4, True),
    "strokes on textures": strokes_on_textures,
    "importance": importances,
}

if __name__ == "__main__":
    what = f"Pixel classifiers on Scenes 96 x 128: {PICTURES} training pictures, {VALIDATION} validation pictures"
    run("04_svm_and_random_forest", what, VARIANTS)
