"""Joint activities that have to be offered first, help to single firms, shocks of market and groups: the calendars."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputError, InputWarning
from clustersim.interventions.mse_cdp import bill_of
from clustersim.levers import OPEN_END, TABLES, Plan
from clustersim.parameters.values import COMMON, EXPORT, FAIR, KINDS, NATIONAL
from clustersim.planning import calendar_of, plan_of
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import Run, run

FIRST = 36  # months of burn-in of the stagnant cluster, before January 2000
SHOCKS = ("import_liberalisation", "lead_firm_leaves", "group_fraud")
SMALL = {"cluster.firms": 60, "run.months": 60, "run.burn_in": 6, "cluster.initial_trust": 0.6, "cluster.networks": 2}
ALL_PAID = {"participants": 0.1, "programme": 0.9}


def stagnant(**tables: dict[str, Any]) -> Scenario:
    values = {f"{'shocks' if t['kind'] in SHOCKS else 'interventions'}.{name}": t for name, t in tables.items()}
    return load_scenario("stagnant").with_values(values)


def differing(plan: Plan) -> set[str]:
    """The levers in which a plan differs from that of the stagnant cluster."""
    usual = plan_of(load_scenario("stagnant"))
    plain = [name for name in Plan._fields if name not in TABLES]
    return {name for name in plain if not np.array_equal(getattr(plan, name), getattr(usual, name))}


def happened(done: Run) -> np.ndarray:
    """How many activities of each kind happened."""
    log, rows = done.world.log, int(done.world.log.count[0])
    return np.bincount(log.kind[:rows][log.happened[:rows] == 1], minlength=len(KINDS))


# ---------------------------------------------------------------- kinds that have to be offered first

OFFERED = {
    "study_tour": "tour", "cluster_to_cluster": "exchange", "catalogue": "catalogue", "common_facility": "facility",
}  # fmt: skip


@pytest.mark.parametrize("kind", OFFERED)
def test_what_is_offered_and_from_when_it_is_known(kind: str) -> None:
    plan = plan_of(stagnant(it={"kind": kind, "start": "2001-03", "end": "2003-02", "audience": "network"}))
    code = KINDS.index(OFFERED[kind])
    mine = plan.offers.kind == code
    assert mine.sum() == (1 if kind == "common_facility" else 2)
    assert plan.offers.first[mine][0] == FIRST + 14
    assert (plan.offers.audience[mine] == 1).all()
    assert plan.offers.known.tolist() == [0] * COMMON + [
        FIRST + 14 if k == code else OPEN_END for k in range(COMMON, len(KINDS))
    ]
    assert differing(plan) == set()


def test_no_group_does_what_nobody_has_heard_of() -> None:
    usual = happened(run(stagnant().with_values(SMALL), seed=2))
    assert usual[:COMMON].sum() > 0
    assert usual[COMMON:].sum() == 0


def test_a_group_goes_on_by_itself_with_what_was_once_offered() -> None:
    tour = {"kind": "study_tour", "start": "2000-01", "end": "2000-02", "shares": ALL_PAID}
    done = run(stagnant(tour=tour).with_values({**SMALL, "activities.tour.gain": 1e4}), seed=2)
    log, rows = done.world.log, int(done.world.log.count[0])
    mine = log.kind[:rows] == KINDS.index("tour")
    assert (log.month[:rows][mine] > 6 + 12).any()
    assert not (log.month[:rows][mine] < 6).any()


def test_an_offer_that_lapsed_before_the_run_is_not_known() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        old = stagnant(tour={"kind": "study_tour", "start": "1950-01", "end": "1950-12"})
    assert (plan_of(old).offers.known[COMMON:] == OPEN_END).all()
    small = SMALL | {"run.months": 24}
    assert run(old.with_values(small), seed=1).measures.tobytes() == run(
        stagnant().with_values(small), seed=1
    ).measures.tobytes()


def test_a_facility_serves_all_from_its_offer_on_if_it_is_for_all() -> None:
    table = {"kind": "common_facility", "start": "2001-03", "end": "2003-02", "access": "all"}
    plan = plan_of(stagnant(it=table))
    assert differing(plan) == {"facility_for_all"}
    assert not plan.facility_for_all[: FIRST + 14].any()
    assert (plan.facility_for_all[FIRST + 14 :] == 1.0).all()


def test_a_facility_may_fail_in_a_run() -> None:
    table = {"kind": "common_facility", "start": "2000-02", "end": "2003-12", "shares": ALL_PAID}
    values = SMALL | {"activities.facility.gain": 6000.0}
    dear, cheap = (
        run(stagnant(it=table).with_values(values | {"facility.running": running}), seed=2) for running in (1000.0, 1.0)
    )
    for done, stands in ((dear, False), (cheap, True)):
        assert happened(done)[KINDS.index("facility")] >= 1
        assert (done.world.groups.facility >= 0).any() == stands
        fees = done.ledger.query("purpose == 'facility fee'")
        assert len(fees) > (30 if stands else 1)
        groups = done.world.groups.till.sum()
        assert done.world.ledger.balance[9] == pytest.approx(groups, abs=1e-6)
    assert len(dear.ledger.query("purpose == 'facility fee'")) < 12 * happened(dear)[KINDS.index("facility")]


# ---------------------------------------------------------------- fairs abroad


def fairs(reach: str) -> dict[str, Any]:
    return {"kind": "joint_fair", "events": [{"date": "2000-06", "reach": reach, "shares": ALL_PAID}]}


def test_a_fair_is_domestic_unless_it_says_otherwise() -> None:
    plain = {"kind": "joint_fair", "events": [{"date": "2000-06", "shares": ALL_PAID}]}
    one, two = (plan_of(stagnant(more=table)).offers for table in (plain, fairs("domestic")))
    assert one.kind.tobytes() == two.kind.tobytes()
    abroad = plan_of(stagnant(more=fairs("international"))).offers
    assert (abroad.kind == FAIR).sum() == (one.kind == FAIR).sum() - 1
    assert (abroad.kind == KINDS.index("expo")).sum() == 1
    activities = Scenario().activities
    assert activities.expo.per_head > activities.fair.per_head


@pytest.mark.parametrize(("reach", "channel"), [("domestic", NATIONAL), ("international", EXPORT)])
def test_a_fair_opens_the_channel_of_the_buyers_who_come(reach: str, channel: int) -> None:
    only = {"interventions.fairs": {"kind": "none"}, "market.reach_loss": 0.0, "run.months": 7}
    base = stagnant().with_values(SMALL | only)
    gone = run(base, seed=2).world.firms.reach
    done = run(base.with_values({"interventions.more": fairs(reach)}), seed=2)
    purpose = "fair" if channel == NATIONAL else "expo"
    assert purpose in set(done.ledger.purpose)
    opened = (done.world.firms.reach - gone).sum(axis=0)
    assert opened[channel] > 0.05
    other = EXPORT if channel == NATIONAL else NATIONAL
    assert abs(opened[other]) < 0.2 * opened[channel]


def test_an_unknown_reach_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(InputError, match="one of domestic, international"):
        stagnant(more=fairs("global"))


# ---------------------------------------------------------------- brand, grants and the funding rule


def test_inspections_stand_in_the_calendar_at_their_shares() -> None:
    taper = {"shape": "linear", "from_share": 0.6, "to_share": 0.0}
    table = {"kind": "brand_policing", "start": "2001-01", "end": "2002-01", "every": 6, "cost": 20.0, "taper": taper}
    plan = plan_of(stagnant(it=table))
    assert differing(plan) == {"policing", "policing_shares"}
    months = [FIRST + 12, FIRST + 18, FIRST + 24]
    assert np.flatnonzero(plan.policing).tolist() == months
    assert (plan.policing[months] == 20.0).all()
    assert plan.policing_shares[months, 1].tolist() == [0.6, 0.3, 0.0]
    assert plan.policing_shares[months].sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize(("kind", "code", "term"), [("technology_upgrading", 0, 0), ("certification", 1, 36)])
def test_rounds_of_grants_stand_until_the_next_and_may_taper(kind: str, code: int, term: int) -> None:
    taper = {"shape": "steps", "from_share": 0.8, "to_share": 0.4, "steps": 3}
    table = {"kind": kind, "start": "2001-01", "end": "2003-12", "places": 7, "cost": 500.0, "taper": taper}
    grants = plan_of(stagnant(it=table)).grants
    assert grants.kind.tolist() == [code] * 3
    assert grants.first.tolist() == [FIRST + 12, FIRST + 24, FIRST + 36]
    assert grants.last.tolist() == [FIRST + 23, FIRST + 35, FIRST + 47]
    assert grants.programme.tolist() == [0.8, 0.6, 0.4]
    assert grants.participants == pytest.approx([0.2, 0.4, 0.6])
    assert (grants.places == 7).all()
    assert (grants.cost == 500.0).all()
    assert (grants.term == term).all()


def test_certificates_pay_those_who_have_them() -> None:
    """The finding of a hand-made trial: certificates of single firms work, whatever the others do."""
    table = {"kind": "certification", "start": "2000-01", "end": "2000-12", "places": 30, "shares": ALL_PAID}
    values = SMALL | {"run.months": 30, "investment.interest": 0.5, "market.wear": 0.0}
    gains = []
    for seed in range(4):
        base = stagnant().with_values(values)
        usual = run(base, seed=seed)
        done = run(base.with_values({"interventions.it": table | {"term": 60}}), seed=seed)
        certified = (done.world.firms.certified > 0) & (usual.world.firms.cohort == 1)
        assert certified.sum() > 5
        gains.append(float((done.world.firms.use - usual.world.firms.use)[certified].mean()))
    assert np.mean(gains) > 0.0


def test_hard_interventions_are_billed_and_held_to_their_cap_and_grant() -> None:
    facility = {"kind": "common_facility", "start": "2001-01", "end": "2002-12", "seats": 40}
    scenario = stagnant(centre=facility, tools={"kind": "technology_upgrading", "start": "2001-01", "end": "2002-12"})
    calendar, values = calendar_of(scenario), scenario.to_values()
    centre = bill_of([scenario.interventions["centre"]], calendar, values)
    assert centre.total == 12000.0 + 40 * 50.0
    assert centre.programme == pytest.approx(0.6 * 14000.0)
    tools = bill_of([scenario.interventions["tools"]], calendar, values)
    assert tools == (2 * 10 * 600.0, 0.5 * 2 * 10 * 600.0)
    rule = {"kind": "mse_cdp", "hard_interventions": ["centre"]}
    scenario.with_values({"interventions.rule": rule})
    with pytest.raises(InputError, match="above the grant"):
        scenario.with_values({"interventions.rule": rule | {"hard_grant": 0.5}})
    with pytest.raises(InputError, match="above the cap"):
        scenario.with_values({"interventions.rule": rule | {"hard_cap": 6.0}})


def test_rounds_after_the_programme_are_warned_of() -> None:
    text = "[programme]\nstart = '1997-01'\nend = '1999-12'\n"
    text += "[interventions.x]\nkind = 'certification'\nstart = '1999-06'\nend = '2000-12'\n"
    from clustersim.scenario import parse_scenario

    with pytest.warns(InputWarning, match=r"x\.toml:4: interventions\.x: is still .*1999-12: in 2000-06"):
        parse_scenario(text, "x.toml")


# ---------------------------------------------------------------- shocks


def test_imports_become_cheaper_step_by_step_and_channel_by_channel() -> None:
    table = {"kind": "import_liberalisation", "date": "2001-01", "local": 0.2, "national": 0.1, "phase_in": 4}
    table |= {"lasts": 6}
    plan = plan_of(stagnant(it=table))
    assert differing(plan) == {"imports"}
    steps = np.array([0.0, 0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.0])
    assert plan.imports[FIRST + 11 : FIRST + 19] == pytest.approx(np.outer(steps, [0.2, 0.1, 0.0]))


def test_cheaper_imports_take_buyers_prices_and_income() -> None:
    values = SMALL | {"run.months": 40}
    usual = run(stagnant().with_values(values), seed=1)
    table = {"kind": "import_liberalisation", "date": "2001-01"}
    opened = run(stagnant(it=table).with_values(values), seed=1)
    assert opened.monthly[:12].equals(usual.monthly[:12])
    assert opened.monthly["price"][24:36].mean() < usual.monthly["price"][24:36].mean()
    assert opened.monthly["income"][24:36].mean() < 0.95 * usual.monthly["income"][24:36].mean()
    none = stagnant(it=table | {"local": 0.0, "national": 0.0}).with_values(values)
    assert run(none, seed=1).measures.tobytes() == usual.measures.tobytes()


def test_shocks_of_groups_have_their_month_and_their_code() -> None:
    for who, code in (("exporter", 1.0), ("connected", 2.0)):
        plan = plan_of(stagnant(it={"kind": "lead_firm_leaves", "date": "2001-01", "who": who, "gain": 0.3}))
        assert differing(plan) == {"departure", "departure_reach"}
        assert np.flatnonzero(plan.departure).tolist() == [FIRST + 12]
        assert plan.departure[FIRST + 12] == code
        assert plan.departure_reach[FIRST + 12] == 0.3
    for audience, code in (("any", 1.0), ("association", 2.0), ("network", 3.0)):
        plan = plan_of(stagnant(it={"kind": "group_fraud", "date": "2001-01", "audience": audience, "deposit": 7.0}))
        assert differing(plan) == {"fraud", "fraud_deposit"}
        assert plan.fraud[FIRST + 12] == code
        assert plan.fraud_deposit[FIRST + 12] == 7.0


def test_who_has_left_for_a_global_buyer_takes_part_in_nothing_any_more() -> None:
    done = run(stagnant(it={"kind": "lead_firm_leaves", "date": "2000-06"}).with_values(SMALL), seed=2)
    firms = done.world.firms
    (gone,) = np.flatnonzero(firms.departed)
    assert (firms.group[gone] == -1).all()
    assert firms.acted[gone] <= 6 + 5
    assert firms.alive[gone] == 1


def test_the_last_of_several_rounds_ends_with_the_series_and_those_before_the_run_are_left_out() -> None:
    tours = stagnant(x={"kind": "study_tour", "start": "2000-01", "end": "2000-08", "every": 6})
    rounds = plan_of(tours).offers
    mine = rounds.kind == KINDS.index("tour")
    assert list(zip(rounds.first[mine], rounds.last[mine], strict=True)) == [(36, 41), (42, 43)]
    early = stagnant(x={"kind": "brand_policing", "start": "1996-11", "end": "1997-05", "every": 3})
    assert list(np.flatnonzero(plan_of(early).policing)) == [1, 4]
    desk = stagnant(x={"kind": "information_point", "start": "1996-11", "end": "1997-02", "cost": 100.0})
    assert list(np.flatnonzero(plan_of(desk).point)) == [0, 1]
