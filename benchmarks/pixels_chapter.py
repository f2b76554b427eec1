"""Chapter 04 over several seeds: the figures that its margins were chosen with.

Run: python benchmarks/pixels_chapter.py --seeds 0 1 2 --out benchmarks/results/pixels_chapter.json
Seeds already in the file stay, unless they are run again. Scored on validation pictures (seed 1); the notebook itself
reports the test pictures (seed 2).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from skimage.data import brick, grass, gravel
from sklearn.ensemble import RandomForestClassifier

from segedu import nets
from segedu.data import LabelledImages, Sample, Scenes, stack
from segedu.data.annotation import scribbles
from segedu.evaluate import Score, evaluate
from segedu.labels import VOID, LabelSet
from segedu.losses import class_weights, cross_entropy
from segedu.metrics import ConfusionMatrix
from segedu.pixels import FilterBank, evaluate_pixels, kernel_svm, linear_svm, random_forest
from segedu.results import write_measurement
from segedu.train import fit

BANK = FilterBank(row=True)
PAIRS = {"road or water": ("road", "water"), "car or boat": ("car", "boat")}


class Colour(FilterBank):
    """No filter at all: the colour of the pixel itself."""

    def __call__(self, image: np.ndarray) -> np.ndarray:
        """Colours in 0..1."""
        return image / 255


def facts(score: Score) -> dict[str, float]:
    """The scores that the chapter speaks of."""
    classes = {name: round(score.iou[name], 4) for name in ("road", "water", "car", "boat", "pole")}
    return {"miou": round(score.miou, 4), **classes}


def only(data: LabelledImages, names: tuple[str, ...]) -> LabelledImages:
    """The same pictures with all other classes void."""
    keep = torch.tensor([data.labels.id(name) for name in names], dtype=torch.uint8)
    return replace(data, masks=data.masks.masked_fill(~torch.isin(data.masks, keep), VOID))


def specialists(seed: int, train: LabelledImages, val: LabelledImages, bank: FilterBank) -> dict[str, float]:
    """Forests that only have to tell two classes apart: mean share of right pixels of the two."""
    found = {}
    for pair, names in PAIRS.items():
        forest = random_forest(bank).fit(only(train, names), pixels=1000, power=1, seed=seed)
        x, y = forest.training_set(only(val, names), pixels=2000, power=1, seed=seed)
        confusion = ConfusionMatrix(len(val.labels))
        confusion.update(forest.fitted.predict(x)[None], y[None])
        found[pair] = round(confusion.mean_accuracy(), 4)
    return found


def importances(seed: int, train: LabelledImages, val: LabelledImages) -> dict[str, float]:
    """What a feature of pure noise is worth to a forest, by impurity and by permutation."""
    helper, random = random_forest(BANK), np.random.default_rng(seed)
    (x, y), (xv, yv) = (helper.training_set(data, pixels=1000, seed=seed) for data in (train, val))
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


def network(seed: int, train: LabelledImages, val: LabelledImages, steps: int) -> dict[str, float]:
    """The chapter's network after some steps."""
    torch.manual_seed(seed)
    net = nets.build("fcn4s", len(train.labels))
    loss = partial(cross_entropy, weight=class_weights(train.masks, len(train.labels)))
    settings = {"batch_size": 8, "lr": 5e-3, "warmup": steps // 5, "loss": loss, "progress": False}
    history = fit(net, train, steps=steps, seed=seed, **settings)
    return facts(evaluate(net, val, tolerance=None)) | {"seconds": round(history.seconds, 2)}


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
    found = {"random forest": round(confusion.miou(), 4)}
    images = torch.from_numpy(truth.image).permute(2, 0, 1)[None].contiguous()
    one = LabelledImages(images, torch.from_numpy(drawn.mask)[None], labels)
    exact = LabelledImages(images, torch.from_numpy(truth.mask)[None], labels)
    for steps in (20, 150):
        torch.manual_seed(seed)
        net = nets.build("fcn4s", 3)
        fit(net, one, steps=steps, batch_size=1, lr=5e-3, warmup=5, seed=seed, progress=False)
        found[f"FCN-4s, {steps} steps"] = round(evaluate(net, exact, tolerance=None).miou, 4)
    return found


def one_seed(seed: int, train: LabelledImages, val: LabelledImages) -> dict[str, dict[str, float]]:
    """Every comparison of the chapter with one seed."""
    makers = {"linear SVM": linear_svm, "kernel SVM": kernel_svm, "random forest": random_forest}
    classifiers = {name: make(BANK) for name, make in makers.items()}
    classifiers["colour alone"] = random_forest(Colour(), trees=20)
    runs = {name: (classifier, train) for name, classifier in classifiers.items()}
    runs["kernel SVM, 10 pictures"] = kernel_svm(BANK), train[:10]
    found = {}
    for name, (classifier, data) in runs.items():
        classifier.fit(data, pixels=1000, seed=seed)
        found[name] = facts(Score(val.labels, evaluate_pixels(classifier, val)))
    for pictures, steps in ((10, 150), (100, 150), (100, 50)):
        found[f"FCN-4s, {pictures} pictures, {steps} steps"] = network(seed, train[:pictures], val, steps)
    for sigma in (1, 2, 4, 8, 16):
        found[f"sigma up to {sigma}"] = specialists(seed, train[:50], val[:30], FilterBank(sigma_max=sigma))
    found["sigma up to 4, row"] = specialists(seed, train[:50], val[:30], FilterBank(sigma_max=4, row=True))
    found["strokes on textures"] = strokes_on_textures(seed)
    found["importance"] = importances(seed, train, val)
    return found


def main() -> None:
    """Run all seeds and write one file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    train, val = stack(Scenes(100, seed=0)), stack(Scenes(60, seed=1))
    runs = json.loads(arguments.out.read_text(encoding="utf-8"))["seeds"] if arguments.out.exists() else {}
    for seed in arguments.seeds:
        runs[str(seed)] = one_seed(seed, train, val)
        print(seed, *runs[str(seed)].items(), sep="\n  ", flush=True)
    # A run in pieces is repeated by one command, so that one is recorded.
    seeds = " ".join(sorted(runs))
    command = f"python benchmarks/pixels_chapter.py --seeds {seeds} --out {arguments.out}"
    what = "Pixel classifiers on Scenes 96 x 128: 100 training pictures, 60 validation pictures"
    write_measurement(arguments.out, what, {"command": command, "seeds": runs})


if __name__ == "__main__":
    main()
