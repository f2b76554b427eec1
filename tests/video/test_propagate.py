"""Propagation on clips whose motion is known: exact flow, estimated flow, occlusion, and bad input."""

import sys
from importlib.util import find_spec

import numpy as np
import pytest

from segedu.data import Clips
from segedu.video import chained, dis, estimated, ilk, propagate, seen_in_both, tvl1, warp_labels


@pytest.fixture(scope="module")
def clip():
    return Clips(3, seed=1)[2]


@pytest.fixture(scope="module")
def frames(clip):
    return [frame.image for frame in clip]


def still(target, source):
    return np.zeros((96, 128, 2), np.float32)


def test_with_exact_flow_every_visible_pixel_is_right(clip, frames):
    found = propagate(frames, 5, clip[5].mask, (2, 5, 8), clip.flow)
    assert [one.frame for one in found] == [2, 5, 8]
    for one in found:
        visible = clip.visible(one.frame, 5)
        assert np.array_equal(one.mask[visible], clip[one.frame].mask[visible])
    assert np.array_equal(found[1].image, frames[5]) and np.array_equal(found[1].mask, clip[5].mask)


def test_a_warped_picture_is_closer_to_its_frame_than_the_old_one(clip, frames):
    for one in propagate(frames, 5, clip[5].mask, (4, 8), clip.flow):
        near = clip.visible(one.frame, 5) & (clip[one.frame].mask > 4)  # things on the ground
        error, before = (
            np.abs(picture.astype(int) - frames[one.frame])[near].mean() for picture in (one.image, frames[5])
        )
        assert error < 0.7 * before


@pytest.mark.parametrize("method", [ilk, tvl1])
def test_an_estimate_beats_no_motion(method):
    wrong = {"estimated": 0, "still": 0}
    for clip in Clips(4, frames=3, seed=2):
        frames, mask = [frame.image for frame in clip], clip[1].mask
        for name, flow in (("estimated", estimated(frames, method)), ("still", still)):
            for one in propagate(frames, 1, mask, (0, 2), flow):
                wrong[name] += ((one.mask != clip[one.frame].mask) & (one.mask != 255)).sum()
    assert wrong["estimated"] < 0.7 * wrong["still"]


@pytest.mark.parametrize("method", [ilk, tvl1])
def test_an_estimate_finds_a_shift(method):
    source = np.asarray(Clips(1, size=(96, 140))[0][0].image)
    target = np.ascontiguousarray(source[:, 3:131])  # each pixel comes from three columns further right
    flow = method(target, np.ascontiguousarray(source[:, :128]))
    textured = np.s_[50:90, 20:100]
    assert np.median(flow[textured][..., 0]) == pytest.approx(3, abs=0.3)
    assert np.median(flow[textured][..., 1]) == pytest.approx(0, abs=0.3)
    assert flow.dtype == np.float32 and flow.shape == (96, 128, 2)


def test_without_opencv_dis_says_what_to_type(frames, monkeypatch):
    if find_spec("cv2"):
        monkeypatch.setitem(sys.modules, "cv2", None)
        monkeypatch.setattr("segedu.video.estimate.find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install opencv-python-headless"):
        dis(frames[0], frames[1])


def test_a_chain_of_shifts_is_their_sum():
    calls = []

    def step(target, source):
        calls.append((target, source))
        return np.full((4, 5, 2), source - target, np.float32)

    assert (chained(step)(2, 5) == 3).all() and calls == [(2, 3), (3, 4), (4, 5)]
    assert (chained(step)(4, 2) == -2).all() and calls[3:] == [(4, 3), (3, 2)]
    assert (chained(step)(1, 1) == 0).all()


def test_there_and_back_tells_what_is_hidden(clip):
    found = seen_in_both(clip.flow(5, 8), clip.flow(8, 5))
    truth = clip.visible(5, 8)
    assert (found == truth).mean() > 0.95
    covered = ~truth
    assert (~found[covered]).mean() > 0.6 and found[truth].mean() > 0.97


def test_hidden_pixels_become_void_and_the_rest_is_better(clip, frames):
    plain, hidden = (
        propagate(frames, 5, clip[5].mask, [9], clip.flow, hide_occluded=hide)[0].mask for hide in (False, True)
    )
    truth = clip[9].mask
    kept = hidden != 255
    assert np.array_equal(plain[kept], hidden[kept])
    assert (hidden[kept] != truth[kept]).mean() < 0.5 * (plain != truth)[plain != 255].mean()


def test_nothing_moves_nothing_is_hidden():
    none = still(0, 1)
    assert seen_in_both(none, none).all()


def test_what_leaves_the_picture_is_not_seen():
    away = np.full((4, 6, 2), (2.0, 0.0))
    assert seen_in_both(away, -away).tolist() == [[True] * 4 + [False] * 2] * 4


def test_copying_forward_is_no_motion(clip, frames):
    assert np.array_equal(propagate(frames, 5, clip[5].mask, [6], still)[0].mask, clip[5].mask)
    assert np.array_equal(warp_labels(clip[5].mask, still(0, 0)), clip[5].mask)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"frames": 1}, "frames: found 1, expected two or more"),
        ({"labelled": 11}, "labelled: found 11, expected 0 to 10"),
        ({"targets": [3, -1]}, "target: found -1, expected 0 to 10"),
        ({"mask": (96, 127)}, r"mask: found \(96, 127\), expected \(96, 128\)"),
        ({"flow": lambda t, s: np.zeros((96, 127, 2))}, r"flow\(3, 5\): found shape \(96, 127, 2\)"),
        ({"flow": lambda t, s: np.full((96, 128, 2), np.nan)}, r"flow\(3, 5\): 12288 of 12288 pixels have NaN"),
    ],
)
def test_bad_input_is_named(clip, frames, change, message):
    mask = np.zeros(change.get("mask", (96, 128)), np.uint8)
    with pytest.raises(ValueError, match=message):
        propagate(
            frames[: change.get("frames", 11)],
            change.get("labelled", 5 if "frames" not in change else 0),
            mask,
            change.get("targets", [3]),
            change.get("flow", still),
        )


def test_frames_of_two_sizes_have_no_flow(frames):
    with pytest.raises(ValueError, match=r"source: found \(96, 127, 3\), expected \(96, 128, 3\)"):
        ilk(frames[0], frames[1][:, :127])
    with pytest.raises(ValueError, match="target: found float32"):
        ilk(frames[0].astype(np.float32), frames[1])
    with pytest.raises(ValueError, match=r"flow: found shape|there|back"):
        seen_in_both(np.zeros((4, 5, 2)), np.zeros((4, 4, 2)))
