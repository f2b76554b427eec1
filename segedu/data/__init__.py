"""Pictures with labels: the procedural world, real data sets, and joint augmentation."""

from segedu.data.augment import Augment, normalize
from segedu.data.camvid import CamVid
from segedu.data.sample import Dataset, Sample
from segedu.data.scenes import Scenes
from segedu.data.stack import LabelledImages, stack

__all__ = ["Augment", "CamVid", "Dataset", "LabelledImages", "Sample", "Scenes", "normalize", "stack"]
