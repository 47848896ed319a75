"""The market for services: what is felt, who enters, what it costs, who is paid; small worlds with known answers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from clustersim import ledger as books
from clustersim.agents import NEVER
from clustersim.errors import InputError, InputWarning
from clustersim.parameters.values import SERVICES
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import Run, live, new_world, plan_of, run

TESTING, PACKAGING, DESIGN, WEB, SOFTWARE = range(len(SERVICES))
READY = {"services.felt": 1.0, "services.relief": 0.0, "services.unproven": 1.0}


def small(values: dict[str, Any] | None = None, **plan: Any) -> Scenario:
    """Sixty firms that trust each other, with working groups, four years of programme, and this plan added."""
    base = load_scenario("stagnant").with_values({
        "cluster.firms": 60, "cluster.networks": 4, "cluster.association_members": 30, "cluster.initial_trust": 0.5,
        "run.months": 60, "run.burn_in": 3, "turnover.patience": 120, **(values or {}),
    })  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return base.with_values({f"interventions.{name}": table for name, table in plan.items()})


def pilot(**how: Any) -> dict[str, Any]:
    return {"kind": "pilot_service", "date": "2000-06", "window": 24, **how}


def paid(done: Run, purpose: int, payer: int) -> float:
    return float(done.world.ledger.flow[:, purpose, payer].sum())


def test_with_default_needs_nobody_makes_a_service_fit() -> None:
    bds = run(small(), seed=3).world.bds
    assert bds.active.sum() == 0
    assert bds.sold.sum() == bds.helped.sum() == bds.orders.sum() == 0


def test_where_needs_and_worth_are_known_the_market_opens_by_itself() -> None:
    bds = run(small({**READY, "cluster.firms": 200}), seed=3).world.bds
    assert (bds.active > 0).sum() >= 3
    assert bds.sold.sum() > 50


def test_articulation_moves_felt_needs_only_as_far_as_the_broker_is_trusted() -> None:
    needs = {"kind": "demand_articulation", "start": "2000-06", "end": "2000-09"}
    found = {}
    for effect in (0.0, 0.3):
        plain, asked = (run(small({"broker.visit_effect": effect}, **plan), seed=5).world.firms
                        for plan in ({}, {"needs": needs}))  # fmt: skip
        found[effect] = (plain.relief - asked.relief).mean(), (asked.wants - plain.wants).mean()
        assert np.array_equal(plain.known, asked.known), "talk of needs proves nothing"
    assert found[0.0] == (0.0, 0.0)
    assert min(found[0.3]) > 0.1


def test_articulation_takes_the_brokers_days_and_no_money() -> None:
    needs = {"kind": "demand_articulation", "start": "2000-06", "end": "2000-09", "days": 12.0}
    plain, busy = run(small(), seed=5), run(small(needs=needs), seed=5)
    assert paid(plain, books.BROKER, books.PROGRAMME) == paid(busy, books.BROKER, books.PROGRAMME)
    assert busy.world.brokers.met[0] < plain.world.brokers.met[0], "meetings of the usual kind give way"


def test_a_pilot_with_a_provider_is_paid_by_shares_and_held_to_the_cap() -> None:
    shares = {"participants": 0.1, "programme": 0.6, "institutions": 0.2}
    done = run(small(READY, trial=pilot(shares=shares, service="design", mark_up=0.2, months=600)), seed=2)
    world, cost, development = done.world, 70.0, 4000.0
    assert world.plan.supports.done[0] > 0
    parts = {books.FIRST_FIRM: 0.1, books.PROGRAMME: 0.6, books.INSTITUTIONS: 0.2, books.UNRECORDED: 0.1}
    for payer, share in parts.items():
        assert paid(done, books.DEVELOPMENT, payer) == pytest.approx(share * development)
    [bound] = np.flatnonzero(world.providers.capped > world.burn_in)
    assert world.providers.price[bound] <= 1.2 * cost * (1 + 1e-12)
    free = run(small(READY | {"services.contract": 0.0, "services.catalogue.design.able": 1},
                     trial=pilot(shares=shares, service="design", mark_up=0.2, months=600)), seed=2).world  # fmt: skip
    assert free.providers.price[free.bds.best[DESIGN]] > 1.5 * cost, "a contract that is not kept binds nobody"


def test_what_is_made_for_one_firm_alone_nobody_else_can_buy() -> None:
    world = run(small(trial=pilot(to="one firm", agreed=False, shared=False)), seed=2).world
    assert world.plan.supports.done[0] > 0
    assert world.bds.active[TESTING] == 0
    assert (world.firms.used[:, TESTING] > NEVER).sum() == 1


def test_an_imposed_gain_that_is_kept_is_resented_and_a_shared_one_teaches() -> None:
    def at(how: dict[str, Any]) -> Any:
        world = new_world(small(trial=pilot(window=1, **how)), seed=2)
        live(world, 0, world.burn_in + 6)
        return world.firms

    kept = at({"to": "one firm", "agreed": False, "shared": False})
    shown = at({"agreed": True, "shared": True})
    plain = at({"service": "web", "agreed": True, "shared": True})
    assert kept.grievance.max() > 0.2
    assert shown.grievance.max() == 0.0
    assert shown.known[:, TESTING].sum() > plain.known[:, TESTING].sum() + 1.0


def test_vouchers_pay_their_share_and_no_more_than_were_issued() -> None:
    table = {"kind": "voucher", "start": "2000-06", "end": "2001-05", "number": 7, "service": "packaging"}
    values = READY | {"services.power": 0.0, "services.catalogue.packaging.development": 0.0}
    done = run(small(values, vouchers=table), seed=4)
    supports = done.world.plan.supports
    assert supports.used.sum() == done.world.bds.helped[PACKAGING] == 7
    spent = paid(done, books.VOUCHER, books.PROGRAMME)
    assert spent == pytest.approx(7 * 0.6 * 44.0), "six tenths of the lowest price, seven times"


def test_a_price_paid_with_help_is_remembered_less_if_the_end_was_announced() -> None:
    table = {"kind": "voucher", "start": "2000-02", "end": "2003-12", "number": 1000, "service": "packaging"}
    values = READY | {"services.power": 0.0, "services.catalogue.packaging.development": 0.0}
    paid_prices = []
    for announced in (True, False):
        scenario = small(values | {"programme.announced_exit": announced}, vouchers=table)
        world = new_world(scenario, seed=4)
        live(world, 0, world.burn_in + 12)
        used_to = world.firms.paid[:, PACKAGING]
        paid_prices.append(used_to[used_to > 0.0].mean())
    assert paid_prices[0] > paid_prices[1]


def test_information_alone_opens_eyes_and_sells_nothing() -> None:
    table = {"kind": "information_point", "start": "2000-01", "end": "2003-12", "cost": 100.0}
    plain, informed = run(small(), seed=6), run(small(point=table), seed=6)
    assert informed.world.firms.relief.mean() < plain.world.firms.relief.mean() - 0.1
    assert informed.world.bds.users.sum() == 0
    total = sum(paid(informed, books.POINT, payer) for payer in range(books.FIRST_FIRM + 1))
    assert total == pytest.approx(48 * 100.0)
    assert paid(informed, books.POINT, books.INSTITUTIONS) == pytest.approx(48 * 20.0)


def test_more_rivals_ask_less_and_a_rival_pays_less_to_copy() -> None:
    marks = []
    for able in (1, 8):
        values = READY | {"services.catalogue.design.able": able, "cluster.firms": 200, "services.joint": 1}
        bds_world = run(small(values), seed=3).world
        best = bds_world.bds.best[DESIGN]
        marks.append(bds_world.providers.price[best])
    assert marks[1] < 0.8 * marks[0]


def test_joint_buyers_pay_less_than_the_list() -> None:
    tutors = {"kind": "training", "mode": "individual", "topic": "it", "trainees": 4, "start": "2000-02",
              "end": "2003-12"}  # fmt: skip
    bds = run(small(READY, trial=pilot(service="software", mark_up=10.0, months=0), tutors=tutors), seed=1).world.bds
    assert bds.orders.sum() > 0
    assert bds.buyers.sum() >= 3 * bds.orders.sum()
    assert (bds.revenue <= bds.listed * (1 + 1e-12)).all()
    assert bds.revenue.sum() < 0.95 * bds.listed.sum()


def test_tutors_teach_their_group_and_the_course_is_paid_by_shares() -> None:
    course = {"kind": "training", "mode": "individual", "trainees": 3, "start": "2000-02", "end": "2002-12"}
    gone = {"interventions.training": {"kind": "none"}}
    taught, silent = (run(small(gone | {"services.teaching": rate}, course=course), seed=2) for rate in (0.2, 0.0))
    rest = taught.world.firms.tutor == 0
    assert taught.world.firms.skill[rest].sum() > silent.world.firms.skill[rest].sum() + 0.05
    held = (silent.world.plan.supports.done >= 0).sum()
    assert paid(silent, books.TRAINING, books.PROGRAMME) == pytest.approx(0.6 * 60.0 * 3 * held)


def test_a_tapered_voucher_falls_batch_by_batch() -> None:
    taper = {"shape": "linear", "from_share": 0.8, "to_share": 0.2}
    table = {"kind": "voucher", "start": "2000-01", "end": "2003-12", "every": 12, "taper": taper}
    programme = plan_of(small(vouchers=table)).supports.programme
    assert len(programme) == 4
    assert programme[0] == pytest.approx(0.8)
    assert (np.diff(programme) < 0).all()


@pytest.mark.parametrize(("table", "words"), [
    ({"kind": "pilot_service", "date": "2000-06", "to": "everybody"}, "provider"),
    ({"kind": "pilot_service", "date": "2000-06", "service": "testng"}, "testing"),
    ({"kind": "voucher", "start": "2001-01", "end": "2000-01"}, "ends before it starts"),
    ({"kind": "voucher", "start": "2000-01", "end": "2001-01",
      "shares": {"participants": 0.9, "programme": 0.9}}, "add up"),
    ({"kind": "training", "start": "2000-01", "end": "2001-01", "mode": "all"}, "individual"),
    ({"kind": "information_point", "start": "2000-01", "end": "2001-01", "cost": -1.0}, "cost"),
])  # fmt: skip
def test_mistakes_are_refused(table: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        small(wrong=table)
