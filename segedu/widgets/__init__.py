"""Live explorers for a running notebook (in the static page, a `segedu.plots.slider` takes their place).

Each is a box of ipywidgets whose controls are public: set ``explorer.index.value = 3`` and the pictures
follow.
"""

from segedu.widgets.annotation import AnnotationExplorer, explore_annotation
from segedu.widgets.elastic import ElasticExplorer, explore_elastic
from segedu.widgets.field import FieldExplorer, explore_field
from segedu.widgets.overlay import OverlayExplorer, explore_overlay
from segedu.widgets.scenes import SceneExplorer, explore_scenes
from segedu.widgets.scribbles import ScribbleExplorer, explore_scribbles
from segedu.widgets.shift import ShiftExplorer, explore_shift
from segedu.widgets.views import ViewExplorer, explore_views

__all__ = [
    "AnnotationExplorer", "ElasticExplorer", "FieldExplorer", "OverlayExplorer", "SceneExplorer",
    "ScribbleExplorer", "ShiftExplorer", "ViewExplorer", "explore_annotation", "explore_elastic", "explore_field",
    "explore_overlay", "explore_scenes", "explore_scribbles", "explore_shift", "explore_views",
]  # fmt: skip
