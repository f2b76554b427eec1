"""Tables: every system of the course on one data set, with one recipe for all networks.

The table of the made world is recorded by ``benchmarks/leaderboard/run.py``, that of real streets by
``python -m segedu bench camvid``.
"""

from pathlib import Path

from segedu.bench.recipe import PROFILES, SCENES, Recipe

STREETS = Path(__file__).parent / "weights" / "streets.safetensors"
"""The weights that `segedu predict` takes where it is given none; ``README.md`` beside them says what they are.

:meta hide-value:
"""

__all__ = ["PROFILES", "Recipe", "SCENES", "STREETS"]
