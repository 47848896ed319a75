"""What a token buys, and how the money can stop: scenarios that say exactly that."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from clustersim.errors import InputError, InputWarning
from clustersim.planning import calendar_of, plan_of
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import run
from clustersim.workshop.exits import EXITS, cut, flat, long_enough, middle, taper
from clustersim.workshop.plans import (
    BITTER,
    TOKENS,
    heaps,
    openings,
    precomputed,
    scenario_of,
    token_price,
)
from clustersim.workshop.record import SHOWN, TOLD, record
from clustersim.workshop.room import Room


def shipped(name: str) -> Scenario:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return long_enough(load_scenario(name).with_values({"cluster.firms": 60}))


def programme_money(scenario: Scenario) -> float:
    """What the programme offers to pay for dated help if each offer is taken up once, every seat taken."""
    offers = plan_of(scenario).offers
    names = list(type(scenario.activities).model_fields)
    cost = [getattr(scenario.activities, names[int(kind)]) for kind in offers.kind]
    each = [a.fixed + a.per_head * seats for a, seats in zip(cost, offers.seats, strict=True)]
    return float((offers.programme * np.array(each)).sum()) if each else 0.0


@pytest.mark.parametrize("name", ["jaipur", "bagru", "stagnant"])
@pytest.mark.parametrize("ending", list(EXITS))
def test_every_ending_of_every_programme_runs(name: str, ending: str) -> None:
    scenario = shipped(name).with_values({"run.burn_in": 6})
    days = plan_of(EXITS[ending](scenario)).days
    last = calendar_of(scenario).at(str(scenario.programme.end))
    assert days[6] > 0
    assert (days[last + 1 :] == 0).all()
    assert run(EXITS[ending](scenario), seed=1).measures.shape[0] == scenario.run.months


def test_cut_leaves_nothing_after_the_middle(small: Scenario) -> None:
    at = calendar_of(small).at(middle(small))
    before, after = plan_of(small), plan_of(cut(small))
    np.testing.assert_array_equal(before.days[: at + 1], after.days[: at + 1])
    assert (after.days[at + 1 :] == 0).all()
    assert (after.offers.first <= at).all()
    assert after.handover.sum() == 0
    assert before.handover.sum() > 0
    assert (before.offers.first > at).any()


def test_taper_falls_to_nothing_and_flat_does_not_fall(small: Scenario) -> None:
    plan, level = plan_of(taper(small)), plan_of(flat(small))
    last = calendar_of(small).at(str(small.programme.end))
    assert plan.days[last] == 0
    assert 0 < plan.days[last - 6] < plan.days[small.run.burn_in]
    fairs = level.offers.kind == 0
    assert len(set(level.offers.programme[fairs])) == 1
    shares = plan.offers.programme[fairs]
    assert shares[0] == level.offers.programme[fairs][0]
    assert shares[-1] < shares[0]
    total = plan.offers.participants + plan.offers.programme + plan.offers.institutions + plan.offers.unrecorded
    np.testing.assert_allclose(total, 1.0)


def test_the_broker_heap_buys_exactly_its_days(small: Scenario) -> None:
    whole, half = (plan_of(scenario_of(small, {"visits": n})).days.sum() for n in (TOKENS, 50))
    assert whole == pytest.approx(plan_of(small).days.sum())
    assert half == pytest.approx(whole / 2)


@pytest.mark.parametrize("heap", ["fairs", "training"])
@pytest.mark.parametrize("tokens", [20, 50, 100])
def test_events_are_never_promised_beyond_their_heap(small: Scenario, heap: str, tokens: int) -> None:
    money = programme_money(scenario_of(small, {heap: tokens}))
    assert 0 < money <= tokens * token_price(small)


def test_guarantee_money_reaches_the_fund(small: Scenario) -> None:
    plan = plan_of(scenario_of(small, {"guarantee": 30}))
    assert plan.guarantee.sum() == pytest.approx(30 * token_price(small))
    assert plan.bank_meeting.sum() > 0


def test_a_bitter_start_remembers(small: Scenario) -> None:
    assert scenario_of(small, {}, bitter=True).cluster.bad_history == BITTER
    assert scenario_of(small, {}).cluster.bad_history == 0.0
    assert openings(small)[0] == "owners"
    first = scenario_of(small, {"visits": 50}, bitter=True, opening="token")
    assert "opening" in first.interventions


@pytest.mark.parametrize(
    ("tokens", "opening"),
    [({"bribes": 10}, "owners"), ({"visits": 101}, "owners"), ({"visits": -5}, "owners"), ({"visits": True}, "owners"),
     ({"visits": 60, "fairs": 60}, "owners"), ({}, "nobody")],
)  # fmt: skip
def test_plans_that_do_not_add_up_are_refused(small: Scenario, tokens: dict[str, int], opening: str) -> None:
    with pytest.raises(InputError):
        scenario_of(small, tokens, opening=opening)


def test_the_plans_of_a_file_spend_all_tokens_and_are_all_different() -> None:
    plans = precomputed()
    assert {sum(plan.values()) for plan in plans} == {TOKENS}
    assert len({tuple(sorted(plan.items())) for plan in plans}) == len(plans)
    assert {name for plan in plans for name in plan} == set(heaps())


def test_a_plan_shown_from_a_file_is_the_plan_that_a_live_room_runs(room: Room) -> None:
    tokens = {"visits": 50, "fairs": 50}
    live = room.plan(tokens)
    arms = {"plan": scenario_of(room.scenario, tokens)}
    again = room._run(arms, 12, 1, None, SHOWN + TOLD)["plan"]
    np.testing.assert_allclose(live["plan"]["mean"], again.mean(axis=0).astype(np.float32))


def test_a_scenario_without_a_programme_is_refused() -> None:
    with pytest.raises(InputError, match="has no programme"):
        Room(load_scenario("thriving"))


@pytest.mark.parametrize("changes", [{"wealth": 1.0}, {"trust": 2.0}, {"trust": True}, {"days": float("nan")}])
def test_sliders_have_ends(room: Room, changes: dict[str, float]) -> None:
    with pytest.raises(InputError):
        room.settled(changes)


def test_what_the_programme_does_is_not_felt_by_a_cluster_left_alone(room: Room) -> None:
    for changes in ({"days": 25.0}, {"trust": 0.5, "days": 3.0}):
        alone = record(room.changed(changes).without_programme(), seed=3, replication=1)
        np.testing.assert_array_equal(room.pair(1, changes)["arms"]["without"]["trust"].values, alone["trust"].values)


def test_a_plan_starts_from_the_cluster_that_the_room_has_made(room: Room) -> None:
    tokens, changes = {"visits": 60, "training": 40}, {"trust": 0.5, "days": 3.0}
    planned = scenario_of(room.changed({"trust": 0.5}), tokens)
    again = room._run({"plan": planned}, 12, 1, None, SHOWN + TOLD)["plan"]
    np.testing.assert_allclose(room.plan(tokens, changes=changes)["plan"]["mean"], again.mean(axis=0).astype(np.float32))


def test_lucks_are_the_runs_that_they_say(room: Room) -> None:
    lucks = room.lucks(1)
    alone = run(room.scenario, seed=3, replication=4).monthly["joint_action"].to_numpy()
    k = 1
    low, high = lucks["low"][k], lucks["high"][k]
    found = low + (high - low) / 255 * lucks["arms"]["with"][4, :, k]
    months = [*range(2, len(alone) - 1, 3), len(alone) - 1]
    np.testing.assert_allclose(found, alone[months], atol=(high - low) / 255)
