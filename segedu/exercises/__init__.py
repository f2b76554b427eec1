"""Self-checks: hand in an answer, read in one sentence what is wrong with it.

One file a chapter holds that chapter's checks, made of the pieces here:

>>> from segedu.exercises import FunctionCheck
>>> check_area = FunctionCheck(
...     solution=lambda height, width: height * width,
...     cases=[(1, 1), (2, 3)],
...     why="Pixels of a picture are counted like tiles on a floor.",
...     mistakes=[(lambda height, width: height + width, "you added the sides where they multiply")],
... )
>>> def area(height, width):
...     return height + width
>>> check_area(area)
Not yet: you added the sides where they multiply. area(1, 1) should give 1, yours gives 2.
>>> check_area(lambda height, width: height * width).passed
True
"""

from segedu.exercises.check import FunctionCheck, ValueCheck, Verdict

__all__ = ["FunctionCheck", "ValueCheck", "Verdict"]
