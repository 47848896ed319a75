"""What must not change a result does not change a bit."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import pytest

from clustersim.errors import InputError, InputWarning
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import run


@pytest.fixture(scope="module")
def stagnant() -> Scenario:
    return load_scenario("stagnant").with_values({"cluster.firms": 60, "run.months": 48, "run.burn_in": 6})


def bits(scenario: Scenario) -> bytes:
    done = run(scenario, seed=11)
    return done.measures.tobytes() + done.flows.tobytes() + b"".join(column.tobytes() for column in done.world.firms)


def programme_of(scenario: Scenario) -> dict[str, Any]:
    return dict(scenario.interventions)


IDLE: dict[str, Mapping[str, Any]] = {
    "a fair that has no date": {"kind": "joint_fair", "events": []},
    "a bank meeting that has no date, no guarantee": {
        "kind": "bank_mediation", "dates": [], "guarantee": False, "start": "2000-01", "end": "2001-12",
    },
    "a training after the run": {"kind": "training", "start": "2050-01", "end": "2050-12"},
    "a showroom before the run": {"kind": "showroom", "start": "1950-01", "end": "1950-02"},
    "visits before the run": {"kind": "visits", "start": "1950-01", "end": "1950-12"},
    "an export visit of no cost": {"kind": "single_firm_support", "date": "2001-01", "amount": 0.0},
    "no days for the study": {"kind": "diagnostic_study", "start": "2000-04", "end": "2000-05", "days": 0.0},
    "no days for awareness": {"kind": "awareness", "start": "2000-04", "end": "2001-12", "days": 0.0},
    "no date for a meeting with institutions": {"kind": "institution_meeting", "dates": []},
    "micro-credit where there are no self-help groups": {"kind": "micro_credit", "start": "2000-04", "end": "2001-12"},
    "self-help groups before the run": {"kind": "self_help_groups", "start": "1950-01", "end": "1950-12"},
    "heirs of whom nothing is asked": {
        "kind": "youth_first", "start": "2000-04", "end": "2001-12", "course": False, "visits": False, "news": False,
    },
    "networks and association both left out": {
        "kind": "network_formation", "start": "2000-01", "end": "2001-12", "networks": False, "association": False,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", IDLE)
def test_an_idle_intervention_changes_no_bit(stagnant: Scenario, name: str) -> None:
    for key in ("aaa", "zzz"):  # before and after the others in the order of names
        assert bits(stagnant.with_programme({**programme_of(stagnant), key: IDLE[name]})) == bits(stagnant)


def test_an_idle_shock_changes_no_bit(stagnant: Scenario) -> None:
    idle = {"shocks.still": {"kind": "demand_trend", "start": "2000-01", "end": "2003-12", "rate": 0.0},
            "shocks.dry": {"kind": "flood", "date": "2001-01", "share": 0.0}}  # fmt: skip
    assert bits(stagnant.with_values(idle)) == bits(stagnant)


def test_a_fair_for_which_there_is_no_group_changes_no_bit() -> None:
    scenario = Scenario().with_values({"cluster.firms": 30, "run.months": 24, "groups.founding": 0.0})
    fair = {"kind": "joint_fair", "audience": "network", "events": [{"date": "1997-06"}]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        assert bits(scenario.with_programme({"fair": fair})) == bits(scenario)


def test_another_order_of_keys_changes_no_bit(stagnant: Scenario) -> None:
    programme = programme_of(stagnant)
    assert bits(stagnant.with_programme(dict(reversed(programme.items())))) == bits(stagnant)


def test_another_recorder_changes_no_bit(stagnant: Scenario) -> None:
    plain = run(stagnant, seed=11)
    recorded = run(stagnant, seed=11, record_network=True)
    assert set(recorded.snapshots) == {0, 47}
    assert recorded.measures.tobytes() == plain.measures.tobytes()
    assert recorded.flows.tobytes() == plain.flows.tobytes()


def test_a_longer_run_begins_like_a_shorter_one(stagnant: Scenario) -> None:
    longer = run(stagnant.with_values({"run.months": 60}), seed=11)
    assert longer.measures[:48].tobytes() == run(stagnant, seed=11).measures.tobytes()


def test_arms_are_alike_until_the_programme_begins(stagnant: Scenario) -> None:
    late = {"interventions.visits.start": "2001-01", "programme.announced_exit": False}
    gone = {f"interventions.{name}": {"kind": "none"} for name in stagnant.interventions if name != "visits"}
    only = stagnant.with_values({**late, "programme.start": "2001-01", **gone})
    with_visits, without = run(only, seed=11), run(only.without_programme(), seed=11)
    assert with_visits.measures[:12].tobytes() == without.measures[:12].tobytes()
    assert with_visits.measures.tobytes() != without.measures.tobytes()


def test_shares_above_one_are_refused(stagnant: Scenario) -> None:
    fair = {"kind": "joint_fair", "events": [{"date": "2001-01", "shares": {"participants": 0.9, "programme": 0.9}}]}
    with pytest.raises(InputError, match=r"add up to 1\.8"):
        stagnant.with_programme({"fair": fair})
