"""The made world: what each chapter relies on is in its pictures, and they are the same everywhere."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab
from sklearn.ensemble import RandomForestClassifier

from segedu.data.sample import Dataset, Sample
from segedu.data.scenes import LABELS, Scenes
from segedu.data.world.layout import Camera
from segedu.data.world.plan import draw_scene
from segedu.data.world.render import render
from segedu.labels import VOID

SKY, BUILDING, ROAD, WATER, VEGETATION, CAR, BOAT, PERSON, POLE = range(9)

# sha256 over names, images, masks and instances of 50 scenes of each size, the domains in turn. Found alike with
# Python 3.11 and numpy 2.4, Python 3.12 and numpy 1.26, Python 3.13 and numpy 2.5 (x86-64), and with numpy's
# AVX2 and AVX-512 code switched off by NPY_DISABLE_CPU_FEATURES. If one changes, every recorded score is void.
GOLDEN = {
    (96, 128): "45054bd6c2c75526deccfc9fc241ec725cd6b43d7a9c4f107e0966101c002852",
    (33, 47): "29e7cbd391e39cb1f70d7f8d76ac421ef596c7c5fc632f532f387f3cdabe86f6",
    (180, 240): "52057a6157d4c37d0414fe65f9da69164559109d4fab1cd6061e20126c410269",
}


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


# The same pictures everywhere


def digest(size: tuple[int, int]) -> str:
    total = hashlib.sha256()
    for index in range(50):
        sample = Scenes(50, size=size, seed=7, domain=("day", "night", "fog")[index % 3])[index]
        total.update(sample.name.encode())
        for array in (sample.image, sample.mask, sample.instances.astype("<i4")):
            total.update(array.tobytes())
    return total.hexdigest()


@pytest.mark.parametrize("size", GOLDEN)
def test_pictures_are_the_same_on_every_machine(size):
    assert digest(size) == GOLDEN[size]


def test_a_picture_depends_on_seed_and_index_alone():
    one, other = Scenes(3, seed=5)[2], Scenes(1000, seed=5)[2]
    assert one.name == other.name == "scene-5-00002"
    for array in ("image", "mask", "instances"):
        assert np.array_equal(getattr(one, array), getattr(other, array))


def test_other_seeds_and_indices_give_other_pictures():
    pictures = [Scenes(3, seed=seed)[index].image for seed in (0, 1, -1) for index in (0, 1, 2)]
    assert len({picture.tobytes() for picture in pictures}) == 9


# A sequence


def test_scenes_are_a_data_set():
    scenes = Scenes(5)
    assert isinstance(scenes, Dataset) and len(scenes) == 5 and len(list(scenes)) == 5
    assert scenes.labels is LABELS
    assert LABELS.names == ("sky", "building", "road", "water", "vegetation", "car", "boat", "person", "pole")


def test_arrays_have_the_promised_types():
    sample = Scenes(1)[0]
    assert (sample.image.dtype, sample.image.shape) == (np.uint8, (96, 128, 3))
    assert (sample.mask.dtype, sample.mask.shape) == (np.uint8, (96, 128))
    assert (sample.instances.dtype, sample.instances.shape) == (np.int32, (96, 128))
    LABELS.check(sample.mask)


def test_negative_indices_count_from_the_end():
    assert Scenes(8)[-1].name == Scenes(8)[7].name
    assert Scenes(8)[np.int64(3)].name == "scene-0-00003"


def test_slices_are_scenes_again():
    part = Scenes(10, seed=3)[2:9:3]
    assert isinstance(part, Scenes)
    assert [sample.name for sample in part] == ["scene-3-00002", "scene-3-00005", "scene-3-00008"]
    assert part[1:][-1].name == "scene-3-00008"
    assert len(Scenes(10)[20:]) == 0


@pytest.mark.parametrize("index", [4, -5, 10**9])
def test_an_index_outside_is_an_index_error(index):
    with pytest.raises(IndexError):
        Scenes(4)[index]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": -1}, "n is the number"),
        ({"n": 2.5}, "n is the number"),
        ({"n": 1, "size": (31, 64)}, "at least 32"),
        ({"n": 1, "size": (64,)}, "height, width"),
        ({"n": 1, "size": 96}, "height, width"),
        ({"n": 1, "size": (96.5, 128)}, "height, width"),
        ({"n": 1, "seed": "a"}, "seed"),
        ({"n": 1, "domain": "rain"}, "'day', 'night', 'fog'"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        Scenes(**arguments)


# The lessons


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


def test_light_varies_from_picture_to_picture(samples):
    sky = np.array([s.image[:8].mean((0, 1)) for s in samples])
    assert sky.std(0).min() > 20


# Masks, instances, domains, sizes


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


@pytest.mark.parametrize("size", [(32, 32), (33, 47), (101, 75), (40, 200), (200, 40), (360, 480)])
def test_any_size_of_at_least_32_works(size):
    for sample in Scenes(4, size=size):
        assert sample.image.shape == (*size, 3)
        LABELS.check(sample.mask)
        assert {SKY} < set(np.unique(sample.mask))


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
    assert scene == draw_scene(2, 3)
    assert scene.kind in ("street", "shore") and len(scene.things) > 5
    assert light == Scenes(4, seed=2).describe(-1)[1]


# Colours of the labels


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
