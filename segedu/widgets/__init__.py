"""Live explorers for a running notebook (in the static page, a `segedu.plots.slider` takes their place).

Each is a box of ipywidgets whose controls are public: set ``explorer.index.value = 3`` and the pictures
follow.
"""

from segedu.widgets.aspp import TapExplorer, explore_taps
from segedu.widgets.atrous import RatesExplorer, explore_rates
from segedu.widgets.convolution_and_receptive_field import FieldExplorer, explore_field
from segedu.widgets.data import AnnotationExplorer, explore_annotation
from segedu.widgets.dense_crf import CRFExplorer, explore_crf
from segedu.widgets.fastfcn import GuideExplorer, explore_guide
from segedu.widgets.metrics_and_losses import ShiftExplorer, explore_shift
from segedu.widgets.pspnet import PoolingExplorer, explore_pooling
from segedu.widgets.scenes import SceneExplorer, explore_scenes
from segedu.widgets.svm_and_random_forest import ScribbleExplorer, explore_scribbles
from segedu.widgets.unet import ElasticExplorer, explore_elastic
from segedu.widgets.video import ClipExplorer, explore_clip
from segedu.widgets.what_is_segmentation import ViewExplorer, explore_views

__all__ = [
    "AnnotationExplorer", "CRFExplorer", "ClipExplorer", "ElasticExplorer", "FieldExplorer", "GuideExplorer",
    "PoolingExplorer", "RatesExplorer", "SceneExplorer", "ScribbleExplorer", "ShiftExplorer", "TapExplorer",
    "ViewExplorer", "explore_annotation", "explore_clip", "explore_crf", "explore_elastic", "explore_field",
    "explore_guide", "explore_pooling", "explore_rates", "explore_scenes", "explore_scribbles", "explore_shift",
    "explore_taps", "explore_views",
]  # fmt: skip
