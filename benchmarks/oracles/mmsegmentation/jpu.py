"""Weights, maps and answer of mmsegmentation's JPU, for a test that needs no mmsegmentation.

Its package is not among the project's, because it wants old versions of others. In an environment of its own, this
installs what the module needs, and writes ``tests/nets/recorded/jpu_mmsegmentation.safetensors``::

    pip install torch safetensors numpy
    pip install --no-deps onedl-mmsegmentation==1.4.2 mmcv-lite==2.1.0 mmengine==0.10.7 addict yapf termcolor rich \
        ftfy prettytable opencv-python-headless regex wcwidth pygments markdown-it-py mdurl platformdirs pyyaml \
        packaging pillow matplotlib
    python benchmarks/oracles/mmsegmentation/jpu.py
"""

from __future__ import annotations

from pathlib import Path

import torch
from mmseg.models.necks.jpu import JPU
from safetensors.torch import save_file

CHANNELS, WIDTH, DILATIONS = (3, 4, 5), 4, (1, 2, 4, 8)
OUT = Path(__file__).parents[3] / "tests/nets/recorded/jpu_mmsegmentation.safetensors"


@torch.no_grad()
def main() -> None:
    """Odd and even sizes of the maps; statistics that are not those of the start."""
    torch.manual_seed(0)
    options = {"start_level": 0, "end_level": -1, "dilations": DILATIONS, "norm_cfg": {"type": "BN"}}
    theirs = JPU(in_channels=CHANNELS, mid_channels=WIDTH, **options).eval()
    for module in theirs.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for values, low, high in ((module.running_mean, -1, 1), (module.running_var, 0.5, 2)):
                values.uniform_(low, high)
            module.weight.uniform_(0.5, 2)
            module.bias.uniform_(-1, 1)
    sizes = ((13, 18), (7, 9), (4, 5))
    maps = [torch.randn(2, count, *size) for count, size in zip(CHANNELS, sizes, strict=True)]
    weights = {f"weights.{i:02d}": value for i, value in enumerate(theirs.state_dict().values())}
    kept = weights | {f"maps.{i}": one for i, one in enumerate(maps)} | {"answer": theirs(maps)[-1]}
    OUT.parent.mkdir(exist_ok=True)
    save_file({name: value.contiguous() for name, value in kept.items()}, OUT)


if __name__ == "__main__":
    main()
