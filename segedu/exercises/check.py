"""The checks themselves: run the reader's answer, compare, and say what to do next."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from sysconfig import get_paths

from segedu.exercises.compare import difference, show

UNANSWERED = "Not answered yet: replace the placeholder with your answer and run the cell again."


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found. A notebook shows its ``message``; in conditions it stands for ``passed``."""

    passed: bool
    message: str

    def __repr__(self) -> str:
        return self.message

    def __bool__(self) -> bool:
        return self.passed


@dataclass(frozen=True)
class FunctionCheck:
    """Check a function: call it with ``check(my_function)``.

    Parameters
    ----------
    solution : callable
        The right function; it gives the expected results, and the tests hand it in.
    cases : sequence of tuple
        Arguments to try, the easiest first: the first that goes wrong is the one reported. The reader's
        function gets copies.
    why : str
        What the reader has just shown to understand; added to the praise. Full sentences.
    mistakes : sequence of (callable, str)
        Typical wrong functions, each with what its author must have thought, written to the reader and
        without a full stop: "you counted void pixels". An answer is recognised if it gives the same results
        as the wrong function in all cases.
    tolerance : float
        Largest difference that passes, relative above 1 and absolute below.
    """

    solution: Callable
    cases: Sequence[tuple]
    why: str
    mistakes: Sequence[tuple[Callable, str]] = ()
    tolerance: float = 1e-5

    def __call__(self, answer: Callable | None) -> Verdict:
        """Run the reader's function on every case; never raises what it raises."""
        if answer is None or answer is ...:
            return Verdict(False, UNANSWERED)
        if not callable(answer):
            return Verdict(False, f"Not yet: hand in the function itself, not {show(answer)}.")
        for case in self.cases:
            called = f"{_name(answer)}({', '.join(map(show, case))})"
            try:
                got = answer(*copy.deepcopy(case))
            except NotImplementedError:
                return Verdict(False, UNANSWERED)
            except Exception as error:
                return Verdict(False, f"Not yet: {called} stops with {_where(error)}.")
            if got is None:
                return Verdict(False, f"Not answered yet: {called} gives None. Is the return missing?")
            wrong = difference(self.solution(*copy.deepcopy(case)), got, self.tolerance)
            if wrong:
                return Verdict(False, f"Not yet: {self._recognise(answer)}{called} {wrong}.")
        return Verdict(True, f"Correct. {self.why}")

    def _recognise(self, answer: Callable) -> str:
        for mistake, explanation in self.mistakes:
            if all(self._same(mistake, answer, case) for case in self.cases):
                return f"{explanation}. "
        return ""

    def _same(self, one: Callable, other: Callable, case: tuple) -> bool:
        """Whether two functions give the same result; a function that fails is like no other."""
        try:
            results = [function(*copy.deepcopy(case)) for function in (one, other)]
        except Exception:
            return False
        return difference(*results, self.tolerance) is None


@dataclass(frozen=True)
class ValueCheck:
    """Check a value (a number, a text, a tuple, a tensor): call it with ``check(my_value)``.

    Parameters
    ----------
    expected : object
        The right value.
    why : str
        As in `FunctionCheck`.
    mistakes : sequence of (object, str)
        Typical wrong values, or predicates that are true for them, each with an explanation as in
        `FunctionCheck`.
    tolerance : float
        As in `FunctionCheck`.
    """

    expected: object
    why: str
    mistakes: Sequence[tuple[object, str]] = ()
    tolerance: float = 1e-5

    def __call__(self, answer: object) -> Verdict:
        """Compare the reader's value with the right one."""
        if answer is None or answer is ...:
            return Verdict(False, UNANSWERED)
        if difference(self.expected, answer, self.tolerance) is None:
            return Verdict(True, f"Correct. {self.why}")
        for mistake, explanation in self.mistakes:
            if self._is(mistake, answer):
                return Verdict(False, f"Not yet: {explanation}.")
        return Verdict(False, f"Not yet: {show(answer)} is not it.{self._hint(answer)}")

    def _is(self, mistake: object, answer: object) -> bool:
        if not callable(mistake):
            return difference(mistake, answer, self.tolerance) is None
        try:
            return bool(mistake(answer))
        except (TypeError, ValueError):  # the answer is of a kind that the predicate does not know
            return False

    def _hint(self, answer: object) -> str:
        """Name the kind or the shape, where that is wrong; never the value itself."""
        shapes = [getattr(value, "shape", None) for value in (self.expected, answer)]
        if shapes[0] is not None and shapes[0] != shapes[1]:
            return f" A tensor of shape {tuple(shapes[0])} is asked for."
        if isinstance(self.expected, str) != isinstance(answer, str):
            return f" A {'text' if isinstance(self.expected, str) else 'number'} is asked for."
        return ""


def _name(answer: Callable) -> str:
    name = getattr(answer, "__name__", type(answer).__name__)
    return "your function" if name == "<lambda>" else name


def _where(error: Exception) -> str:
    """Type and message of an error, and the reader's own line that raised it."""
    message = f"{type(error).__name__}: {error}".rstrip(": ").rstrip(".")
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((__file__, get_paths()["stdlib"])) and "-packages" not in frame.filename
    ]
    return f"{message}, at line {frames[-1].lineno}: {frames[-1].line}" if frames else message
