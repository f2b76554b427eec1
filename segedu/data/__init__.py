"""Pictures with labels: the procedural world, real data sets, and joint augmentation."""

from segedu.data.augment import Augment
from segedu.data.camvid import CamVid
from segedu.data.cityscapes import Cityscapes
from segedu.data.clips import Clip, Clips
from segedu.data.coco import COCO
from segedu.data.coco_panoptic import COCOPanoptic
from segedu.data.elastic import Elastic, deform
from segedu.data.em import EM
from segedu.data.folder import Folder
from segedu.data.folder_report import FolderReport, Problem, inspect_folder
from segedu.data.pets import Pets
from segedu.data.sample import Dataset, Sample
from segedu.data.scenes import Scenes
from segedu.data.stack import LabelledImages, stack
from segedu.data.tissue import Tissue
from segedu.data.voc import VOC
from segedu.normalization import normalize

__all__ = [
    "Augment", "COCO", "COCOPanoptic", "CamVid", "Cityscapes", "Clip", "Clips", "Dataset", "EM", "Elastic", "Folder",
    "FolderReport", "LabelledImages", "Pets", "Problem", "Sample", "Scenes", "Tissue", "VOC", "deform",
    "inspect_folder", "normalize", "stack",
]  # fmt: skip
