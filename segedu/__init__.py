"""segedu: semantic segmentation, built up from nothing.

The rooms, ground floor first; a room imports only from rooms above it in this list::

    environment  storage  labels  metrics  losses  data  pixels  nets  crf  receptive  evaluate  train
    predict  results  plots  widgets  exercises  cli

``import segedu`` loads none of them; each comes in when it is first used
(``segedu.data.Scenes``), so that the import is cheap and works without Jupyter.
"""

from importlib import import_module

__version__ = "0.1.0"

__all__ = [
    "environment", "labels", "metrics", "losses", "data", "pixels", "nets", "crf", "receptive", "evaluate", "train",
    "predict", "results", "plots", "widgets", "exercises",
]  # fmt: skip


def __getattr__(name: str):
    if name in __all__:
        return import_module(f"segedu.{name}")
    raise AttributeError(f"module 'segedu' has no attribute {name!r}; rooms: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
