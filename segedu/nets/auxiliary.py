"""What a network gives that is trained with a loss on a middle stage as well."""

from __future__ import annotations

from typing import NamedTuple

import torch


class WithAuxiliary(NamedTuple):
    """Logits of a network and of its auxiliary head, both ``(N, num_classes, H, W)``.

    A network that has such a head returns this from its method ``forward_with_auxiliary``; calling the network itself
    gives the logits alone. Training adds the loss of the second to that of the first, times a weight
    (Zhao et al., PSPNet, CVPR 2017, section 3.3); afterwards the head is not used.
    """

    logits: torch.Tensor
    auxiliary: torch.Tensor
