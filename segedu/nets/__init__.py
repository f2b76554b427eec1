"""Networks, one idea a file: a backbone gives features, a system is a head on any backbone.

Every one takes normalised pictures ``(N, 3, H, W)`` of any size from 32 x 32 and returns logits
``(N, num_classes, H, W)``.
"""

from segedu.nets.backbones import BACKBONES
from segedu.nets.catalogue import NAMES, build
from segedu.nets.deeplabv2 import DeepLabV2
from segedu.nets.deeplabv3 import DeepLabV3
from segedu.nets.deeplabv3plus import DeepLabV3Plus
from segedu.nets.dilated import DilatedNet
from segedu.nets.fast_scnn import FastSCNN
from segedu.nets.fcn import FCN
from segedu.nets.fpn import FPN
from segedu.nets.largefov import LargeFOV
from segedu.nets.pspnet import PSPNet
from segedu.nets.segmenter import Segmenter
from segedu.nets.spec import NetSpec
from segedu.nets.torchvision_weights import load_torchvision
from segedu.nets.unet import UNet
from segedu.nets.unet_valid import UNetValid
from segedu.nets.weights import Saved, load, save

__all__ = [
    "BACKBONES",
    "FCN",
    "FPN",
    "NAMES",
    "DeepLabV2",
    "DeepLabV3",
    "DeepLabV3Plus",
    "DilatedNet",
    "FastSCNN",
    "LargeFOV",
    "NetSpec",
    "PSPNet",
    "Saved",
    "Segmenter",
    "UNet",
    "UNetValid",
    "build",
    "load",
    "load_torchvision",
    "save",
]
