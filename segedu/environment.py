"""What this runs on: versions, device and processor, for a notebook's first cell and for recorded runs."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import segedu


def describe() -> dict[str, str | int]:
    """Return the versions, the device and the processor that decide a result and its time.

    Returns
    -------
    dict
        ``segedu``, ``python``, ``torch``, ``torchvision``, ``numpy``: versions ("missing" if not installed).
        ``device``: "cpu", or the name of the first CUDA device. ``cpu``: the processor's name. ``cores``: how
        many this process may use. ``threads``: how many torch uses. ``platform``: system and architecture.

    Examples
    --------
    >>> here = describe()
    >>> here["segedu"] == segedu.__version__, here["cores"] >= 1
    (True, True)
    """
    import torch  # here, so that versions can be compared without the seconds that torch takes to load

    return {
        "segedu": segedu.__version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "torchvision": _version("torchvision"),
        "numpy": _version("numpy"),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        "cpu": _cpu(),
        "cores": _cores(),
        "threads": torch.get_num_threads(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def report(notebook_version: str) -> None:
    """Print on one line what a notebook runs on, and what to do if it was written for another segedu.

    Parameters
    ----------
    notebook_version
        The version of segedu that the notebook was written for.
    """
    here = describe()
    device = here["device"] if here["device"] != "cpu" else f"CPU, {here['threads']} threads"
    print(f"segedu {here['segedu']} | Python {here['python']} | torch {here['torch']} | {device}")
    if here["segedu"] != notebook_version:
        print(
            f"This page was written for segedu {notebook_version}, but {here['segedu']} is installed: "
            "run `%pip uninstall -y segedu`, restart the kernel, and run this cell again."
        )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: a container may have fewer than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cpu() -> str:
    """Return the processor's name; Python knows it on macOS and Windows only."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        if names:
            return names[0].split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
