"""Flicker: nothing for the truth of a moving world, and what was put in where it was put in."""

import numpy as np
import pytest

from segedu.data import Clips
from segedu.video import Flicker


def counted(change=lambda mask, t: mask):
    flicker = Flicker()
    for clip in Clips(3, frames=4, seed=6):
        for t in (1, 2, 3):
            after, before = change(clip[t].mask, t), change(clip[t - 1].mask, t - 1)
            flicker.update(after, before, clip.flow(t, t - 1), clip.visible(t, t - 1))
    return flicker


def test_the_truth_does_not_flicker():
    found = counted()
    assert found.share == 0 and found.counted > 3 * 3 * 96 * 128 * 0.8


def test_a_map_that_is_wrong_all_the_time_does_not_flicker_either():
    assert counted(lambda mask, t: np.where(mask == 255, mask, (mask + 1) % 9)).share == 0


def test_one_that_is_wrong_every_other_frame_flickers_everywhere():
    assert counted(lambda mask, t: mask if t % 2 else np.where(mask == 255, mask, (mask + 1) % 9)).share == 1


def test_a_tenth_that_changes_at_random_is_found():
    generator = np.random.default_rng(0)

    def noisy(mask, t):
        return np.where((generator.random(mask.shape) < 0.1) & (mask != 255), (mask + 1 + t) % 9, mask)

    assert counted(noisy).share == pytest.approx(0.19, abs=0.02)  # either frame, or both


def test_with_nothing_to_count_there_is_no_share():
    flicker = Flicker()
    flicker.update(*np.zeros((2, 4, 4), int), np.zeros((4, 4, 2)), np.zeros((4, 4), bool))
    assert np.isnan(flicker.share)


def test_sizes_must_agree():
    with pytest.raises(ValueError, match=r"found \(4, 4\), \(4, 5\), \(4, 4\), expected one size"):
        Flicker().update(np.zeros((4, 4), int), np.zeros((4, 5), int), np.zeros((4, 4, 2)), np.zeros((4, 4), bool))
