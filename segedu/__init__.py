"""segedu: semantic segmentation, built up from nothing.

The rooms stand in `ROOMS`, ground floor first; a room imports only from rooms before it. ``import segedu`` loads none
of them; each comes in when it is first used (``segedu.data.Scenes``), so that the import is cheap and works without
Jupyter.
"""

from importlib import import_module

__version__ = "0.1.0"

ROOMS = (
    "callable_room", "environment", "storage", "history", "labels", "normalization", "metrics", "losses",
    "data", "video", "pixels", "nets", "crf", "receptive", "evaluate", "train", "predict", "results", "bench",
    "plots", "widgets", "exercises", "cli",
)  # fmt: skip

__all__ = [room for room in ROOMS if room not in ("callable_room", "storage", "history", "cli")]


def __getattr__(name: str):
    if name in __all__:
        return import_module(f"segedu.{name}")
    raise AttributeError(f"module 'segedu' has no attribute {name!r}; rooms: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
