"""Self-help groups, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from clustersim import ledger as books
from clustersim.agents import SELF_HELP
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.rules import membership, self_help
from tests.rules.by_hand import cluster, paid


@entry
def live_group(w: World, linkage: float, literacy: float, t: int) -> None:
    """A month of every group."""
    membership.list_members(w.firms, w.groups, w.scratch)
    self_help.save_and_lend(
        w.firms, w.groups, w.ledger, w.scratch, linkage, literacy, w.p.households.subsistence, 0.12, t, w.p.self_help
    )


@entry
def start_groups(w: World, most: float, left: float) -> float:
    """Groups are formed."""
    spent: float = self_help.form_self_help(
        w.firms, w.ties, w.groups, w.scratch, most, 1.0, 2.0, left, w.key, 5, w.p.self_help
    )
    return spent


@entry
def end_groups(w: World) -> None:
    """Funds of groups that are no more."""
    self_help.close_funds(w.firms, w.groups, w.ledger)


def group_of_three() -> World:
    """Firms 0 to 2 save a dollar a month; 1 is bound, 2 is the poorest."""
    world = cluster()
    firms, groups = world.firms, world.groups
    groups.alive[1], groups.kind[1], groups.saving[1], groups.founded[1], groups.size[1] = 1, SELF_HELP, 1.0, 0, 3
    firms.group[:3, 1] = 1
    world.ledger.balance[:] = 0.0
    world.ledger.balance[FIRST_FIRM : FIRST_FIRM + 3] = 10.0
    firms.income_year[:3] = [30.0, 25.0, 20.0]
    firms.bound[1], firms.advanced[1] = 1, 50.0
    return world


def test_members_save_and_the_bound_borrow_before_the_poorest() -> None:
    world = group_of_three()
    firms, groups = world.firms, world.groups
    groups.fund[1] = world.ledger.balance[books.GROUPS] = 97.0
    live_group(world, 0.0, 1.0, 1)
    assert groups.saved[1] == 3.0
    assert firms.micro[:3].tolist() == [0.0, 60.0, 0.0]
    assert groups.fund[1] == pytest.approx(40.0)
    assert world.ledger.balance[books.GROUPS] == pytest.approx(40.0)
    assert firms.recognised[:4] == pytest.approx([0.03, 0.03, 0.03, 0.0])
    assert groups.success[1] == 1
    groups.fund[1] = world.ledger.balance[books.GROUPS] = 57.0
    live_group(world, 0.0, 0.0, 2)
    assert firms.micro[:3] == pytest.approx([0.0, 55.0, 60.0])


def test_the_bank_lends_against_savings_and_the_fund_is_liable() -> None:
    world = group_of_three()
    firms, groups, ledger = world.firms, world.groups, world.ledger
    groups.saved[1] = 17.0
    live_group(world, 4.0, 0.0, 5)  # too young
    assert groups.owed[1] == 0.0
    live_group(world, 4.0, 0.0, 6)
    assert groups.owed[1] == pytest.approx(4.0 * 23.0)
    assert firms.micro[1] == 60.0
    ledger.balance[FIRST_FIRM : FIRST_FIRM + 3] = 0.0  # nobody can pay: the fund does
    fund = float(groups.fund[1])
    live_group(world, 4.0, 0.0, 7)
    assert groups.fund[1] == pytest.approx(fund - 92.0 * 0.01 - 92.0 / 24)
    assert groups.owed[1] == pytest.approx(92.0 - 92.0 / 24)
    assert firms.micro_late[1] == 1
    for t in (8, 9, 10):
        live_group(world, 0.0, 0.0, t)
    assert firms.micro[1] == 0.0
    assert firms.standing[1] < 1.0


def test_a_group_that_ends_pays_the_bank_first_and_the_rest_goes_home() -> None:
    world = group_of_three()
    firms, groups, ledger = world.firms, world.groups, world.ledger
    groups.fund[1] = ledger.balance[books.GROUPS] = 100.0
    groups.owed[1], firms.micro[2] = 30.0, 40.0
    end_groups(world)
    assert firms.micro[2] == 40.0  # alive: nothing ends
    groups.alive[1] = 0
    end_groups(world)
    assert paid(world) == [(books.PRINCIPAL, books.GROUPS, books.BANKS, 30.0),
                           (books.SAVINGS_BACK, books.GROUPS, books.HOUSEHOLDS, 70.0)]  # fmt: skip
    assert firms.micro[2] == 0.0
    assert ledger.balance[books.GROUPS] == 0.0


def test_groups_are_of_small_firms_and_take_days() -> None:
    world = cluster(cluster__firms=200, cluster__mean_workers=5.0, self_help__willing=1.0)
    assert start_groups(world, 3.0, 2.5) == 2.0
    firms, groups = world.firms, world.groups
    inside = firms.group[:, 1] >= 0
    assert inside.any()
    assert (firms.workers[inside] <= world.p.self_help.largest).all()
    found = np.flatnonzero(groups.saving > 0)
    assert (groups.kind[found] == SELF_HELP).all()
    assert ((groups.size[found] >= 5) & (groups.size[found] <= 12)).all()
    assert groups.size[found].tolist() == np.bincount(firms.group[inside, 1])[found].tolist()
