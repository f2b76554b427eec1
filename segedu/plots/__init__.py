"""Pictures that stand alone: arrays to look at, figures, diagrams of networks, and sliders that need no kernel.

Every function returns what it made and leaves Matplotlib's global state alone.
"""

from segedu.plots.arrays import error_map, overlay
from segedu.plots.charts import bars, curves
from segedu.plots.diagram import Diagram, diagram
from segedu.plots.figure import Picture
from segedu.plots.pictures import comparison, gallery, heat_map, legend, pictures, show_sample
from segedu.plots.slider import Slider, slider

__all__ = [
    "Diagram", "Picture", "Slider", "bars", "comparison", "curves", "diagram", "error_map", "gallery",
    "heat_map", "legend", "overlay", "pictures", "show_sample", "slider",
]  # fmt: skip
