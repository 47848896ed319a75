"""Scenarios changed from Python, and checked like a file."""

from __future__ import annotations

import re
from typing import Any

import pytest

from clustersim.errors import InputError
from clustersim.interventions import KINDS
from clustersim.scenario import Scenario, parse_scenario, tables
from tests.scenario.kinds import FULL, Bazaar


def test_values_can_be_changed_by_path() -> None:
    scenario = parse_scenario(FULL)
    other = scenario.with_values({"trust.gain": 0.08, "interventions.fairs.stands": 6, "activities.fair.stake": 2})
    fairs = other.interventions["fairs"]
    assert isinstance(fairs, Bazaar)
    assert (other.trust.gain, fairs.stands, other.activities.fair.stake) == (0.08, 6, 2.0)
    assert scenario.trust.gain == 0.1
    assert other.origin("trust.gain") == "set in Python"
    assert other.origin("trust.rule") == "scenario.toml:11"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"trust.gian": 0.1}, "did you mean 'trust.gain'"),
        ({"trust.gain": 9}, "trust.gain = 9: must be a number from 0 to 0.5"),
        ({"trust.gain.x": 1}, "trust.gain"),
        ({"nonsense": 1}, "unknown key 'nonsense'"),
        ({"interventions.fairs.stand": 1}, "did you mean 'interventions.fairs.stands'"),
        ({"run.months": 1.5, "trust.gain": True}, "run.months"),
    ],
)
def test_changes_are_checked_like_a_file(values: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        parse_scenario(FULL).with_values(values)
    assert len(caught.value.problems) == len(values)


def test_a_run_may_be_cut_short_of_its_programme() -> None:
    assert parse_scenario(FULL).with_values({"run.months": 3}).run.months == 3


def test_without_programme_the_shocks_stay() -> None:
    scenario = parse_scenario(FULL + '[programme]\nstart = "1997-01"\nend = "2000-12"\n')
    alone = scenario.without_programme()
    assert (alone.interventions, alone.shocks) == ({}, scenario.shocks)
    assert (alone.programme.start, alone.programme.end) == (None, None)
    assert alone.cluster == scenario.cluster
    assert scenario.interventions


def test_a_programme_of_ones_own_replaces_the_scenarios() -> None:
    scenario = parse_scenario(FULL).with_programme({"one": Bazaar(stands=3), "two": {"kind": "bazaar"}})
    assert scenario.interventions == {"one": Bazaar(stands=3), "two": Bazaar()}
    with pytest.raises(InputError, match="unknown kind"):
        scenario.with_programme({"three": {"kind": "bazzar"}})


def test_a_kind_of_ones_own_needs_no_place_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, "bazaar")
    scenario = Scenario().with_programme({"mine": Bazaar(stands=3)})
    assert scenario.with_values({"interventions.mine.stands": 4}).interventions == {"mine": Bazaar(stands=4)}
    assert 'kind = "Bazaar"' in scenario.to_toml()


def test_an_installed_package_offers_kinds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, "bazaar")
    monkeypatch.setattr(tables, "_installed", lambda: {"bazaar": Bazaar})
    scenario = parse_scenario('[interventions.x]\nkind = "bazaar"\nstands = 3\n')
    assert scenario.interventions == {"x": Bazaar(stands=3)}
    assert parse_scenario(scenario.to_toml()) == scenario
