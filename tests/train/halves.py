"""Pictures that a network learns in a few steps, for the tests of training."""

import torch

from segedu import nets
from segedu.data import LabelledImages
from segedu.labels import LabelSet

LABELS = LabelSet(("dark", "bright"), ((0, 0, 90), (250, 250, 0)))


def halves(n=12):
    """Pictures whose bright half is class 1: a network learns that in a few steps."""
    masks = torch.zeros(n, 48, 64, dtype=torch.uint8)
    for i in range(n):
        masks[i, :, 8 + 4 * i % 48 :] = 1
    noise = torch.randint(0, 60, (n, 3, 48, 64), generator=torch.Generator().manual_seed(0))
    images = (masks.unsqueeze(1) * 150 + noise).to(torch.uint8)
    return LabelledImages(images, masks, LABELS, tuple(str(i) for i in range(n)))


def tiny_net(seed=0):
    torch.manual_seed(seed)
    return nets.build("fcn8s", 2, width=8)


def same_weights(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))
