"""Middlemen and those they bind, by hand."""

from __future__ import annotations

import pytest

from clustersim import ledger as books
from clustersim.compile import entry
from clustersim.ledger import FIRST_FIRM
from clustersim.month import World
from clustersim.rules import middlemen
from clustersim.rules.market import trade
from clustersim.scenario import Scenario
from clustersim.simulation import run
from tests.rules.by_hand import cluster, paid


@entry
def margin(w: World, i: int, revenue: float) -> float:
    """What the middleman keeps."""
    kept: float = middlemen.margin_of(w.firms, i, revenue, w.p.middlemen)
    return kept


@entry
def settle(w: World, t: int) -> None:
    """Advances are repaid and given."""
    middlemen.settle_advances(w.firms, w.ledger, w.p.households.subsistence, w.key, t, w.p.middlemen)


@entry
def sell(w: World) -> None:
    """A month of trade."""
    trade(w.firms, w.market, w.ledger, 1.0, w.p.market, w.p.households, w.p.credit, w.p.middlemen,
          w.p.investment.ageing)  # fmt: skip


def bound_weavers() -> World:
    world = cluster(middlemen__share=1.0, middlemen__offer=1.0, cluster__mean_workers=2.0, cluster__size_spread=0.0)
    assert (world.firms.bound == 1).all()
    return world


def test_a_bound_firm_gets_less_by_the_cut_and_the_hidden_interest() -> None:
    world = bound_weavers()
    assert margin(world, 0, 100.0) == pytest.approx(0.08 * 100.0 + 0.02 * 50.0)
    assert margin(world, 0, 0.5) == pytest.approx(0.5)  # never more than there is
    world.firms.bound[0] = 0
    assert margin(world, 0, 100.0) == 0.0


def test_a_middleman_has_no_part_in_orders_from_fairs() -> None:
    world = bound_weavers()
    firms, market, ledger = world.firms, world.market, world.ledger
    firms.orders[0], ledger.balance[FIRST_FIRM:] = 30.0, 500.0
    market.attraction[:], market.pull[:], market.elsewhere[:], market.size[:] = 1.0, 12.0, 1.0, 200.0
    sell(world)
    p, ordinary = world.p.market, firms.output[0] - 30.0
    assert ordinary > 30.0
    kept = 0.08 * ordinary * 1.0 + 0.02 * 50.0
    assert firms.margin[0] == pytest.approx(kept)
    amounts = {(purpose, payer, payee): amount for purpose, payer, payee, amount in paid(world)}
    assert amounts[books.MARGIN, FIRST_FIRM, books.MIDDLEMEN] == pytest.approx(kept)
    sales = ordinary * 1.0 + 30.0 * p.order_price
    assert amounts[books.SALES, books.WORLD, FIRST_FIRM] == pytest.approx(sales)


def test_a_loan_frees_and_hunger_binds() -> None:
    world = bound_weavers()
    firms, ledger = world.firms, world.ledger
    ledger.balance[FIRST_FIRM:] = 60.0
    firms.micro[0], firms.debt[1] = 60.0, 60.0
    ledger.balance[FIRST_FIRM + 2] = 50.0 + 4.0 * 45.0  # enough of its own
    firms.bound[3], firms.advanced[3], ledger.balance[FIRST_FIRM + 3] = 0, 0.0, 10.0
    firms.bound[4], firms.advanced[4], ledger.balance[FIRST_FIRM + 4] = 0, 0.0, 30.0
    settle(world, 1)
    assert firms.bound[:5].tolist() == [0, 0, 0, 1, 0]
    assert firms.advanced[:5].tolist() == [0.0, 0.0, 0.0, 50.0, 0.0]
    assert (firms.bound[5:] == 1).all()
    repaid = [(books.ADVANCE_REPAID, FIRST_FIRM + i, books.MIDDLEMEN, 50.0) for i in range(3)]
    assert paid(world) == [*repaid, (books.ADVANCE, books.MIDDLEMEN, FIRST_FIRM + 3, 50.0)]


def test_without_middlemen_nobody_is_bound() -> None:
    done = run(Scenario().with_values({"cluster.firms": 30, "run.months": 12}), seed=1)
    assert not done.world.firms.bound.any()
    assert not (done.flows["payee"] == books.MIDDLEMEN).any()
