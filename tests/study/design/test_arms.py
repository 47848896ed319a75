"""Arms: what is laid over the base, how it is said, and what a factor acts on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clustersim.errors import InputError, Problem
from clustersim.interventions.joint_fair import JointFair
from clustersim.scenario import Scenario, load_scenario
from clustersim.study.design.apply import applied
from clustersim.study.design.arms import Source, laid_over, read_arms
from clustersim.study.design.plan import Arm

BASE = load_scenario("stagnant")


def read(described: Any, base: Scenario = BASE) -> dict[str, Scenario]:
    problems: list[Problem] = []
    found = read_arms(base, described, Source(), problems)
    if problems:
        raise InputError(problems)
    return {arm.name: arm.scenario for arm in found}


def one(description: Any, base: Scenario = BASE) -> Scenario:
    return read({"one": description}, base)["one"]


def test_by_default_the_base_with_and_without_its_programme() -> None:
    assert read(None) == {"programme": BASE, "none": BASE.without_programme()}
    bare = BASE.without_programme()
    assert read(None, bare) == {"base": bare}


def test_an_arm_that_says_nothing_is_the_base() -> None:
    assert one({}) is BASE
    assert one({"programme": True}) is BASE
    assert one(BASE) is BASE


def test_without_the_programme() -> None:
    assert one({"programme": False}) == BASE.without_programme()
    both = one({"programme": False, "trust.gain": 0.05})
    assert both == BASE.without_programme().with_values({"trust.gain": 0.05})


@pytest.mark.parametrize("changes", [
    {"broker.days_per_month": 4, "trust.gain": 0.05},
    {"broker": {"days_per_month": 4}, "trust": {"gain": 0.05}},
    {"broker": {"days_per_month": 4}, "trust.gain": 0.05},
])  # fmt: skip
def test_dotted_and_nested_keys_say_the_same(changes: dict[str, Any]) -> None:
    assert one(changes) == BASE.with_values({"broker.days_per_month": 4, "trust.gain": 0.05})


def test_interventions_are_merged_by_name() -> None:
    found = one({"interventions": {"fairs": {"seats": 30}}, "interventions.training.every": 3})
    assert found == BASE.with_values({"interventions.fairs.seats": 30, "interventions.training.every": 3})
    assert set(found.interventions) == set(BASE.interventions)


def test_an_intervention_may_go_come_or_become_another() -> None:
    new = {"kind": "showroom", "start": "2001-01", "end": "2002-12"}
    found = one({"interventions": {"fairs": False, "shop": new, "training": new}})
    assert set(found.interventions) == set(BASE.interventions) - {"fairs"} | {"shop"}
    assert found.interventions["training"] == found.interventions["shop"]  # nothing of the former kind is left
    assert one({"interventions.fairs": JointFair(seats=9)}).interventions["fairs"] == JointFair(seats=9)


def test_a_file_is_laid_over_the_base(tmp_path: Path) -> None:
    file = tmp_path / "flat.toml"
    file.write_text('format = 1\nbroker.days_per_month = 4\n[interventions.fairs]\nseats = 30\n', encoding="utf-8")
    expected = BASE.with_values({"broker.days_per_month": 4, "interventions.fairs.seats": 30})
    assert one(file) == one(str(file)) == one({"file": file}) == expected
    assert one({"file": file, "trust.gain": 0.05}) == expected.with_values({"trust.gain": 0.05})


def test_a_survey_stands_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "roster.csv").write_text("id\n1\n2\n3\n", encoding="utf-8")
    file = tmp_path / "deep" / "changes.toml"
    file.write_text('[cluster]\nroster = "roster.csv"\n', encoding="utf-8")
    assert one(file).cluster.roster == str((tmp_path / "deep" / "roster.csv").resolve())


def test_a_scenario_stands_by_itself() -> None:
    thriving = load_scenario("thriving")
    assert one({"scenario": "thriving"}) == one({"scenario": thriving}) == thriving
    assert one({"scenario": "thriving", "trust.gain": 0.05}) == thriving.with_values({"trust.gain": 0.05})


def test_problems_of_a_file_have_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "flat.toml"
    file.write_text('[broker]\ndays_per_month = 99\n[trust]\ngian = 0.1\n[interventions.fiars]\nseats = 3\n',
                    encoding="utf-8")  # fmt: skip
    with pytest.raises(InputError) as caught:
        one(file)
    found = {(problem.line, problem.suggestion) for problem in caught.value.problems}
    assert {problem.file for problem in caught.value.problems} == {str(file)}
    assert (2, None) in found
    assert (4, "trust.gain") in found
    assert (5, None) in found  # a kind is missing


@pytest.mark.parametrize(("described", "texts"), [
    ({"a": {"broker.days_per_month": 99}}, ["arms.a.broker.days_per_month = 99", "0 to 31"]),
    ({"a": {"trust.gian": 0.1}}, ["arms.a.trust.gian", "did you mean 'trust.gain'"]),
    ({"a": {"interventions.fiars": False}}, ["no 'fiars' to take away", "did you mean 'fairs'"]),
    ({"a": {"trust.gain": 0.1, "trust": {"gain": 0.2}}}, ["trust.gain", "given twice"]),
    ({"a": {"interventions.fairs": False, "interventions.fairs.seats": 3}}, ["as one value and as a table"]),
    ({"a": "thriving"}, ["scenario of its own"]),
    ({"a": "nowhere.toml"}, ["no such file"]),
    ({"a": {"file": 3}}, ["path of a file"]),
    ({"a": {"scenario": "thrivin"}}, ["arms.a.scenario", "did you mean 'thriving'"]),
    ({"a": 3}, ["not an arm"]),
    ({"a": {}, "A": {}}, ["arms.A", "'a'"]),
    ([("a", {}), ("a", {"trust.gain": 0.1})], ["arms.a", "two arms"]),
    ({"a b": {}}, ["not a name"]), ({"": {}}, ["not a name"]), ({".": {}}, ["not a name"]), ({3: {}}, ["not a name"]),
    ({}, ["no arms"]), ("none", ["no arms"]), (["none"], ["not arms"]), (3, ["no arms"]),
])  # fmt: skip
def test_what_is_no_arm_is_refused(described: Any, texts: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        read(described)
    assert len(caught.value.problems) == 1
    for text in texts:
        assert text in str(caught.value)


def test_all_problems_of_all_arms_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        read({"a": {"trust.gain": 9, "trust.loss": 9}, "b": {"trust.gian": 1}, "good": {}, "c": "nowhere.toml"})
    assert len(caught.value.problems) == 4


def test_a_file_of_changes_extends_nothing(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('format = 1\nextends = "thriving"\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"own\.toml:2: extends"):
        one(file)
    assert one({"scenario": file}).name == "own"


def test_a_factor_acts_only_where_there_is_what_it_moves() -> None:
    none = BASE.without_programme()
    settings = {"interventions.fairs.seats": 30, "programme.end": "2002-12", "programme.start": "2000-02"}
    assert applied(none, settings) is none  # no broker comes to the arm without
    assert applied(none, settings | {"trust.gain": 0.05}) == none.with_values({"trust.gain": 0.05})
    assert applied(BASE, settings) == BASE.with_values(settings)
    assert applied(BASE, {}) is BASE


def test_two_values_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(InputError, match="ends before it starts"):
        applied(BASE, {"programme.start": "2003-01", "programme.end": "2002-12"})


def test_an_arm_knows_its_digest() -> None:
    assert Arm("a", BASE).digest == BASE.digest()
    assert laid_over(BASE, {}) is BASE
