"""A common facility by hand: who uses it, what it takes in and pays, and that it can fail."""

from __future__ import annotations

import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.parameters.values import FACILITY, FAIR
from clustersim.rules.facility import run_facilities
from clustersim.rules.joint_action import attempt
from clustersim.rules.market import trade
from clustersim.rules.membership import list_members
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

MEMBERS, OUTSIDERS = (0, 1, 2, 3), (6, 7)
FEE, RUNNING, EACH = 10.0, 32.0, 1.0
SMALL = {
    "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 2, "run.burn_in": 0,
    "turnover.spare": 0.0, "facility.fee": FEE, "facility.running": RUNNING, "facility.per_user": EACH,
    "facility.patience": 3, "facility.saving": 0.05,
}  # fmt: skip


@entry
def pass_month(w: World, for_all: float) -> None:
    """A month of the facilities."""
    run_facilities(w.firms, w.groups, w.ledger, for_all, w.p.market.materials, w.p.facility, w.p.learning)


@entry
def sell(w: World) -> None:
    """A month of trade."""
    trade(w.firms, w.market, w.ledger, 1.0, w.p.market, w.p.households, w.p.credit, w.p.middlemen,
          w.p.investment.ageing)  # fmt: skip


@entry
def build(w: World, kind: int, t: int) -> int:
    """The association is asked to do it."""
    list_members(w.firms, w.groups, w.scratch)
    happened: int = attempt(w, t, 0, kind, 24, 0.1, 0.9, (0.0, 0.0), 1, True, False)
    return happened


def cluster(stands: bool = True) -> World:
    world = new_world(Scenario().with_values(SMALL))
    firms, groups = world.firms, world.groups
    firms.group[:], firms.group[list(MEMBERS), 0] = -1, 0
    firms.output[:], firms.felt[:], firms.guess[:], firms.fit[:] = 1000.0, 1.0, 1.0, 1.2
    groups.alive[0], groups.kind[0], groups.leader[0], groups.size[0] = 1, 0, 0, len(MEMBERS)
    groups.facility[0] = 0 if stands else -1
    world.ledger.balance[FIRST_FIRM:] = 5000.0
    return world


def users(world: World) -> list[int]:
    return [i for i in range(12) if world.firms.treated[i] > 0.0]


def test_members_use_it_if_it_seems_worth_its_fee_and_they_have_it() -> None:
    world = cluster()
    world.firms.output[0] = 1.001 * FEE / (0.05 * world.p.market.materials)
    world.firms.output[1] = 0.999 * FEE / (0.05 * world.p.market.materials)
    world.ledger.balance[FIRST_FIRM + 2] = FEE - 0.01
    pass_month(world, 0.0)
    assert users(world) == [0, 3]
    assert world.groups.users[0] == 2
    assert world.firms.treated[[0, 3]] == pytest.approx(0.05 * 1.2)
    assert 5000.0 - world.ledger.balance[FIRST_FIRM] == FEE


def test_outsiders_use_it_only_where_it_is_for_all() -> None:
    world = cluster()
    pass_month(world, 1.0)
    assert users(world) == list(range(12))
    pass_month(world, 0.0)
    assert users(world) == list(MEMBERS)


def test_fees_carry_it_and_what_is_left_stays_in_the_till() -> None:
    world = cluster()
    for month in range(1, 8):
        pass_month(world, 0.0)
        assert world.groups.till[0] == pytest.approx(month * (4 * (FEE - EACH) - RUNNING))
    assert world.groups.facility[0] == 0
    assert world.ledger.balance[books.GROUPS] == pytest.approx(world.groups.till.sum())


def test_too_few_users_and_it_is_a_white_elephant() -> None:
    world = cluster()
    world.firms.felt[0, FACILITY] = 0.0  # one who does not think much of it is enough
    for month in range(1, 4):
        assert world.groups.facility[0] == 0
        pass_month(world, 0.0)
        assert world.groups.short[0] == month
        assert world.ledger.balance[books.GROUPS] == 0.0  # it pays what it has
    assert world.groups.facility[0] == -1
    pass_month(world, 0.0)
    assert users(world) == []


def test_savings_of_a_self_help_group_do_not_pay_for_it() -> None:
    world = cluster()
    world.firms.felt[0, FACILITY] = 0.0
    world.groups.saving[0] = world.groups.saved[0] = 1.0
    world.groups.fund[0] = world.ledger.balance[books.GROUPS] = 500.0
    for _ in range(3):
        pass_month(world, 0.0)
    assert world.groups.facility[0] == -1
    assert world.groups.fund[0] == world.ledger.balance[books.GROUPS] == 500.0


def test_one_good_month_and_the_count_begins_anew() -> None:
    world = cluster()
    world.groups.short[0] = 2
    pass_month(world, 0.0)
    assert world.groups.short[0] == 0


def test_what_it_saves_is_saved_in_the_same_month() -> None:
    materials = []
    for stands in (False, True):
        world = cluster(stands)
        pass_month(world, 0.0)
        world.market.attraction[:] = 1.0
        world.market.pull[:], world.market.elsewhere[:], world.market.size[:] = 12.0, 1.0, 2000.0
        world.ledger.count[0] = 0
        sell(world)
        rows = range(world.ledger.count[0])
        mine = [r for r in rows if world.ledger.purpose[r] == books.MATERIALS and world.ledger.payer[r] == FIRST_FIRM]
        materials.append(float(world.ledger.amount[mine[0]]) / world.firms.output[0])
    assert materials[1] / materials[0] == pytest.approx(1.0 - 0.05 * 1.2)


def test_the_till_of_a_group_that_is_no_more_goes_home() -> None:
    world = cluster()
    pass_month(world, 0.0)
    left = world.groups.till[0]
    assert left > 0.0
    world.groups.alive[0] = 0
    pass_month(world, 0.0)
    assert world.ledger.balance[books.HOUSEHOLDS] == left
    assert world.ledger.balance[books.GROUPS] == pytest.approx(0.0)
    assert world.groups.facility[0] == -1


def test_only_the_activity_of_this_kind_builds_it() -> None:
    for kind, opened in ((FAIR, -1), (FACILITY, 1)):
        world = cluster(stands=False)
        world.firms.climate[:], world.firms.standing[:], world.firms.felt[:] = 0.95, 1.0, 50.0
        world.firms.free_rider[:], world.firms.reference[:] = 0, 1.0
        assert build(world, kind, 1) == 1
        assert world.groups.facility[0] == opened
