"""Envy inside one group, by hand: firm 0 was favoured, 1 to 3 resent it, 4 stands outside."""

from __future__ import annotations

from typing import Any

import pytest

from clustersim.compile import entry
from clustersim.month import World
from clustersim.rules.conflict import quarrel
from clustersim.rules.membership import list_members
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

FAVOURED, OTHERS, OUTSIDER = 0, (1, 2, 3), 4
GRIEVANCE = 0.8
SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 2, "run.burn_in": 0,
    "turnover.spare": 0.0, "fairness.conflict": 0.0,
}  # fmt: skip


@entry
def grumble(w: World, mediation: float, t: int) -> None:
    """One month of grievances."""
    list_members(w.firms, w.groups, w.scratch)
    quarrel(w.firms, w.ties, w.groups, w.scratch, mediation, w.key, t, w.p.fairness, w.p.trust)


def before(i: int, j: int) -> float:
    return 0.5 + 0.02 * i - 0.03 * j


def acquaint(ties: Any, i: int, j: int) -> None:
    e, f = ties.start[i] + ties.degree[i], ties.start[j] + ties.degree[j]
    ties.degree[i] += 1
    ties.degree[j] += 1
    ties.to[e], ties.to[f], ties.back[e], ties.back[f] = j, i, f, e
    ties.trust[e], ties.trust[f] = before(i, j), before(j, i)


def trusts(world: World) -> dict[tuple[int, int], float]:
    ties = world.ties
    return {
        (i, int(ties.to[e])): float(ties.trust[e])
        for i in range(ties.degree.size) for e in range(ties.start[i], ties.start[i] + ties.degree[i])
    }  # fmt: skip


def envious(values: dict[str, float] | None = None) -> World:
    world = new_world(Scenario().with_values({**SMALL, **(values or {})}))
    firms, groups, ties = world.firms, world.groups, world.ties
    ties.degree[:], ties.damage[:] = 0, 0.0
    for i in range(5):
        for j in range(i + 1, 5):
            acquaint(ties, i, j)
    firms.group[:], firms.grievance[:], firms.favour[:] = -1, 0.0, 0.0
    firms.climate[:], firms.trust_broker[:] = 0.8, 0.6
    members = [FAVOURED, *OTHERS]
    firms.group[members, 0] = 0
    firms.grievance[list(OTHERS)] = GRIEVANCE
    firms.favour[FAVOURED] = 3000.0
    groups.alive[0], groups.kind[0], groups.leader[0], groups.size[0] = 1, 0, 1, len(members)
    return world


def test_envy_costs_trust_in_the_favoured_and_nobody_elses() -> None:
    world = envious()
    grumble(world, 0.0, 1)
    share = world.p.fairness.trust_cost * GRIEVANCE
    assert 0.0 < share < 0.5
    expected = {
        (i, j): before(i, j) * (1.0 - share if i in OTHERS and j == FAVOURED else 1.0)
        for i in range(5) for j in range(5) if i != j
    }  # fmt: skip
    assert trusts(world) == pytest.approx(expected)


def test_envy_costs_trust_in_the_broker_and_only_mediation_shrinks_it() -> None:
    alone, mended = envious(), envious()
    grumble(alone, 0.0, 1)
    grumble(mended, 1.0, 1)
    for i in OTHERS:
        assert alone.firms.grievance[i] == GRIEVANCE
        assert 0.0 < alone.firms.trust_broker[i] < 0.6
        assert mended.firms.trust_broker[i] == alone.firms.trust_broker[i]
        left = GRIEVANCE * (1.0 - 0.35 * mended.firms.trust_broker[i])
        assert mended.firms.grievance[i] == pytest.approx(left)
    for world in (alone, mended):
        assert world.firms.grievance[FAVOURED] == 0.0
        assert world.firms.trust_broker[FAVOURED] == 0.6
        assert world.groups.conflicts[0] == 0


def test_an_open_conflict_costs_trust_inside_the_group_only() -> None:
    world = envious({"fairness.conflict": 1.0, "fairness.trust_cost": 0.0})
    world.firms.grievance[list(OTHERS)] = 2.0  # a mean of 1.5 in the group: it breaks out for sure
    grumble(world, 0.0, 1)
    p = world.p.fairness
    assert world.groups.conflicts[0] == 1
    assert world.groups.standstill[0] == p.standstill
    expected = {
        (i, j): before(i, j) * (1.0 if OUTSIDER in (i, j) else 1.0 - p.conflict_cost)
        for i in range(5) for j in range(5) if i != j
    }  # fmt: skip
    assert trusts(world) == pytest.approx(expected)
    for i in (FAVOURED, *OTHERS):
        assert world.firms.climate[i] < 0.8
    assert world.firms.climate[OUTSIDER] == 0.8
    for i in OTHERS:
        assert world.firms.grievance[i] == pytest.approx(1.0)
