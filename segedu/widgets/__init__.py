"""Live explorers for a running notebook (in the static page, a `segedu.plots.slider` takes their place).

Each is a box of ipywidgets whose controls are public: set ``explorer.index.value = 3`` and the pictures
follow.
"""

from segedu.widgets.annotation import AnnotationExplorer, explore_annotation
from segedu.widgets.aspp import TapExplorer, explore_taps
from segedu.widgets.atrous import RatesExplorer, explore_rates
from segedu.widgets.crf import CRFExplorer, explore_crf
from segedu.widgets.elastic import ElasticExplorer, explore_elastic
from segedu.widgets.field import FieldExplorer, explore_field
from segedu.widgets.overlay import OverlayExplorer, explore_overlay
from segedu.widgets.pspnet import PoolingExplorer, explore_pooling
from segedu.widgets.scenes import SceneExplorer, explore_scenes
from segedu.widgets.scribbles import ScribbleExplorer, explore_scribbles
from segedu.widgets.shift import ShiftExplorer, explore_shift
from segedu.widgets.views import ViewExplorer, explore_views

__all__ = [
    "AnnotationExplorer", "CRFExplorer", "ElasticExplorer", "FieldExplorer", "OverlayExplorer", "PoolingExplorer",
    "RatesExplorer", "SceneExplorer", "ScribbleExplorer", "ShiftExplorer", "TapExplorer", "ViewExplorer",
    "explore_annotation", "explore_crf", "explore_elastic", "explore_field", "explore_overlay", "explore_pooling",
    "explore_rates", "explore_scenes", "explore_scribbles", "explore_shift", "explore_taps", "explore_views",
]  # fmt: skip
