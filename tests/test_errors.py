"""Errors: one line a problem, safe to print, safe to send from a worker."""

from __future__ import annotations

import json
import pickle

import pytest

from clustersim.errors import (
    ClusterSimError,
    InputError,
    ModelFault,
    Problem,
    ResourceError,
    StoreError,
    closest,
    shown,
)


def test_a_problem_says_where_what_and_what_is_allowed() -> None:
    problem = Problem("must be a number from 0 to 1", "mine.toml", 12, "trust.gain", 7.0, "a number from 0 to 1")
    assert str(problem) == "mine.toml:12: trust.gain = 7.0: must be a number from 0 to 1"


def test_an_unknown_key_is_named_once_with_a_guess() -> None:
    problem = Problem("unknown key 'trsut.gain'", "mine.toml", 3, "trsut.gain", suggestion="trust.gain")
    assert str(problem) == "mine.toml:3: unknown key 'trsut.gain'; did you mean 'trust.gain'?"


def test_what_is_allowed_is_added_where_the_message_does_not_say_it() -> None:
    assert str(Problem("is missing", key="a.b", allowed="true or false")) == "a.b: is missing (allowed: true or false)"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ("a\x1b[31m\n", '"a\\x1b[31m\\n"'),
        ("x" * 1000, f'"{"x" * 57}..."'),
        (10**400, "an integer of 1329 bits"),
        ({"a": 1}, "a table"),
        ([1], "[1]"),
        ((12, 6), "[12, 6]"),
        (["trust", True], '["trust", true]'),
        ([], "[]"),
        ([[1]], "a list"),
        ([12345] * 20, "a list"),
        (float("nan"), "nan"),
    ],
)
def test_values_are_shown_short_and_on_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_long_key_with_control_characters_stays_one_short_line() -> None:
    line = str(Problem("unknown key", key="\x07" + "k" * 40_000))
    assert "\x07" not in line
    assert len(line) < 120


@pytest.mark.parametrize("value", [float("inf"), 2**70, [1], "text", None, 3, True])
def test_a_problem_goes_into_json(value: object) -> None:
    text = json.dumps(Problem("wrong", "f", 1, "k", value).as_dict(), allow_nan=False)
    assert set(json.loads(text)) == {"file", "line", "key", "value", "message", "allowed", "suggestion"}


def test_an_input_error_prints_a_line_for_each_problem() -> None:
    error = InputError([Problem("one", key="a"), Problem("two", key="b")])
    assert str(error).splitlines() == ["a: one", "b: two"]
    assert str(InputError("just words")) == "just words"


def test_a_model_fault_names_month_firm_and_variable() -> None:
    fault = ModelFault("is nan", month=17, firm=3, variable="cash")
    assert str(fault) == "month 17, firm 3, cash: is nan"
    assert str(ModelFault("is nan", month=17, variable="price")) == "month 17, price: is nan"


@pytest.mark.parametrize(
    "error", [InputError([Problem("a"), Problem("b")]), ModelFault("is nan", month=1, firm=0, variable="x")]
)
def test_errors_survive_the_way_from_a_worker(error: ClusterSimError) -> None:
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_each_kind_of_error_has_the_exit_code_of_the_contract() -> None:
    kinds = (ClusterSimError, InputError, StoreError, ResourceError, ModelFault)
    assert [kind.exit_code for kind in kinds] == [1, 2, 4, 5, 1]


def test_a_guess_is_made_only_if_something_is_near() -> None:
    assert closest("trust.gian", ["trust.gain", "trust.loss"]) == "trust.gain"
    assert closest("zebra", ["trust.gain"]) is None
    assert closest("x" * 100_000, ["x"]) is None
