"""Shocks inside groups, and what is seen elsewhere, by hand.

Firms 0 to 3 are a network, 4 and 5 are outside; everybody knows firm 0, and 1 knows 4.
"""

from __future__ import annotations

from typing import Any

import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.levers import OPEN_END
from clustersim.month import World
from clustersim.parameters.values import EXPORT, FAIR, TOUR
from clustersim.rules.exposure import see_elsewhere
from clustersim.rules.leaving import abscond, depart
from clustersim.rules.membership import free_to_join, list_members
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

LEAD, MEMBERS, OUTSIDE = 0, (0, 1, 2, 3), (4, 5)
G = 2
PAIRS = [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (1, 4)]
SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 2, "run.burn_in": 0,
    "turnover.spare": 0.0,
}  # fmt: skip


@entry
def leave_them(w: World, which: float, reach: float) -> None:
    """The shock of a leading firm that leaves."""
    list_members(w.firms, w.groups, w.scratch)
    depart(w.firms, w.ties, w.groups, w.scratch, which, reach, w.p)


@entry
def run_off(w: World, which: float, deposit: float) -> None:
    """The shock of a fraud."""
    list_members(w.firms, w.groups, w.scratch)
    abscond(w.firms, w.ties, w.groups, w.scratch, w.ledger, which, deposit, w.p)


@entry
def travel(w: World, i: int, own_eyes: float, t: int) -> None:
    """Firm i has seen a better cluster."""
    see_elsewhere(w.firms, w.ties, w.plan.offers.known, t, i, own_eyes, w.p.exposure, w.p.learning)


@entry
def may_join(w: World, i: int) -> bool:
    """Whether firm i could be taken into a network."""
    free: bool = free_to_join(w.firms, i, 1)
    return free


def before(i: int, j: int) -> float:
    return 0.5 + 0.02 * i - 0.03 * j


def network() -> World:
    world = new_world(Scenario().with_values(SMALL))
    firms, groups, ties = world.firms, world.groups, world.ties
    ties.degree[:], ties.damage[:], firms.group[:] = 0, 0.0, -1
    for i, j in PAIRS:
        e, f = ties.start[i] + ties.degree[i], ties.start[j] + ties.degree[j]
        ties.degree[i] += 1
        ties.degree[j] += 1
        ties.to[e], ties.to[f], ties.back[e], ties.back[f] = j, i, f, e
        ties.trust[e], ties.trust[f] = before(i, j), before(j, i)
        ties.rival[e] = ties.rival[f] = 0.0
    firms.group[list(MEMBERS), 1] = G
    firms.climate[:], firms.standing[:], firms.felt[:] = 0.6, 0.9, 0.4
    firms.workers[:], firms.reach[:, EXPORT] = 10.0, 0.1
    firms.reach[LEAD, EXPORT], firms.workers[1] = 0.4, 30.0
    groups.alive[G], groups.kind[G], groups.leader[G], groups.size[G] = 1, 1, 1, len(MEMBERS)
    world.ledger.balance[:] = 0.0
    world.ledger.balance[FIRST_FIRM:] = 500.0
    return world


def trusts(world: World) -> dict[tuple[int, int], float]:
    ties = world.ties
    return {
        (i, int(ties.to[e])): float(ties.trust[e])
        for i in range(12) for e in range(ties.start[i], ties.start[i] + ties.degree[i])
    }  # fmt: skip


def expected(world: World, lost: int, weight: float) -> dict[tuple[int, int], float]:
    p = world.p

    def after(i: int, j: int) -> float:
        if j != lost:
            return before(i, j)
        heard = weight if i in MEMBERS else weight * p.information.witness
        return float(before(i, j) * (1.0 - min(1.0, p.trust.loss * heard)))

    return {pair: after(*pair) for i, j in PAIRS for pair in ((i, j), (j, i))}


def climates(world: World, lost: int) -> list[float]:
    fallen = 0.6 * (1.0 - world.p.learning.failure)
    return [fallen if i in MEMBERS and i != lost else 0.6 for i in range(12)]


def test_the_largest_exporter_leaves_and_joins_nothing_any_more() -> None:
    world = network()
    leave_them(world, 1.0, 0.5)
    firms = world.firms
    assert firms.group[:, 1].tolist() == [-1, G, G, G, *[-1] * 8]
    assert world.groups.size[G] == 3
    assert firms.departed.tolist() == [1, *[0] * 11]
    assert firms.reach[LEAD, EXPORT] == firms.habit[LEAD, EXPORT] == pytest.approx(0.4 + 0.5 * 0.6)
    assert not may_join(world, LEAD)
    assert may_join(world, 4)
    assert trusts(world) == pytest.approx(expected(world, LEAD, 1.0))
    assert firms.climate.tolist() == pytest.approx(climates(world, LEAD))


def test_export_counts_by_size_and_the_best_connected_is_another_choice() -> None:
    world = network()
    world.firms.reach[1, EXPORT] = 0.2  # 30 workers · .2 > 10 · .4
    leave_them(world, 1.0, 0.0)
    assert world.firms.departed.tolist() == [0, 1, *[0] * 10]
    assert world.groups.leader[G] == -1
    world = network()
    world.firms.reach[1, EXPORT] = 0.2
    leave_them(world, 2.0, 0.0)
    assert world.firms.departed.tolist() == [1, *[0] * 11]


def test_nothing_leaves_where_there_is_no_network_or_no_shock() -> None:
    for which in (0.0, 1.0):
        world = network()
        world.groups.kind[G] = 1 if which == 0.0 else 0
        world.firms.group[:, [0, 1]] = world.firms.group[:, [1, 0]] if which else world.firms.group
        leave_them(world, which, 0.5)
        assert not world.firms.departed.any()
        assert (world.firms.climate == 0.6).all()


def test_the_keeper_takes_the_fund_and_what_members_had_put_in() -> None:
    world = network()
    world.groups.fund[G], world.groups.till[G], world.groups.saved[G] = 50.0, 20.0, 40.0
    world.ledger.balance[books.GROUPS] = 70.0
    world.ledger.balance[FIRST_FIRM + 2] = 30.0
    run_off(world, 3.0, 50.0)
    cash: dict[int, Any] = {i: float(world.ledger.balance[FIRST_FIRM + i]) for i in range(6)}
    assert cash == {0: 450.0, 1: 500.0, 2: 0.0, 3: 450.0, 4: 500.0, 5: 500.0}
    assert world.ledger.balance[books.HOUSEHOLDS] == 70.0 + 50.0 + 30.0 + 50.0
    assert world.ledger.balance[books.GROUPS] == 0.0
    assert world.groups.fund[G] == world.groups.till[G] == 0.0
    assert world.groups.saved[G] == 0.0  # and no bank lends against what is gone


def test_members_and_those_who_hear_of_it_trust_the_keeper_less() -> None:
    world = network()
    run_off(world, 1.0, 0.0)
    p = world.p.information
    assert trusts(world) == pytest.approx(expected(world, 1, p.fraud_weight))
    assert world.firms.climate.tolist() == pytest.approx(climates(world, 1))
    standing = [0.9 * (1.0 - p.fraud_loss) if i == 1 else 0.9 for i in range(12)]
    assert world.firms.standing.tolist() == pytest.approx(standing)
    assert world.firms.group[1, 1] == -1
    assert world.groups.leader[G] == -1
    assert may_join(world, 1)  # in town, and free to ask


@pytest.mark.parametrize("which", [0.0, 2.0])
def test_there_is_no_fraud_without_the_shock_or_such_a_group(which: float) -> None:
    world = network()
    run_off(world, which, 50.0)
    assert world.ledger.count[0] == 0
    assert trusts(world) == pytest.approx(expected(world, -1, 1.0))


# ---------------------------------------------------------------- seeing a better cluster


@pytest.mark.parametrize("own_eyes", [1.0, 0.5, 0.0])
def test_travellers_believe_more_and_say_so_to_those_who_trust_them(own_eyes: float) -> None:
    world = network()
    firms, p = world.firms, world.p.exposure
    firms.felt[1, FAIR] = 1.3
    travel(world, 1, own_eyes, 0)
    climate = 0.6 + p.climate * own_eyes * 0.4
    felt = 0.4 + p.worth * own_eyes * 0.6
    assert firms.climate[1] == pytest.approx(climate)
    assert firms.felt[1, FAIR] == 1.3  # nobody learns that a thing is worth less
    assert firms.felt[1, 1] == pytest.approx(felt)
    told = p.told * before(4, 1)
    assert firms.climate[4] == pytest.approx(0.6 + told * (climate - 0.6))
    assert firms.felt[4, 1] == pytest.approx(0.4 + told * (felt - 0.4))
    assert firms.climate[5] == 0.6
    assert (firms.felt[5] == 0.4).all()


def test_nobody_learns_the_worth_of_what_is_not_known_in_the_cluster() -> None:
    world = network()
    assert world.plan.offers.known[TOUR] == OPEN_END
    travel(world, 1, 1.0, 0)
    assert world.firms.felt[1, TOUR] == 0.4
    world.plan.offers.known[TOUR] = 3
    travel(world, 1, 1.0, 2)
    assert world.firms.felt[1, TOUR] == 0.4
    travel(world, 1, 1.0, 3)
    assert world.firms.felt[1, TOUR] > 0.4


def test_rivals_are_told_less() -> None:
    plain, rivals = network(), network()
    rivals.ties.rival[:] = 1.0
    for world in (plain, rivals):
        travel(world, 1, 1.0, 0)
    assert rivals.firms.climate[4] == plain.firms.climate[4]
    damped = 1.0 - plain.p.learning.rival_damping
    assert rivals.firms.felt[4, 1] - 0.4 == pytest.approx(damped * (plain.firms.felt[4, 1] - 0.4))
