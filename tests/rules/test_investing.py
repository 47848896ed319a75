"""Co-financed investments by hand: who can take part, who pays, what it gives."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.rules.investing import co_finance
from clustersim.scenario import Scenario
from clustersim.simulation import new_world

COST, OWN = 600.0, 240.0
SHARES = {"participants": 0.4, "programme": 0.3, "institutions": 0.2}  # .1 is unrecorded
START = "1997-01"


@entry
def consider(w: World, t: int) -> None:
    """Firms consider what is offered this month."""
    p = w.p
    co_finance(w.firms, w.market, w.ledger, w.plan.grants, p.households.subsistence, w.key, t, p.investment)


def cluster(kind: str, **fields: Any) -> World:
    offer = {"kind": kind, "start": START, "end": "1998-12", "cost": COST, "shares": SHARES, "places": 50}
    values: dict[str, Any] = {
        "cluster.firms": 12, "cluster.association_members": 0, "cluster.networks": 0, "run.months": 24,
        "run.burn_in": 0, "turnover.spare": 0.0, "investment.interest": 1.0, "cluster.segments": [1.0],
        "interventions.it": offer | fields,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the shares do not add up to one, on purpose
        world = new_world(Scenario().with_values(values))
    world.firms.income_year[:] = 1000.0
    world.firms.quality[:] = 0.5
    world.market.quality[:], world.market.weight[:] = 0.4 * 7.0, 7.0  # a sum, as it stands after the month's sales
    world.ledger.balance[FIRST_FIRM:] = 5000.0
    return world


def took(world: World) -> list[int]:
    return [int(i) for i in np.flatnonzero(world.ledger.balance[FIRST_FIRM:] < 5000.0)]


def test_only_a_margin_above_subsistence_that_carries_the_own_share_lets_a_firm_take_part() -> None:
    world = cluster("technology_upgrading")
    p = world.p
    enough = p.households.subsistence + OWN / p.investment.payback
    world.firms.income_year[:] = 0.0
    world.firms.income_year[[3, 4, 5]] = (enough + 1e-6, enough - 1e-6, 1000.0)
    world.ledger.balance[FIRST_FIRM + 5] = OWN - 0.01
    consider(world, 0)
    assert world.plan.grants.taken[0] == 1
    assert world.ledger.balance[FIRST_FIRM + 3] == 5000.0 - OWN


def test_everybody_pays_the_share_that_is_theirs() -> None:
    world = cluster("technology_upgrading", places=3)
    consider(world, 0)
    assert len(took(world)) == 3
    assert (world.ledger.balance[FIRST_FIRM:][took(world)] == 5000.0 - OWN).all()
    assert world.ledger.balance[books.PROGRAMME] == pytest.approx(-3 * 0.3 * COST)
    assert world.ledger.balance[books.INSTITUTIONS] == pytest.approx(-3 * 0.2 * COST)
    assert world.ledger.balance[books.UNRECORDED] == pytest.approx(-3 * 0.1 * COST)
    assert world.ledger.balance[books.WORLD] == pytest.approx(3 * COST)
    consider(world, 1)  # the places of this round are gone
    assert len(took(world)) == 3
    consider(world, 12)  # a new round, for others than those whose equipment is new
    assert len(took(world)) == 6


def test_what_new_equipment_gives() -> None:
    world = cluster("technology_upgrading", places=4)
    consider(world, 0)
    p = world.p.investment
    for i in range(12):
        new = i in took(world)
        assert world.firms.process[i] == (p.saving if new else 0.0)
        assert world.firms.quality[i] == pytest.approx(0.5 + p.quality * 0.5 if new else 0.5)
        assert world.firms.certified[i] == 0
        assert world.firms.served[i] == int(new)


def test_who_has_nothing_to_show_takes_no_certificate() -> None:
    world = cluster("certification", term=30)
    world.firms.quality[:6] = 0.39
    consider(world, 0)
    assert took(world) == [6, 7, 8, 9, 10, 11]
    assert world.firms.certified.tolist() == [0] * 6 + [30] * 6
    assert (world.firms.process == 0.0).all()
    assert (world.firms.quality[6:] == 0.5).all()
    consider(world, 1)  # a certificate that holds is not bought again
    assert (world.ledger.balance[FIRST_FIRM + 6 :] == 5000.0 - OWN).all()


def test_an_offer_to_members_is_for_members() -> None:
    world = cluster("certification", audience="members")
    world.firms.group[[2, 3], [0, 1]] = 0
    consider(world, 0)
    assert took(world) == [2, 3]


def test_before_and_after_its_months_nothing_is_offered() -> None:
    world = cluster("certification", start="1997-03", end="1997-06")
    for t in (0, 1, 6, 7):
        consider(world, t)
    assert took(world) == []
    consider(world, 5)
    assert took(world) != []
