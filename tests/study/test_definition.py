"""Studies from Python: what they plan, and that every mistake is told at once, in words."""

from __future__ import annotations

import sys
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputError, InputWarning
from clustersim.measures import MEASURES
from clustersim.scenario import load_scenario
from clustersim.study.definition import Study
from clustersim.study.design.designs import SOBOL_LUCK
from clustersim.study.design.factors import Bundles, Distribution, Levels, Luck, Range, factor_from_dict
from clustersim.study.design.plan import LUCK_STRIDE

BASE = load_scenario("stagnant")
GAIN = {"trust.gain": (0.02, 0.15)}


def problems(**said: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        Study(said.pop("base", BASE), **said)
    return [str(problem) for problem in caught.value.problems]


def test_the_plan_of_a_study() -> None:
    study = Study("stagnant", arms={"none": {"programme": False}, "slow": {"broker.circle_step": 4}},
                  vary=GAIN | {"broker.days_per_month": [4, 8, 16]}, design="lhs", points=20, replications=5, seed=42,
                  title="How fast?")  # fmt: skip
    plan = study.plan()
    assert plan is study.plan()
    assert len(study) == len(plan) == 20 * 2 * 5
    assert [arm.name for arm in study.arms] == ["none", "slow"]
    assert (plan.name, plan.seed, plan.design, plan.replications) == ("stagnant", 42, "lhs", 5)
    assert plan.series == ("trust", "joint_action", "income")
    assert plan.notes == {"title": "How fast?", "base": "stagnant", "points": 20}
    assert plan.factors == (Range("trust.gain", 0.02, 0.15), Levels("broker.days_per_month", (4.0, 8.0, 16.0)))
    assert {type(value) for point in plan.points for value in point.values} == {float}


def test_without_anything_said_there_is_one_point_in_two_arms() -> None:
    every: list[dict[str, Any]] = [{}, {"vary": {}}, {"vary": {}, "design": "sobol", "points": 8}]
    for more in every:
        study = Study(BASE, **more)
        assert [arm.name for arm in study.arms] == ["programme", "none"]
        assert len(study) == 40
        assert study.plan().points[0].values == ()
        assert study.plan().design == "grid"


@pytest.mark.parametrize(("given", "factor"), [
    ({"trust.gain": (0, 0.5)}, Range("trust.gain", 0.0, 0.5)),
    ({"broker.circle": (5, 50)}, Range("broker.circle", 5, 50, integer=True)),
    ({"broker.circle": (5.0, 50.0)}, Range("broker.circle", 5, 50, integer=True)),
    ({"trust.gain": {"low": 0.01, "high": 0.1, "log": True}}, Range("trust.gain", 0.01, 0.1, log=True)),
    ({"trust.gain": [0, 0.1]}, Levels("trust.gain", (0.0, 0.1))),
    ({"trust.gain": np.array([0.0, 0.1])}, Levels("trust.gain", (0.0, 0.1))),
    ({"broker.circle": range(5, 8)}, Levels("broker.circle", (5, 6, 7))),
    ({"broker.circle": [5.0, 6.0]}, Levels("broker.circle", (5, 6))),
    ({"broker.circle": {"levels": [5, 6]}}, Levels("broker.circle", (5, 6))),
    ({"trust.rule": ["beta", "average"]}, Levels("trust.rule", ("beta", "average"))),
    ({"programme.announced_exit": [True, False]}, Levels("programme.announced_exit", (True, False))),
    ({"programme.end": ["2001-12", "2002-12"]}, Levels("programme.end", ("2001-12", "2002-12"))),
    ({"interventions.fairs.kind": ["joint_fair", "none"]}, Levels("interventions.fairs.kind", ("joint_fair", "none"))),
    ({"interventions.purchase.shares.programme": (0, 0.3)}, Range("interventions.purchase.shares.programme", 0.0, 0.3)),
    ({"trust.gain": {"distribution": "normal", "mean": 0.1, "sd": 0.02}},
     Distribution("trust.gain", "normal", {"mean": 0.1, "sd": 0.02}, 0.0, 0.5)),
    ({"broker.circle": {"distribution": "triangular", "mode": 20, "low": 10, "high": 40}},
     Distribution("broker.circle", "triangular", {"mode": 20}, 10, 40, integer=True)),
    ({"length": {"short": {"programme.end": "2001-12", "broker.local_days": 3},
                 "long": {"programme": {"end": "2003-12"}}}},
     Bundles("length", {"short": {"programme.end": "2001-12", "broker.local_days": 3.0},  # type: ignore[arg-type]
                        "long": {"programme.end": "2003-12"}})),
    ({"place": {"levels": {"one": {"cluster.villages": [1.0]}}}},
     Bundles("place", {"one": {"cluster.villages": (1.0,)}})),  # type: ignore[arg-type]
])  # fmt: skip
def test_how_a_factor_may_be_said(given: dict[str, Any], factor: Any) -> None:
    found = Study(BASE, vary=given).factors
    assert found == (factor,)
    assert [type(value) for value in found[0].probes()] == [type(value) for value in factor.probes()]
    assert factor_from_dict(found[0].to_dict()) == factor


def test_the_dummy_and_the_levels_of_a_morris_design() -> None:
    study = Study(BASE, vary=GAIN, design="morris", points=5, levels=6)
    assert study.factors[-1] == Luck(count=6)
    assert study.plan().notes["levels"] == 6
    assert len(study.plan().points) == 5 * 3
    assert Study(BASE, vary=GAIN, design="morris", points=5, dummy=False).factors == (Range("trust.gain", 0.02, 0.15),)
    sobol = Study(BASE, vary=GAIN, design="sobol", points=8)
    assert sobol.factors[-1] == Luck(count=SOBOL_LUCK)
    assert len(sobol.plan().points) == 8 * 4


def test_a_factor_of_an_intervention_needs_one_arm_that_has_it() -> None:
    seats = {"interventions.fairs.seats": [12, 24]}
    assert len(Study(BASE, vary=seats)) == 2 * 2 * 20
    assert "no arm has [interventions.fairs]" in problems(vary=seats, arms={"none": {"programme": False}})[0]
    told = problems(vary={"programme.end": ["2001-12"]}, arms={"none": {"programme": False}})
    assert "none has a programme" in told[0]


def test_each_level_and_both_ends_are_tried_in_every_arm() -> None:
    shares = {"interventions.purchase.shares.programme": (0.0, 0.7)}
    arms = {"half": {}, "more": {"interventions.purchase.shares.participants": 0.9}}
    (told,) = problems(base=BASE.with_values({"interventions.purchase.shares.participants": 0.3,
                                              "interventions.purchase.shares.programme": 0.1}),
                       arms=arms, vary=shares)  # fmt: skip
    assert told == ("vary.interventions.purchase.shares.programme = 0.7: interventions.purchase.shares: the payers' "
                    "shares add up to 1.6 in arm more (allowed: 1 in all)")  # fmt: skip
    assert problems(vary={"trust.gain": (-0.1, 0.9)}) == [
        "vary.trust.gain = -0.1: must be a number from 0 to 0.5 (unit: share of the gap to 1)",
        "vary.trust.gain = 0.9: must be a number from 0 to 0.5 (unit: share of the gap to 1)",
    ]


def test_what_only_shows_where_factors_meet_is_found_by_check() -> None:
    study = Study(BASE, vary={"programme.start": ["2000-01", "2002-06"], "programme.end": ["2001-12", "2003-12"]})
    with pytest.raises(InputError) as caught:
        study.check()
    (told,) = caught.value.problems
    assert "point 2 in arm programme (programme.start = 2002-06, programme.end = 2001-12)" in str(told)
    Study(BASE, vary=GAIN).check()


@pytest.mark.parametrize(("said", "texts"), [
    ({"base": "stagnnt"}, ["base = ", "did you mean 'stagnant'"]),
    ({"base": 3}, ["base", "name of a scenario"]),
    ({"vary": {"trust.gian": (0, 1)}}, ["vary.trust.gian", "did you mean 'trust.gain'"]),
    ({"vary": {"gain": (0, 1)}}, ["did you mean 'trust.gain'"]),
    ({"vary": {"title": ["a", "b"]}}, ["unknown parameter 'title'"]),
    ({"vary": {"trust": [1, 2]}}, ["unknown parameter 'trust'"]),
    ({"vary": {"trust.gain.more": [1, 2]}}, ["unknown parameter", "did you mean 'trust.gain'"]),
    ({"vary": {"interventions.fiars.seats": [3]}}, ["no arm has", "did you mean 'interventions.fairs.seats'"]),
    ({"vary": {"interventions.fairs.seets": [3]}}, ["did you mean 'interventions.fairs.seats'"]),
    ({"vary": {"interventions.fairs": [3]}}, ["unknown parameter"]),
    ({"vary": {"trust.gain": (0.5, 0.1)}}, ["vary.trust.gain", "low below high"]),
    ({"vary": {"trust.gain": (0.1, 0.2, 0.3)}}, ["two ends", "list of levels"]),
    ({"vary": {"trust.gain": ("a", "b")}}, ["must be a number"]),
    ({"vary": {"trust.gain": []}}, ["empty list"]),
    ({"vary": {"trust.gain": {}}}, ["does not say how it varies"]),
    ({"vary": {"trust.gain": 0.1}}, ["does not say how it varies", "a list of levels"]),
    ({"vary": {"trust.gain": {0.1, 0.2}}}, ["does not say how it varies"]),
    ({"vary": {"trust.gain": "0.1"}}, ["does not say how it varies"]),
    ({"vary": {"trust.gain": {"low": 0.1}}}, ["needs 'high'"]),
    ({"vary": {"trust.gain": {"lo": 0.1, "high": 0.2}}}, ["unknown 'lo'", "did you mean 'low'"]),
    ({"vary": {"trust.gain": {"distribution": "nromal", "mean": 1}}}, ["did you mean 'normal'"]),
    ({"vary": {"trust.gain": {"distribution": "normal", "mean": 0.1, "std": 1}}}, ["unknown 'std'", "mean, sd"]),
    ({"vary": {"trust.gain": {"distribution": "normal", "mean": 9, "sd": 0.1}}}, ["millionth"]),
    ({"vary": {"trust.gain": ["a"]}}, ['vary.trust.gain = "a"', "a number from 0 to 0.5"]),
    ({"vary": {"trust.gain": [None]}}, ["not a level"]),
    ({"vary": {"trust.rule": ["beta", "averag"]}}, ["vary.trust.rule", "did you mean 'average'"]),
    ({"vary": {"trust.rule": (1, 2)}}, ["is not a number", "one of asymmetric"]),
    ({"vary": {"broker.circle": (1.5, 9)}}, ["whole number"]),
    ({"vary": {"broker.circle": [1.5]}}, ["whole number"]),
    ({"vary": {"cluster.segments": [[0.5, 0.5]]}}, ["a list of values", "bundle"]),
    ({"vary": {"cluster.roster": ["a.csv"]}}, ["an arm for each"]),
    ({"vary": {"luck": [1, 2]}}, ["not a name for a factor"]),
    ({"vary": {3: [1, 2]}}, ["not a name for a factor"]),
    ({"vary": [1]}, ["must say what varies"]),
    ({"vary": {"trust": {"a": {"trust.gain": 0.1}}}}, ["not a name for bundles"]),  # the measure is called so
    ({"vary": {"a b": {"a": {"trust.gain": 0.1}}}}, ["not a name for bundles"]),
    ({"vary": {"trust.gain": {"a": {"trust.gain": 0.1}}}}, ["not a name for bundles"]),
    ({"vary": {"size": {"a": {"trust.gian": 0.1}}}}, ["vary.size.a.trust.gian", "did you mean 'trust.gain'"]),
    ({"vary": {"size": {"a": {"trust.gain": 0.9}}}}, ["vary.size.a", "0 to 0.5"]),
    ({"vary": {"size": {"levels": {"a": 3}}}}, ["vary.size.a", "the values that it sets"]),
    ({"vary": {"size": {"": {"trust.gain": 0.1}}}}, ["not a name for a level"]),
    ({"vary": GAIN | {"size": {"a": {"trust.gain": 0.1}}}}, ["both set trust.gain"]),
    ({"design": "lsh", "vary": GAIN}, ["design", "did you mean 'lhs'"]),
    ({"design": ["lhs"]}, ["unknown design"]),
    ({"design": "lhs", "vary": GAIN}, ["points: is missing"]),
    ({"design": "lhs", "vary": GAIN, "points": 0}, ["points = 0", "1 to 1,000,000"]),
    ({"design": "lhs", "vary": GAIN, "points": 2.0}, ["points = 2.0"]),
    ({"design": "sobol", "vary": GAIN, "points": 100}, ["power of two", "64 or 128"]),
    ({"design": "sobol", "vary": GAIN, "points": 2**19}, ["2,097,152 points", "at most 1,000,000"]),
    ({"design": "grid", "vary": GAIN, "points": 5}, ["points = 5", "no number here"]),
    ({"vary": {**GAIN, "trust.loss": (0, 1)}, "steps": 5000}, ["25,000,000 points"]),
    ({"vary": GAIN, "steps": 1}, ["steps = 1"]),
    ({"vary": GAIN, "levels": 4}, ["levels", "only with morris"]),
    ({"design": "lhs", "points": 5, "vary": GAIN, "steps": 3}, ["steps", "only with grid"]),
    ({"design": "lhs", "points": 5, "vary": GAIN, "table": []}, ["table", "only with table"]),
    ({"design": "table"}, ["table: is missing"]),
    ({"design": "morris", "vary": GAIN, "points": 5, "levels": 5}, ["levels = 5", "even"]),
    ({"replications": 0}, ["replications = 0"]), ({"replications": 10**6}, ["replications", "999,999"]),
    ({"replications": True}, ["replications = true"]), ({"seed": -1}, ["seed = -1"]), ({"seed": 2**32}, ["seed"]),
    ({"series": ["trsut"]}, ["series", "did you mean 'trust'"]), ({"series": [3]}, ["unknown measure"]),
    ({"series": 3}, ["list of measures"]), ({"series": "trsut"}, ["did you mean 'trust'"]),
    ({"name": "a/b"}, ["name = "]), ({"title": 3}, ["title = 3"]), ({"dummy": 1}, ["dummy = 1"]),
])  # fmt: skip
def test_what_is_wrong_is_said_once_and_clearly(said: dict[str, Any], texts: list[str]) -> None:
    (told,) = problems(**said)
    for text in texts:
        assert text in told


def test_everything_wrong_is_told_at_once() -> None:
    found = problems(arms={"a": {}, "A": {}, "b": {"trust.gian": 1}}, vary={"trust.gian": (0, 1), "trust.loss": (1, 0)},
                     design="lsh", replications=0, seed=-1, series=["trsut"])  # fmt: skip
    assert len(found) == 8
    assert len(problems(base="nowhere", design="lhs", seed=-1)) == 3


def test_the_measures_that_are_kept() -> None:
    assert Study(BASE, series="all").series == tuple(measure.name for measure in MEASURES)
    assert Study(BASE, series=()).series == ()
    assert Study(BASE, series=["gini", "gini"]).series == ("gini",)


def test_numbers_of_numpy_are_numbers() -> None:
    numbers: dict[str, Any] = {"points": np.int64(4), "seed": np.uint32(3), "replications": np.int64(2)}
    study = Study(BASE, vary={"trust.gain": (np.float64(0.02), np.float64(0.15))}, design="lhs", **numbers)
    assert study.plan() == Study(BASE, vary=GAIN, design="lhs", points=4, seed=3, replications=2).plan()


def test_an_arm_that_sets_what_varies_is_warned_of() -> None:
    with pytest.warns(InputWarning, match=r"arm slow sets broker\.days_per_month, which also varies"):
        Study(BASE, arms={"slow": {"broker.days_per_month": 4}}, vary={"broker.days_per_month": [4, 8]})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Study(BASE, arms={"slow": {"trust.loss": 0.3}, "none": {"programme": False}},
              vary=GAIN | {"programme.end": ["2002-12"]})  # fmt: skip


def test_luck_never_leaves_32_bits() -> None:
    plan = Study(BASE, vary=GAIN, design="sobol", points=1, replications=LUCK_STRIDE - 1).plan()
    assert plan.key(len(plan) - 1).replication < 2**32


def test_a_study_is_handed_to_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    engine: Any = SimpleNamespace(run_study=lambda study, folder, **options: seen.append((study, folder, options)))
    monkeypatch.setitem(sys.modules, "clustersim.study.execute.engine", engine)
    study = Study(BASE)
    study.run("here", workers=2)
    assert seen == [(study.plan(), "here", {"workers": 2})]
