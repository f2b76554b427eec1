"""How the world is drawn: light, domains, sizes, and colours that everybody tells apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from segedu.data.sample import Sample
from segedu.data.scenes import LABELS, Scenes
from segedu.data.world.render import render

CAR, BOAT, PERSON, POLE = map(LABELS.id, ("car", "boat", "person", "pole"))


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(Scenes(300))


def objects(sample: Sample, *classes: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows and columns of each object of some classes."""
    here = np.isin(sample.mask, classes)
    return [np.nonzero(sample.instances == k) for k in np.unique(sample.instances[here])]


def test_light_varies_from_picture_to_picture(samples):
    sky = np.array([s.image[:8].mean((0, 1)) for s in samples])
    assert sky.std(0).min() > 20


def test_each_object_has_one_class_and_ids_have_no_gap(samples):
    for sample in samples[:100]:
        ids = np.unique(sample.instances)
        assert np.array_equal(ids[ids > 0], np.arange(1, ids.max() + 1))
        assert np.array_equal(sample.instances > 0, np.isin(sample.mask, (CAR, BOAT, PERSON, POLE)))
        for k in ids[ids > 0]:
            assert len(np.unique(sample.mask[sample.instances == k])) == 1


def test_the_mask_is_where_the_picture_changes():
    scenes = Scenes(30)
    for index in range(30):
        scene, light = scenes.describe(index)
        light = replace(light, grain=0)
        poles = tuple(t for t in scene.things if t.what == "pole")
        bare = render(replace(scene, things=()), light, (96, 128))
        full = render(replace(scene, things=poles), light, (96, 128))
        changed = (full.image != bare.image).any(-1)
        covered = full.mask == POLE
        assert changed[covered].mean() > 0.97
        assert (changed & ~covered).sum() <= 6 * len(poles)


@pytest.mark.parametrize("domain", ["night", "fog"])
def test_another_domain_is_another_light_on_the_same_scene(domain):
    day, other = Scenes(20), Scenes(20, domain=domain)
    changes = []
    for a, b in zip(day, other, strict=True):
        assert np.array_equal(a.mask, b.mask) and np.array_equal(a.instances, b.instances)
        changes.append(np.abs(a.image.astype(int) - b.image).mean())
    assert min(changes) > 12


def test_night_is_dark_and_fog_has_little_contrast():
    day, night, fog = (np.stack([s.image for s in Scenes(20, domain=d)]) for d in ("day", "night", "fog"))
    assert night.mean() < 0.5 * day.mean()
    assert fog[:, :50].std() < 0.75 * day[:, :50].std()


def test_a_larger_picture_shows_the_same_scene():
    for small, large in zip(Scenes(10), Scenes(10, size=(288, 384)), strict=True):
        assert (large.mask[1::3, 1::3] == small.mask).mean() > 0.97


def test_poles_grow_with_the_picture():
    widths = [
        np.median(np.bincount(rows - rows.min()))
        for sample in Scenes(10, size=(384, 512))
        for rows, _ in objects(sample, POLE)
        if np.ptp(rows) > 24
    ]
    assert np.median(widths) == 4


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        # Machado, Oliveira and Fernandes (2009), severity 1: no red cones, no green cones
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ],
    ids=["three cones", "protanopia", "deuteranopia"],
)
def test_label_colours_are_told_apart_by_everybody(matrix):
    colors = np.array([*LABELS.colors, LABELS.void_color]) / 255
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    seen = (linear @ np.array(matrix).T).clip(0, 1)
    seen = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
    lab = rgb2lab(seen[None])[0]
    distance = deltaE_ciede2000(lab[:, None], lab[None])
    assert distance[np.triu_indices(len(lab), 1)].min() > 18
