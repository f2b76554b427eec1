"""Annotation, simulated: what polygons, brushes and scribbles make of a true mask, and what they cost.

A made world has exact labels. To learn what labels by hand are like, each tool here redraws the truth the way a
person would, with a given care. What is not drawn stays void.
"""

from segedu.data.annotation.brush import brush
from segedu.data.annotation.drawn import Annotation, regions
from segedu.data.annotation.polygon import polygon
from segedu.data.annotation.scribbles import scribbles

__all__ = ["Annotation", "brush", "polygon", "regions", "scribbles"]
