"""A check says in one sentence what is wrong, and never lets an error of the reader's code out."""

import numpy as np
import pytest
import torch

from segedu.exercises import FunctionCheck, ValueCheck
from segedu.exercises.compare import difference, show


def out_size(size, kernel, stride):
    return (size - kernel) // stride + 1


CHECK = FunctionCheck(
    solution=out_size,
    cases=[(8, 2, 2), (7, 3, 2), (9, 3, 1)],
    why="The kernel must fit, so its last place is size - kernel.",
    mistakes=[
        (lambda size, kernel, stride: size // stride, "you left the kernel out"),
        (lambda size, kernel, stride: (size - kernel) / stride, "you forgot the first place"),
    ],
)


def test_the_solution_passes_and_is_told_why_it_matters():
    verdict = CHECK(out_size)
    assert verdict.passed
    assert verdict
    assert repr(verdict) == "Correct. The kernel must fit, so its last place is size - kernel."


@pytest.mark.parametrize("number", range(len(CHECK.mistakes)))
def test_every_typical_mistake_is_recognised(number):
    wrong, explanation = CHECK.mistakes[number]
    verdict = CHECK(wrong)
    assert not verdict
    assert repr(verdict).startswith(f"Not yet: {explanation}. your function(")


def test_another_wrong_answer_gets_the_first_failing_case():
    def mine(size, kernel, stride):
        return out_size(size, kernel, stride) if size != 7 else 99

    assert repr(CHECK(mine)) == "Not yet: mine(7, 3, 2) should give 3, yours gives 99."


@pytest.mark.parametrize("placeholder", [None, ...])
def test_a_placeholder_is_no_answer_yet(placeholder):
    assert repr(CHECK(placeholder)).startswith("Not answered yet")
    assert repr(ValueCheck(3, why="")(placeholder)).startswith("Not answered yet")


def test_a_function_still_to_be_written_is_no_answer_yet():
    def todo(size, kernel, stride):
        raise NotImplementedError

    def no_return(size, kernel, stride):
        (size - kernel) // stride + 1

    assert repr(CHECK(todo)).startswith("Not answered yet")
    assert repr(CHECK(no_return)) == "Not answered yet: no_return(8, 2, 2) gives None. Is the return missing?"


def test_an_error_is_reported_with_the_readers_line():
    def mine(size, kernel, stride):
        half = size // 2
        return half / 0

    message = repr(CHECK(mine))
    assert message.startswith("Not yet: mine(8, 2, 2) stops with ZeroDivisionError: ")
    assert ": return half / 0." in message
    assert f"line {mine.__code__.co_firstlineno + 2}" in message
    assert __file__ not in message


def test_an_error_inside_a_library_points_at_the_readers_line():
    def mine(size, kernel, stride):
        return torch.nn.functional.conv2d(torch.zeros(1), torch.zeros(1, 1, 1, 1))

    assert "return torch.nn.functional.conv2d" in repr(CHECK(mine))


def test_a_wrong_number_of_arguments_is_reported():
    assert "TypeError" in repr(CHECK(lambda size: size))


def test_a_result_instead_of_the_function_is_told():
    assert repr(CHECK(4)) == "Not yet: hand in the function itself, not 4."


def test_an_interrupt_still_stops_the_cell():
    def interrupted(size, kernel, stride):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CHECK(interrupted)


def test_the_reader_gets_copies_of_the_cases():
    check = FunctionCheck(solution=lambda x: x.sum(), cases=[(torch.ones(3),)], why="")

    def spoils_its_input(x):
        return x.mul_(2).sum() / 2

    assert check(spoils_its_input).passed
    assert check(spoils_its_input).passed
    assert torch.equal(check.cases[0][0], torch.ones(3))


def test_a_module_may_be_the_answer():
    check = FunctionCheck(solution=torch.relu, cases=[(torch.tensor([-1.0, 2.0]),)], why="")
    assert check(torch.nn.ReLU()).passed
    assert repr(check(torch.nn.Identity())) == "Not yet: Identity([-1, 2]) should give [0, 2], yours gives [-1, 2]."


def test_values_pass_within_the_tolerance_and_mistakes_are_recognised():
    check = ValueCheck(
        404,
        why="",
        mistakes=[(32, "that is the stride"), (lambda v: v > 1000, "a kernel was counted twice")],
    )
    assert check(404).passed
    assert check(404.0).passed
    assert check(torch.tensor(404)).passed
    assert repr(check(32)) == "Not yet: that is the stride."
    assert repr(check(2000)) == "Not yet: a kernel was counted twice."
    assert repr(check(403)) == "Not yet: 403 is not it."
    assert repr(check("404")) == "Not yet: '404' is not it. A number is asked for."


def test_a_value_check_does_not_give_the_answer_away():
    message = repr(ValueCheck(torch.zeros(2, 3), why="")(torch.zeros(3, 2)))
    assert message == "Not yet: [[0, 0], [0, 0], [0, 0]] is not it. A tensor of shape (2, 3) is asked for."
    assert "car" not in repr(ValueCheck("car", why="")("boat"))


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (1, 1.0),
        (0.1, np.float32(0.1)),
        (2.0, torch.tensor(2.0, requires_grad=True)),
        ((1, 2), [1, 2]),
        ((1, 3), torch.Size([1, 3])),
        (torch.eye(2), np.eye(2)),
        (np.array([np.nan, 1]), torch.tensor([np.nan, 1])),
        ((torch.zeros(2), torch.zeros(3)), (torch.zeros(2), torch.zeros(3))),
        ("road", "road"),
        (True, True),
    ],
)
def test_equal_answers_of_another_kind_pass(expected, got):
    assert difference(expected, got, 1e-5) is None


@pytest.mark.parametrize(
    ("expected", "got", "sentence"),
    [
        (1.5, 1.25, "should give 1.5, yours gives 1.25"),
        (1, True, "should give 1, yours gives True"),
        (True, 1, "should give True, yours gives 1"),
        ("road", "water", "should give 'road', yours gives 'water'"),
        (3, {"a": 1}, "should give 3, yours gives {'a': 1}"),
        ((1, 2), (1, 3), "should give (1, 2), yours gives (1, 3)"),
        ((1, 2), 3, "should give 2 values, (1, 2), yours gives 3"),
        (torch.zeros(2, 3), torch.zeros(3, 2), "shape (2, 3), yours gives an array of shape (3, 2)"),
        (torch.zeros(2), 0.0, "an array of shape (2,), yours gives the number 0"),
        (torch.zeros(2), torch.tensor([0.0, np.nan]), "should give [0, 0], yours gives [0, nan]"),
        (torch.zeros(3, 4), torch.eye(3, 4), "should have 0 at [0, 0], yours has 1 (3 of 12 numbers differ)"),
        (
            (torch.zeros(9), torch.zeros(99)),
            (torch.zeros(9), torch.zeros(98)),
            "is wrong in value 2, which should give an array of shape (99,), yours gives an array",
        ),
    ],
)
def test_differences_are_told_in_words(expected, got, sentence):
    assert sentence in difference(expected, got, 1e-5)


def test_long_values_are_shown_by_their_kind():
    assert show(torch.zeros(2, 8)) == "an array of shape (2, 8)"
    assert show("x" * 100) == "a str"
    assert show(1 / 3) == "0.333333"
    assert show(np.float32(0.5)) == "0.5"
