"""Tables: every system of the course on one data set, with one recipe for all networks.

The table of the made world is recorded by ``benchmarks/leaderboard/run.py``, that of real streets by
``python -m segedu bench camvid``.
"""

from segedu.bench.recipe import PROFILES, SCENES, Recipe

__all__ = ["PROFILES", "Recipe", "SCENES"]
