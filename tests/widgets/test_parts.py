"""What all explorers share."""

from segedu.data.scenes import LABELS, Scenes
from segedu.widgets import explore_overlay, explore_scenes

SAMPLE = Scenes(1, (48, 64))[0]


def test_every_control_has_a_name():
    explorer = explore_overlay(SAMPLE.image, SAMPLE.mask, LABELS, SAMPLE.mask)
    controls = [explorer.opacity, explorer.view, *explorer.classes.values()]
    scenes = explore_scenes((48, 64))
    controls += [scenes.seed, scenes.index, scenes.domain]
    assert all(control.description for control in controls)
