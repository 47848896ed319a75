"""Names that another column has, values of the wrong kind, and levels that a design does not meet evenly."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputError, InputWarning
from clustersim.scenario import load_scenario
from clustersim.study.definition import Study
from clustersim.study.design.apply import acts_on, has_programme
from clustersim.study.design.names import reserved
from clustersim.study.execute.engine import run_study
from clustersim.study.store import parts
from tests.study.test_definition import BASE, GAIN, problems

HUGE = 10**400
SHORT = {"short": {"trust.gain": 0.1}}


@pytest.mark.parametrize("name", ["Trust_end", "trust_END", "joint_action_Monthly", "income_exit", "Arm", "Position",
                                  "STATUS", "run_ID", "Seed", "Luck", "Month"])  # fmt: skip
def test_a_factor_is_not_called_like_a_column_in_another_case(name: str) -> None:
    (told,) = problems(vary={name: SHORT})
    assert "not a name for a factor" in told


def test_every_column_of_a_store_is_reserved() -> None:
    columns = {*parts.BEFORE, *parts.AFTER, "position", "point", *parts.outcome_columns(["trust"])}
    assert columns <= reserved()
    assert "not a name for bundles" in problems(vary={"Trust": SHORT})[0]  # a measure


def test_factors_differ_in_more_than_case() -> None:
    vary = {"length": SHORT, "Length": {"long": {"trust.loss": 0.3}}}
    assert problems(vary=vary) == [
        "vary.Length: another factor is called 'length' (allowed: names that differ in more than case)"]  # fmt: skip
    two = BASE.with_values({"interventions.Fairs": BASE.to_values()["interventions"]["fairs"]})
    row = {"interventions.fairs.seats": 12, "interventions.Fairs.seats": 24}
    assert "another factor is called" in problems(base=two, table=[row])[0]


def test_a_query_knows_every_column_by_its_name(tmp_path: Any) -> None:
    study = Study(BASE.with_values({"run.months": 12}), arms={"none": {"programme": False}},
                  vary={"Length": {"short": {"trust.gain": 0.1}, "long": {"trust.gain": 0.12}}},
                  replications=1)  # fmt: skip
    result = run_study(study.plan(), tmp_path / "study", workers=1)
    assert result.sql("select length from runs order by position")["Length"].tolist() == ["short", "long"]


@pytest.mark.parametrize(("said", "texts"), [
    ({"replications": np.array([1, 2])}, ["replications", "a whole number"]),
    ({"seed": np.array([1, 2])}, ["seed", "a whole number"]),
    ({"vary": {"trust.gain": [np.array([0.1, 0.2])]}}, ["vary.trust.gain", "not a level"]),
    ({"vary": {"trust.gain": np.array([[0.1, 0.2]])}}, ["vary.trust.gain", "not a level"]),
    ({"vary": {"trust.gain": np.array(0.1)}}, ["vary.trust.gain", "does not say how it varies"]),
    ({"vary": {"trust.gain": (np.array([0.1, 0.2]), 0.2)}}, ["an end of a range must be a number"]),
    ({"vary": {"trust.gain": {"low": 0.1, "high": 0.2, "log": np.array([True, False])}}}, ["log must be true or"]),
    ({"vary": {"trust.gain": [HUGE]}}, ["vary.trust.gain", "must be a number"]),
    ({"vary": {"broker.circle": [HUGE]}}, ["vary.broker.circle", "must be a number"]),
    ({"vary": {"trust.gain": (HUGE, 10 * HUGE)}}, ["an end of a range must be a number"]),
    ({"vary": {"trust.gain": [0.1, float("inf")]}}, ["must be a number"]),
    ({"vary": {"trust.gain": {"distribution": "normal", "mean": 0.1, "sd": 0.1, "high": HUGE}}}, ["'high' must be"]),
    ({"vary": {"trust.gain": {"distribution": "normal", "mean": HUGE, "sd": 0.1}}}, ["'mean' must be a number"]),
    ({"vary": {"trust.gain": {"distribution": ["normal"]}}}, ["unknown distribution", "one of normal"]),
    ({"vary": {"trust.gain": {"distribution": np.array(["normal", "beta"]), "mean": 1}}}, ["unknown distribution"]),
    ({"vary": {"b": {"x": {"trust.gain": HUGE}}}}, ["trust.gain"]),
    ({"table": [{"trust.gain": HUGE}]}, ["trust.gain", "0 to 0.5"]),
    ({"table": [{"trust.gain": np.array([0.1, 0.2])}]}, ["trust.gain", "0 to 0.5"]),
    ({"design": np.array(["lhs", "grid"])}, ["unknown design"]),
    ({"series": np.array(["trust", "income"])}, ["list of measures"]),
])  # fmt: skip
def test_values_of_the_wrong_kind_are_refused_in_words(said: dict[str, Any], texts: list[str]) -> None:
    (told,) = problems(**said)
    for text in texts:
        assert text in told


RULES = ["asymmetric", "beta", "average"]


@pytest.mark.parametrize(("count", "levels", "said"), [
    (3, 4, "3 levels do not go evenly into the 4 of the Morris design, which meets some of them more often"),
    (5, 4, "which never meets 0.3"),
    (2, 4, ""), (4, 4, ""), (3, 6, ""), (1, 4, ""),
])  # fmt: skip
def test_levels_that_a_morris_design_meets_unevenly_are_warned_of(count: int, levels: int, said: str) -> None:
    given: dict[str, Any] = {"vary": {"trust.loss": [0.1, 0.2, 0.3, 0.4, 0.5][:count]}, "levels": levels, "points": 4}
    if said:
        with pytest.warns(InputWarning, match=f"vary.trust.loss: .*{said}.*levels = {count * (1 + count % 2)}"):
            Study(BASE, design="morris", **given)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            Study(BASE, design="morris", **given)


def test_only_lists_of_a_morris_design_are_warned_of() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Study(BASE, vary=GAIN | {"broker.circle": (5, 7)}, design="morris", points=4)
        Study(BASE, vary={"trust.rule": RULES}, design="sobol", points=4)
        Study(BASE, vary={"trust.rule": RULES})


def test_a_programme_is_its_first_and_its_last_month() -> None:
    fairs = BASE.to_values()["interventions"]["fairs"]
    none = BASE.without_programme()
    start, alone = none.with_values({"programme.start": "2000-01"}), none.with_values({"interventions.fairs": fairs})
    assert [has_programme(arm) for arm in (BASE, none, start, alone)] == [True, False, False, False]
    assert [acts_on(arm, "broker.days_per_month") for arm in (BASE, start, alone)] == [True, False, False]
    # interventions without dates belong to the cluster: there is nothing to compare it with unless it is described
    assert [arm.name for arm in Study(alone).arms] == ["base"]
    assert [arm.name for arm in Study(start).arms] == ["base"]
    assert [arm.name for arm in Study(load_scenario("stagnant")).arms] == ["programme", "none"]
    with pytest.raises(InputError, match="none has a programme"):
        Study(start, vary={"programme.end": ["2001-12"]})
