"""Clips: the same everywhere, their middle frame a picture of Scenes, motion and occlusion right to the pixel."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from segedu.data import Clips, Scenes
from segedu.data.clips import Clip
from segedu.data.world.film import REACH, Film
from segedu.data.world.plan import apart
from segedu.video import warp_labels

# sha256 over images, masks, flows and what is visible, of three frames of eight clips of each size.
GOLDEN = {
    (96, 128): "45e323a087cc3c6ec0bf541d0857dab26578b969160fcec70db41d3dbb8ade5c",
    (33, 47): "e072d3a0cd9d6d1916167106dbcbfb0f9ca55cc7d01886ff259777f2e764a7f4",
}


def digest(size):
    total = hashlib.sha256()
    for clip in Clips(8, frames=7, size=size, seed=3):
        for t in (0, 3, 6):
            for array in (clip[t].image, clip[t].mask, clip.flow(t, 3).astype("<f4"), clip.visible(3, t)):
                total.update(array.tobytes())
    return total.hexdigest()


@pytest.mark.parametrize("size", GOLDEN)
def test_clips_are_the_same_on_every_machine(size):
    assert digest(size) == GOLDEN[size]


@pytest.mark.parametrize("domain", ["day", "night", "fog"])
@pytest.mark.parametrize("frames", [2, 5, 11])
def test_the_middle_frame_is_a_picture_of_scenes(domain, frames):
    clip, scene = Clips(4, frames, seed=2, domain=domain)[3], Scenes(4, seed=2, domain=domain)[3]
    frame = clip[clip.middle]
    assert np.array_equal(frame.image, scene.image) and np.array_equal(frame.mask, scene.mask)
    assert len(clip) == frames


def test_each_frame_has_noise_of_its_own():
    clip = Clips(1)[0]
    still = Clip(replace(clip.film, aside=0.0, ahead=0.0, speeds=(0.0,) * len(clip.film.speeds)), *_rest(clip))
    assert np.array_equal(still[0].mask, still[10].mask) and np.array_equal(still[0].mask, clip[5].mask)
    difference = np.abs(still[0].image.astype(int) - still[10].image)
    assert 0 < difference.mean() < 12, "noise alone"
    assert np.abs(still.flow(0, 10)).max() < 1e-6 and still.visible(0, 10).all()


def _rest(clip):
    return clip.light, clip.size, len(clip), clip.key


@pytest.mark.parametrize("size", [(96, 128), (33, 47), (120, 90)])
def test_where_a_pixel_is_visible_the_flow_finds_its_class(size):
    moved = 0
    for clip in Clips(12, size=size, seed=4):
        for target, source in ((5, 4), (5, 10), (0, 9), (10, 0)):
            flow, visible = clip.flow(target, source), clip.visible(target, source)
            found = warp_labels(clip[source].mask, flow)
            assert np.array_equal(found[visible], clip[target].mask[visible])
            moved += (np.abs(flow).max(axis=-1) > 1).sum()
    assert moved > 10_000


def test_most_pixels_are_visible_in_the_next_frame():
    shares = [clip.visible(5, 4).mean() for clip in Clips(30)]
    assert np.mean(shares) > 0.95 and min(shares) > 0.85


def test_ahead_and_back_again_comes_home():
    for clip in Clips(6, seed=1):
        there, visible = clip.flow(5, 7), clip.visible(5, 7)
        rows, columns = np.indices(visible.shape)
        row, column = np.rint(rows + there[..., 1]).astype(int), np.rint(columns + there[..., 0]).astype(int)
        back = clip.flow(7, 5)[row.clip(0, 95), column.clip(0, 127)]
        assert np.abs(there + back)[visible].max() < 1.2  # rounded to a pixel, and boxes to a third of one


def test_a_pan_moves_near_ground_by_its_speed_and_the_sky_not_at_all():
    clip = Clips(1, seed=5)[0]
    film = Film(clip.film.scene, aside=0.02, ahead=0.0, speeds=(0.0,) * len(clip.film.speeds))
    panned = Clip(film, *_rest(clip))
    flow, mask = panned.flow(5, 6), panned[5].mask
    ground = (mask == panned_id("road")) | (mask == panned_id("water"))
    horizon = np.flatnonzero(ground.any(axis=1))[0]
    assert not flow[mask == panned_id("sky")].any()
    for row in np.flatnonzero(ground.sum(axis=1) > 60):
        share = (row + 0.5 - horizon) / (96 - horizon)  # of the way from the horizon to the foot of the picture
        typical = np.median(flow[row, ground[row], 0])
        assert typical == pytest.approx(-0.02 * 128 * share, abs=0.05)


def panned_id(name):
    return Clips.labels.id(name)


def test_a_camera_that_goes_ahead_makes_things_grow():
    clip = Clips(1, seed=5)[0]
    film = Film(clip.film.scene, aside=0.0, ahead=0.05, speeds=(0.0,) * len(clip.film.speeds))
    frames = Clip(film, *_rest(clip))
    flow, ground = frames.flow(5, 6), np.isin(frames[5].mask, [panned_id("road"), panned_id("water")])
    assert flow[..., 1][ground].min() >= 0 and flow[..., 1][ground].max() > 1, "the ground comes closer"
    left, right = flow[:, :40, 0][ground[:, :40]], flow[:, 88:, 0][ground[:, 88:]]
    assert left.mean() < 0 < right.mean(), "and moves to the sides"


def test_nobody_runs_into_anybody():
    for clip in Clips(40):
        things = [t for t in clip.film.scene.things if t.what in ("vehicle", "person", "pole")]
        for frame in range(-REACH, REACH + 1, 3):
            moved = [t for t in clip.film.at(frame).things if t.what in ("vehicle", "person", "pole")]
            for i, one in enumerate(moved):
                for j, other in enumerate(moved[:i]):
                    still = things[i] == one and things[j] == other
                    assert still or apart(one, other)


def test_many_things_move_and_many_do_not():
    speeds = [
        (thing.what, speed)
        for clip in Clips(100)
        for thing, speed in zip(clip.film.scene.things, clip.film.speeds, strict=True)
    ]
    for what in ("vehicle", "person"):
        moving = np.mean([speed != 0 for name, speed in speeds if name == what])
        assert 0.15 < moving < 0.75
    assert all(speed == 0 for what, speed in speeds if what in ("pole", "tree", "bush"))


def test_slices_are_clips_again():
    part = Clips(10, frames=3, seed=3)[2:9:3]
    assert isinstance(part, Clips) and [clip.name for clip in part] == ["clip-3-00002", "clip-3-00005", "clip-3-00008"]
    assert [frame.name for frame in part[0][1:]] == ["clip-3-00002-01", "clip-3-00002-02"]
    assert part[0][-1].name == "clip-3-00002-02"


@pytest.mark.parametrize("frames", [1, 0, -3, 2.5, True])
def test_a_clip_of_one_frame_is_no_clip(frames):
    with pytest.raises(ValueError, match="frames is how many pictures a clip has, an integer >= 2"):
        Clips(4, frames)


def test_other_arguments_are_checked_as_those_of_scenes():
    with pytest.raises(ValueError, match="domain 'noon' is unknown"):
        Clips(4, domain="noon")


@pytest.mark.parametrize("call", [lambda c: c[11], lambda c: c.flow(0, 11), lambda c: c.visible(-12, 0)])
def test_frames_that_are_not_there(call):
    with pytest.raises(IndexError):
        call(Clips(1)[0])
