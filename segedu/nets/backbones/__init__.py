"""Classification networks without their last layers: picture in, features at several strides out."""

from segedu.nets.backbones.base import Backbone, Features
from segedu.nets.backbones.choice import BACKBONES, dense, make_backbone
from segedu.nets.backbones.efficientnet_lite import EfficientNetLite0
from segedu.nets.backbones.fast import FastBackbone
from segedu.nets.backbones.jpu import JPU, JointlyUpsampled
from segedu.nets.backbones.resnet import ResNet
from segedu.nets.backbones.tiny import TinyResNet
from segedu.nets.backbones.vgg16 import VGG16

__all__ = [
    "BACKBONES", "Backbone", "EfficientNetLite0", "FastBackbone", "Features", "JPU", "JointlyUpsampled", "ResNet",
    "TinyResNet", "VGG16", "dense", "make_backbone",
]  # fmt: skip
