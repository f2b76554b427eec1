"""Live explorers for a running notebook (in the static page, a `segedu.plots.slider` takes their place).

Each is a box of ipywidgets whose controls are public: set ``explorer.index.value = 3`` and the pictures
follow.
"""

from segedu.widgets.overlay import OverlayExplorer, explore_overlay
from segedu.widgets.scenes import SceneExplorer, explore_scenes

__all__ = ["OverlayExplorer", "SceneExplorer", "explore_overlay", "explore_scenes"]
