"""Scenario files: read, written, and laid over each other."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from clustersim.errors import InputWarning
from clustersim.scenario import Scenario, load_scenario, parse_scenario, shipped
from tests.bad_input import problems
from tests.scenario.kinds import FULL, Bazaar, Storm, written


def test_what_a_file_leaves_out_has_its_default() -> None:
    scenario = parse_scenario(FULL)
    assert (scenario.trust.gain, scenario.trust.loss) == (0.1, Scenario().trust.loss)
    assert scenario.activities.fair.gain == 900.5
    assert scenario.activities.fair.fixed == Scenario().activities.fair.fixed
    assert isinstance(scenario.interventions["fairs"], Bazaar)
    assert isinstance(scenario.shocks["flood"], Storm)


def test_toml_written_reads_back_as_an_equal_scenario() -> None:
    scenario = parse_scenario(FULL)
    again = parse_scenario(scenario.to_toml())
    assert again == scenario
    assert again.to_toml() == scenario.to_toml()
    assert (again.digest(), hash(again)) == (scenario.digest(), hash(scenario))
    assert parse_scenario(scenario.to_toml(origins=True)) == scenario


def test_the_order_of_keys_changes_nothing() -> None:
    one = parse_scenario('[interventions.a]\nkind="bazaar"\n[interventions.b]\nkind="bazaar"\nstands=2\n')
    two = parse_scenario('[interventions.b]\nstands=2\nkind="bazaar"\n[interventions.a]\nkind="bazaar"\n')
    assert one == two
    assert list(one.interventions) == list(two.interventions)
    assert one.to_toml() == two.to_toml()


def test_a_scenario_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Scenario().trust.gain = 0.5


def test_a_scenario_without_a_name_is_called_like_its_file(tmp_path: Path) -> None:
    assert load_scenario(written(tmp_path, "my town.toml", "")).name == "my-town"
    assert load_scenario(written(tmp_path, "a.toml", 'name = "b"')).name == "b"


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_are_good_and_complete(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        scenario = load_scenario(name)
        assert parse_scenario(scenario.to_toml()) == scenario
    assert scenario.name == name
    assert scenario.title
    assert scenario.about


def test_tables_are_merged_and_the_later_value_wins(tmp_path: Path) -> None:
    written(tmp_path, "base.toml", FULL)
    path = written(
        tmp_path, "mine.toml", 'extends = "base.toml"\n[trust]\ngain = 0.2\n[interventions.fairs]\nstands = 7\n'
    )
    scenario = load_scenario(path)
    assert (scenario.trust.gain, scenario.trust.rule, scenario.run.months) == (0.2, "beta", 60)
    fairs = scenario.interventions["fairs"]
    assert isinstance(fairs, Bazaar)
    assert (fairs.stands, fairs.happenings[0].date) == (7, "1998-03")
    assert scenario.name == "mine"
    assert scenario.origin("trust.gain") == "mine.toml:3"
    assert scenario.origin("trust.rule") == "base.toml:11"
    assert scenario.origin("trust.loss") == "default"
    assert "gain = 0.2  # mine.toml:3" in scenario.to_toml(origins=True)


def test_an_inherited_intervention_can_be_taken_away_or_replaced(tmp_path: Path) -> None:
    written(tmp_path, "base.toml", FULL)
    none = written(tmp_path, "none.toml", 'extends = "base.toml"\n[interventions.fairs]\nkind = "none"\n')
    assert load_scenario(none).interventions == {}
    other = written(tmp_path, "other.toml", 'extends = "base.toml"\n[shocks.flood]\nkind = "storm"\ndate = "1998-01"\n')
    assert load_scenario(other).shocks == {"flood": Storm(date="1998-01")}


def test_a_mistake_in_a_parent_is_reported_in_the_parent(tmp_path: Path) -> None:
    written(tmp_path, "base.toml", "\n[trust]\ngain = 7\n")
    path = written(tmp_path, "mine.toml", 'extends = "base.toml"\n[trust]\nloss = 7\n')
    found = problems(path)
    assert [(Path(str(p.file)).name, p.line, p.key) for p in found] == [
        ("mine.toml", 3, "trust.loss"),
        ("base.toml", 3, "trust.gain"),
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": "a.toml"}, "goes round in a circle: a.toml -> a.toml"),
        ({"a": "b.toml", "b": "c.toml", "c": "a.toml"}, "goes round in a circle: a.toml -> b.toml -> c.toml -> a.toml"),
        ({"a": "nowhere.toml"}, "no such file"),
        ({"a": "nowhere"}, "no such scenario"),
    ],
)
def test_a_broken_chain_is_a_clear_problem_beside_the_others(tmp_path: Path, files: dict[str, str], words: str) -> None:
    for name, parent in files.items():
        written(tmp_path, f"{name}.toml", f'extends = "{parent}"\n[trust]\ngian = 1\n[interventions.x]\nstands = 2\n')
    found = problems(tmp_path / "a.toml")
    assert any(words in str(problem) and problem.key == "extends" and problem.line == 1 for problem in found)
    assert any(problem.key == "trust.gian" for problem in found)
    assert not any(problem.message == "is missing" for problem in found)
