"""What the world contains: each difficulty that a chapter is about, measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from segedu.data.sample import Sample
from segedu.data.scenes import LABELS, Scenes
from segedu.data.world.layout import Camera
from segedu.data.world.plan import sample_scene
from segedu.data.world.render import render
from segedu.labels import VOID

SKY, ROAD, WATER, CAR, BOAT, PERSON, POLE = map(LABELS.id, ("sky", "road", "water", "car", "boat", "person", "pole"))


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return list(Scenes(300))


def is_street(sample: Sample) -> bool:
    return bool((sample.mask == ROAD).any())


def shares(samples: list[Sample]) -> np.ndarray:
    counts = np.bincount(np.concatenate([s.mask.ravel() for s in samples]), minlength=256)
    return counts / counts.sum()


def objects(sample: Sample, *classes: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Rows and columns of each object of some classes."""
    here = np.isin(sample.mask, classes)
    return [np.nonzero(sample.instances == k) for k in np.unique(sample.instances[here])]


def test_sky_road_and_water_fill_three_quarters(samples):
    share = shares(samples)
    assert 0.70 < share[[SKY, ROAD, WATER]].sum() < 0.80
    assert 0.4 < share[ROAD] / share[[ROAD, WATER]].sum() < 0.6
    assert 0.002 < share[PERSON] < 0.01
    assert 0.002 < share[POLE] < 0.01
    assert share[[CAR, BOAT]].min() > 0.015


def test_void_is_in_some_pictures_and_small(samples):
    void = np.array([(s.mask == VOID).mean() for s in samples])
    assert 0.1 < (void > 0).mean() < 0.6
    assert void.max() < 0.06
    assert void.mean() < 0.03


def test_a_street_has_cars_and_no_water_a_shore_boats_and_no_road(samples):
    for sample in samples:
        wrong = (WATER, BOAT) if is_street(sample) else (ROAD, CAR)
        assert not np.isin(sample.mask, wrong).any()
    assert 0.4 < np.mean([is_street(s) for s in samples]) < 0.6


def test_under_one_skyline_road_and_water_are_the_same_picture():
    """Change the word `street` to `shore` and nothing else: not one pixel changes, only labels do."""
    scenes = Scenes(20)
    for index in range(20):
        scene, light = scenes.describe(index)
        street, shore = (render(replace(scene, kind=kind), light, (96, 128)) for kind in ("street", "shore"))
        assert np.array_equal(street.image, shore.image)
        assert np.array_equal(street.instances, shore.instances)
        table = np.arange(256, dtype=np.uint8)
        table[[ROAD, CAR]] = WATER, BOAT
        assert np.array_equal(table[street.mask], shore.mask)


def ground_patches(samples: list[Sample], count: int = 30, reach: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Colour and texture of small patches of road and water, and whether they are water."""
    random = np.random.default_rng(0)
    features, water = [], []
    for sample in samples:
        inside = np.isin(sample.mask, (ROAD, WATER))
        inside[: sample.mask.shape[0] * 6 // 10] = inside[-reach:] = inside[:, :reach] = inside[:, -reach:] = False
        rows, columns = np.nonzero(inside)
        for k in random.choice(len(rows), count, replace=False):
            y, x = rows[k], columns[k]
            patch = sample.image[y - reach : y + reach + 1, x - reach : x + reach + 1].astype(float)
            steps = [np.abs(np.diff(patch, axis=axis)).mean((0, 1)) for axis in (0, 1)]
            features.append(np.concatenate([patch[reach, reach], patch.mean((0, 1)), patch.std((0, 1)), *steps]))
            water.append(sample.mask[y, x] == WATER)
    return np.array(features), np.array(water)


def test_no_patch_of_ground_tells_road_from_water(samples):
    forest = RandomForestClassifier(100, min_samples_leaf=5, random_state=0)
    forest.fit(*ground_patches(samples[:200]))
    features, water = ground_patches(samples[200:])
    assert forest.score(features, water) < 0.62


def test_the_skyline_tells_road_from_water(samples):
    horizon = np.array([s.image[8:56].reshape(12, 4, 16, 8, 3).mean((1, 3)).ravel() for s in samples])
    street = np.array([is_street(s) for s in samples])
    forest = RandomForestClassifier(200, random_state=0).fit(horizon[:200], street[:200])
    assert forest.score(horizon[200:], street[200:]) > 0.88


def test_cars_and_boats_have_the_same_sizes_and_colours(samples):
    areas, colors = {}, {}
    for label in (CAR, BOAT):
        found = [(s, rows, columns) for s in samples for rows, columns in objects(s, label)]
        areas[label] = np.array([len(rows) for _, rows, _ in found])
        colors[label] = np.array([s.image[rows, columns].mean(0) for s, rows, columns in found])
    for q in (0.25, 0.5, 0.75, 0.95):
        assert np.quantile(areas[CAR], q) == pytest.approx(np.quantile(areas[BOAT], q), rel=0.35, abs=3)
    assert np.abs(colors[CAR].mean(0) - colors[BOAT].mean(0)).max() < 15


def test_the_same_car_is_four_or_forty_pixels_long(samples):
    lengths = np.array([np.ptp(c) + 1 for s in samples for _, c in objects(s, CAR, BOAT)])
    assert np.quantile(lengths, 0.05) <= 6
    assert 36 <= lengths.max() <= 48


def test_things_lower_in_the_picture_are_larger(samples):
    found = [(rows.max(), np.ptp(columns)) for s in samples for rows, columns in objects(s, CAR, BOAT)]
    low, length = np.array(found).T
    assert np.corrcoef(low, length)[0, 1] > 0.7


def test_poles_are_one_pixel_wide(samples):
    widths = [np.median(np.bincount(r - r.min())) for s in samples for r, _ in objects(s, POLE) if np.ptp(r) >= 6]
    assert len(widths) > 300
    assert np.mean(np.array(widths) == 1) > 0.97


def test_persons_are_two_to_six_pixels_wide(samples):
    widths = [np.ptp(columns) + 1 for s in samples for _, columns in objects(s, PERSON)]
    assert np.quantile(widths, 0.9) >= 4
    assert max(widths) <= 7
    assert np.median(widths) >= 2


def test_a_camera_that_moves_on_sees_things_grow_and_leaves_them_behind():
    scenes = Scenes(1)
    scene, light = scenes.describe(0)
    here, closer, beyond = (
        render(replace(scene, camera=Camera(scene.camera.horizon, depth=depth)), light, (96, 128))
        for depth in (0.0, 0.6, 30.0)
    )
    assert np.isin(closer.mask, (CAR, BOAT)).sum() != np.isin(here.mask, (CAR, BOAT)).sum()
    assert not np.isin(beyond.mask, (CAR, BOAT, PERSON)).any()


def test_a_scene_is_described_before_it_is_drawn():
    scene, light = Scenes(4, seed=2).describe(3)
    assert scene == sample_scene(2, 3)
    assert scene.kind in ("street", "shore") and len(scene.things) > 5
    assert light == Scenes(4, seed=2).describe(-1)[1]
