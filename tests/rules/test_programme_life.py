"""The action plan, monitoring, the umbrella organisation and business groups, on small clusters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clustersim.compile import entry
from clustersim.levers import TABLES, Plan
from clustersim.month import World
from clustersim.rules.action_plan import prepare
from clustersim.rules.umbrella import ask
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import live, new_world, plan_of, run

SMALL = {"cluster.firms": 60, "run.months": 40, "run.burn_in": 6}


@entry
def get_ready(w: World, days: float, t: int) -> float:
    """A month of preparation."""
    spent: float = prepare(w, days, t)
    return spent


@entry
def request(w: World, t: int) -> None:
    """Somebody asks the regulator."""
    ask(w.firms, w.groups, w.institutions, w.scratch, w.key, t, w.p.umbrella)


def stagnant(**tables: dict[str, Any]) -> Scenario:
    return load_scenario("stagnant").with_values({**SMALL, **{f"interventions.{k}": v for k, v in tables.items()}})


def listed(items: int, revised: bool = False, **more: Any) -> Scenario:
    return stagnant(plan={"kind": "action_plan", "start": "2000-01", "end": "2003-12", "items": items,
                          "revised": revised, "share": 0.5, **more})  # fmt: skip


@pytest.mark.parametrize(("items", "each"), [(1, 2.0), (2, 2.0), (10, 0.5), (50, 0.1)])
def test_days_of_preparation_are_spread_over_the_list(items: int, each: float) -> None:
    world = new_world(listed(items))
    spent = get_ready(world, 10.0, 6)  # five days; nobody puts more than two into an item
    assert world.brokers.prepared[0] == pytest.approx(each)
    assert spent == pytest.approx(each * items)
    assert spent <= 5.0 + 1e-12


def test_a_revision_keeps_what_found_support_and_gives_it_the_days() -> None:
    world = new_world(listed(20, revised=True))
    get_ready(world, 10.0, 6)
    assert world.plan.revision[6 + 12] == 1.0
    world.brokers.supported[0, 2] = 10
    before = world.brokers.prepared[0].copy()
    get_ready(world, 10.0, 6 + 12)
    assert np.flatnonzero(world.brokers.listed[0]).tolist() == [2]
    assert world.brokers.items[0] == 1.0
    assert world.brokers.prepared[0, 2] == pytest.approx(before[2] + 2.0)
    assert world.brokers.prepared[0, 0] == before[0]


def test_a_revision_that_finds_no_support_leaves_the_list() -> None:
    world = new_world(listed(20, revised=True))
    get_ready(world, 10.0, 6)
    get_ready(world, 10.0, 6 + 12)
    assert world.brokers.items[0] == 20.0
    assert world.brokers.listed[0].all()


def test_without_days_of_preparation_the_broker_brings_nothing_to_a_group() -> None:
    def brought(scenario: Scenario) -> int:
        log = run(scenario).world.log
        return int(log.assisted[: log.count[0]].sum())

    assert brought(stagnant()) > 0
    assert brought(listed(4, share=0.0)) == 0


def test_revised_or_not_is_the_same_until_the_first_revision() -> None:
    fixed, revised = run(listed(12)), run(listed(12, True))
    assert fixed.measures[:12].tobytes() == revised.measures[:12].tobytes()


def test_monitoring_takes_days_and_fewer_of_the_proposals_fail() -> None:
    watch = {"kind": "monitoring", "start": "2000-01", "end": "2003-12", "days": 0.5}
    failed = {}
    for name, scenario in (("blind", stagnant()), ("watched", stagnant(watch=watch))):
        tries = good = 0
        for replication in range(12):
            dear = scenario.with_values({"fairness.resentment": 2.0, "broker.pressure": 0.0})
            log = run(dear, replication=replication).world.log
            helped = log.assisted[: log.count[0]] == 1
            tries += int(helped.sum())
            good += int(log.happened[: log.count[0]][helped].sum())
        failed[name] = 1.0 - good / tries
    assert failed["watched"] < failed["blind"]


def test_who_has_no_days_left_for_monitoring_does_not_monitor() -> None:
    watch = {"kind": "monitoring", "start": "2000-01", "end": "2003-12", "days": 20.0}
    assert run(stagnant(watch=watch)).measures.tobytes() == run(stagnant()).measures.tobytes()


def united(first: int, second: int, voice: float = 0.8) -> World:
    """Two groups of the first firms under one umbrella; nobody else is in a group."""
    scenario = Scenario().with_values({"cluster.firms": 40, "cluster.association_members": 0, "run.months": 3,
                                       "run.burn_in": 0, "turnover.spare": 0.0})  # fmt: skip
    world = new_world(scenario)
    groups, firms = world.groups, world.firms
    firms.group[:] = -1
    firms.group[:first, 1], firms.group[first : first + second, 1] = 1, 2
    groups.alive[1:3], groups.united[1:3], groups.kind[1:3] = 1, 1, 1
    groups.size[1:3], groups.capacity[1:3] = (first, second), 0.3
    world.institutions.voice[0] = voice
    return world


def met(world: World, months: int = 400) -> float:
    for t in range(months):
        request(world, t)
    assert world.institutions.requests[0] == months
    return float(world.institutions.heeded[0]) / months


def test_the_chance_of_being_heard_grows_with_those_represented_and_with_the_voice() -> None:
    v = 20 / 40 * 0.8
    assert met(united(10, 10)) == pytest.approx(v / (v + 0.10), abs=0.05)
    v = 20 / 40 * 0.2
    assert met(united(10, 10, voice=0.2)) == pytest.approx(v / (v + 0.10), abs=0.06)


def test_without_an_umbrella_the_group_that_stands_for_most_speaks_for_itself() -> None:
    world = united(12, 8)
    world.groups.united[:] = 0
    v = 12 / 40 * 0.3
    before = world.firms.reach[:, 1].copy()
    assert met(world) == pytest.approx(v / (v + 0.10), abs=0.06)
    gained = world.firms.reach[:, 1] > before
    assert gained[:12].all()
    assert not gained[12:].any()


def test_what_is_met_serves_those_represented_and_nobody_else() -> None:
    world = united(12, 8)
    before = world.firms.reach.copy()
    met(world)
    gained = world.firms.reach > before
    assert gained[:20, 1:].all()
    assert not gained[20:].any()
    assert not gained[:, 0].any(), "the local market is open to all anyway"


def test_an_umbrella_needs_two_groups_and_a_broker_that_is_trusted() -> None:
    umbrella = {"kind": "umbrella_organisation", "start": "2000-06", "end": "2003-12"}
    done = run(stagnant(umbrella=umbrella))
    assert done.world.institutions.voice[0] > 0.0
    assert done.world.groups.united.sum() >= 2
    assert done.monthly["requests_met"].iloc[-1] == done.world.institutions.heeded[0]
    distrusted = run(stagnant(umbrella=umbrella).with_values({"broker.visit_effect": 0.0}))
    assert distrusted.world.groups.united.sum() == 0
    assert distrusted.world.institutions.voice[0] == 0.0
    apart = run(stagnant(umbrella={**umbrella, "unites": False}))
    assert apart.world.groups.united.sum() == 0
    assert apart.world.institutions.requests[0] > 0


def seated(values: dict[str, Any] | None = None, **table: Any) -> Scenario:
    scenario = Scenario().with_values({"cluster.firms": 53, "run.start": "2000-01", "run.months": 16, "run.burn_in": 3,
                                       **(values or {})})  # fmt: skip
    return scenario.with_programme({"tables": {"kind": "business_groups", "start": "2000-02", "size": 10, **table}})


def test_firms_are_drawn_into_even_groups_by_lot() -> None:
    world = new_world(seated())
    live(world, 0, 5)
    alive = world.firms.alive == 1
    sizes = np.bincount(world.firms.table[alive])
    assert len(sizes) == alive.sum() // 10
    assert sizes.max() - sizes.min() <= 1
    assert sizes.min() >= 10
    other = new_world(seated(), replication=1)
    live(other, 0, 5)
    assert not np.array_equal(other.firms.table, world.firms.table)


def test_only_so_many_and_only_those_assigned_are_drawn() -> None:
    world = new_world(seated(firms=20))
    live(world, 0, 5)
    assert (world.firms.table >= 0).sum() == 20
    world = new_world(seated())
    world.firms.assigned[::2] = 0
    live(world, 0, 10)
    assert (world.firms.table[::2] < 0).all()
    assert (world.firms.served[::2] == 0).all()
    assert world.firms.served[1::2].any()


def test_trust_and_quality_grow_at_the_tables_and_the_programme_pays() -> None:
    done, none = run(seated()), run(seated().without_programme())
    assert done.monthly["trust"].iloc[13] > none.monthly["trust"].iloc[13] + 0.02
    tables = int(done.world.firms.table.max()) + 1
    paid = done.ledger[done.ledger["purpose"] == "business group"]
    assert paid["amount"].sum() == pytest.approx(12 * tables * 30.0)
    assert sorted(paid["month"].unique()) == list(range(1, 13))
    assert done.monthly["programme_cost"].iloc[-1] == pytest.approx(paid["amount"].sum())
    dull = run(seated({"business_groups.learning": 0.0}))
    assert done.monthly["quality"].iloc[13] > dull.monthly["quality"].iloc[13]


def test_nobody_comes_who_is_bitter_or_expects_nobody_where_that_is_what_counts() -> None:
    scenario = seated({"cluster.bad_history": 1.0, "business_groups.attendance": 0.0, "cluster.disposition": 0.0,
                       "cluster.initial_trust": 0.0, "cluster.trust_spread": 0.0})  # fmt: skip
    assert run(scenario).world.firms.served.sum() <= 3


@pytest.mark.parametrize(("table", "levers"), [
    ({"kind": "association_revival", "start": "2000-02", "end": "2000-04"}, {"association"}),
    ({"kind": "monitoring", "start": "2000-02", "end": "2000-04"}, {"monitoring"}),
    ({"kind": "umbrella_organisation", "start": "2000-02", "end": "2000-04"}, {"umbrella", "requests"}),
    ({"kind": "business_groups", "start": "2000-02"}, {"tables", "table_firms", "table_meetings"}),
    ({"kind": "action_plan", "start": "2000-02", "end": "2002-04"}, {"items", "preparation"}),
    ({"kind": "action_plan", "start": "2000-02", "end": "2002-04", "revised": True},
     {"items", "preparation", "revision"}),
    ({"kind": "phase", "start": "2000-02"}, set()),
])  # fmt: skip
def test_each_kind_moves_its_own_levers(table: dict[str, Any], levers: set[str]) -> None:
    bare = load_scenario("stagnant").with_values(SMALL).with_programme({})
    usual, plan = plan_of(bare), plan_of(bare.with_programme({"x": table}))
    names = [name for name in Plan._fields if name not in TABLES]
    assert {n for n in names if not np.array_equal(getattr(plan, n), getattr(usual, n))} == levers


def test_an_association_revived_by_itself_is_that_of_network_formation() -> None:
    groups = {"kind": "network_formation", "start": "2000-05", "end": "2003-12", "networks": False}
    revived = {"kind": "association_revival", "start": "2000-05", "end": "2003-12"}
    assert run(stagnant(groups=groups)).measures.tobytes() == run(stagnant(groups=revived)).measures.tobytes()
