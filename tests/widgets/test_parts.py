"""What all explorers share."""

from segedu.widgets import explore_scenes, explore_views


def test_every_control_has_a_name():
    views = explore_views((48, 64))
    controls = [views.seed, views.index, views.view]
    scenes = explore_scenes((48, 64))
    controls += [scenes.seed, scenes.index, scenes.domain]
    assert all(control.description for control in controls)
