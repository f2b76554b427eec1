"""Every chapter's self-checks accept the solution, and recognise each typical mistake by its explanation."""

import importlib
import pkgutil

import pytest

from segedu import exercises
from segedu.exercises import FunctionCheck, ValueCheck

CHAPTERS = [m.name for m in pkgutil.iter_modules(exercises.__path__) if m.name not in ("check", "compare")]
CHECKS = [
    pytest.param(check, id=f"{chapter}.{name}")
    for chapter in CHAPTERS
    for name, check in vars(importlib.import_module(f"segedu.exercises.{chapter}")).items()
    if isinstance(check, FunctionCheck | ValueCheck)
]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_has_three_exercises(chapter):
    module = importlib.import_module(f"segedu.exercises.{chapter}")
    assert sum(isinstance(value, FunctionCheck | ValueCheck) for value in vars(module).values()) >= 3


@pytest.mark.parametrize("check", CHECKS)
def test_the_solution_passes(check):
    verdict = check(check.solution if isinstance(check, FunctionCheck) else check.expected)
    assert verdict.passed, verdict
    assert check.why in verdict.message


@pytest.mark.parametrize("check", CHECKS)
def test_at_least_two_typical_mistakes_are_explained(check):
    assert len(check.mistakes) >= 2
    for mistake, explanation in check.mistakes:
        if isinstance(check, ValueCheck) and callable(mistake):
            continue  # a predicate stands for many values; the chapter's own tests try them
        verdict = check(mistake)
        assert not verdict.passed
        assert explanation in verdict.message
