"""The kinds that move the broker's days and demand, and that kinds which are not used change no result."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputWarning
from clustersim.levers import Plan
from clustersim.scenario import Scenario, load_scenario, parse_scenario, shipped
from clustersim.simulation import plan_of, run

FIRST = 36  # months of burn-in of the stagnant cluster, before January 2000
LAST = FIRST + 48  # the month after its programme


def stagnant(**tables: dict[str, Any]) -> Scenario:
    values = {f"{'shocks' if t['kind'] in SHOCKS else 'interventions'}.{name}": t for name, t in tables.items()}
    return load_scenario("stagnant").with_values(values)


SHOCKS = ("demand_shock", "broker_withdrawn")


def differing(plan: Plan, usual: Plan) -> set[str]:
    """The levers in which two plans differ."""
    return {
        name
        for name in Plan._fields
        if name not in ("offers", "gates") and not np.array_equal(getattr(plan, name), getattr(usual, name))
    }


@pytest.fixture(scope="module")
def usual() -> Plan:
    return plan_of(load_scenario("stagnant"))


def test_the_broker_leaves_by_degrees(usual: Plan) -> None:
    plan = plan_of(stagnant(leaving={"kind": "broker_days", "start": "2002-12", "end": "2003-12"}))
    assert differing(plan, usual) == {"days"}
    assert plan.days[FIRST : FIRST + 36].tolist() == [12.0] * 36
    assert plan.days[FIRST + 36 : LAST] == pytest.approx([12.0 * (1 - k / 12) for k in range(1, 13)])
    assert not plan.days[LAST:].any()


def test_a_taper_of_days_begins_with_all_of_them_whatever_its_shape() -> None:
    leaving = {
        "kind": "broker_days",
        "start": "2002-01",
        "end": "2003-12",
        "taper": {"shape": "steps", "to_share": 0.5},
    }
    days = plan_of(stagnant(leaving=leaving)).days[FIRST:LAST]
    assert sorted(set(days.tolist()), reverse=True) == [12.0, 9.0, 6.0]
    assert (np.diff(days) <= 0).all()


@pytest.mark.parametrize(("months", "back"), [(None, LAST), (6, FIRST + 30)])
def test_the_broker_is_gone_unannounced(usual: Plan, months: int | None, back: int) -> None:
    gone = {"kind": "broker_withdrawn", "date": "2002-01"} | ({} if months is None else {"months": months})
    plan = plan_of(stagnant(gone=gone))
    assert differing(plan, usual) == {"days"}  # the horizon is what was announced
    assert not plan.days[FIRST + 24 : back].any()
    assert (plan.days[FIRST : FIRST + 24] == 12.0).all()
    assert (plan.days[back:LAST] == 12.0).all()


def test_days_do_not_depend_on_the_order_of_names() -> None:
    leaving = {"kind": "broker_days", "start": "2000-01", "end": "2003-12"}
    gone = {"kind": "broker_withdrawn", "date": "2001-01", "months": 12}
    one, two = plan_of(stagnant(a=leaving, b=gone)), plan_of(stagnant(b=leaving, a=gone))
    assert one.days.tobytes() == two.days.tobytes()


def test_where_there_is_no_broker_none_can_go() -> None:
    alone = stagnant(gone={"kind": "broker_withdrawn", "date": "2002-01"}).without_programme()
    assert differing(plan_of(alone), plan_of(load_scenario("stagnant").without_programme())) == set()


def test_a_withdrawn_broker_is_not_paid() -> None:
    short = stagnant(gone={"kind": "broker_withdrawn", "date": "2000-07"})
    paid = run(short.with_values({"cluster.firms": 40, "run.months": 24}), seed=1).ledger
    months = paid[paid.purpose == "broker"].month
    assert months.max() == 5


def test_demand_breaks_off_and_comes_back(usual: Plan) -> None:
    shock = {"kind": "demand_shock", "date": "2001-01", "change": -0.4, "phase_in": 4, "lasts": 8}
    plan = plan_of(stagnant(imports=shock))
    assert differing(plan, usual) == {"demand"}
    expected = [1.0, 0.9, 0.8, 0.7, *[0.6] * 5, 1.0]
    assert plan.demand[FIRST + 11 : FIRST + 21] == pytest.approx(expected)


def test_a_demand_shock_is_for_good_and_at_once_by_default() -> None:
    plan = plan_of(stagnant(imports={"kind": "demand_shock", "date": "2001-01"}))
    assert (plan.demand[: FIRST + 12] == 1.0).all()
    assert (plan.demand[FIRST + 12 :] == 0.8).all()


def test_less_demand_lowers_income() -> None:
    small = {"cluster.firms": 60, "run.months": 48}
    slump = stagnant(imports={"kind": "demand_shock", "date": "2001-01", "change": -0.4}).with_values(small)
    usual_run = run(load_scenario("stagnant").with_values(small), seed=1)
    fallen = run(slump, seed=1)
    assert fallen.monthly["income"][:12].equals(usual_run.monthly["income"][:12])
    assert fallen.monthly["income"][24:].mean() < usual_run.monthly["income"][24:].mean()


# ---------------------------------------------------------------- offers after the programme


def test_what_is_dated_after_the_programme_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "short.toml"
    file.write_text('extends = "stagnant"\n[programme]\nend = "2002-06"\n', encoding="utf-8")
    with pytest.warns(InputWarning) as caught:
        load_scenario(file)
    told = {str(warning.message).split(": ")[1]: str(warning.message) for warning in caught}
    assert set(told) == {"interventions.fairs", "interventions.purchase", "interventions.training"}
    assert "after the programme's end, 2002-06: in 2002-10" in told["interventions.fairs"]
    assert "in 2002-09, 2003-01, 2003-05" in told["interventions.purchase"]


def test_a_visit_abroad_after_the_programme_is_warned_of() -> None:
    text = "[programme]\nstart = '1997-01'\nend = '1999-12'\n"
    text += "[interventions.x]\nkind = 'single_firm_support'\ndate = '2000-03'\n"
    with pytest.warns(InputWarning, match=r"x\.toml:4: interventions\.x: is still .*1999-12: in 2000-03"):
        parse_scenario(text, "x.toml")


def test_a_hand_over_and_shocks_may_lie_after_the_programme() -> None:
    text = (
        "[programme]\nstart = '1997-01'\nend = '1999-12'\n[interventions.x]\nkind = 'handover'\nstart = '1999-01'\n"
        "date = '2000-01'\n[shocks.y]\nkind = 'demand_shock'\ndate = '2001-01'\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", InputWarning)
        parse_scenario(text)


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_end_with_their_programme(name: str) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        load_scenario(name)
    assert not [w for w in caught if "programme's end" in str(w.message) or "taper" in str(w.message)]


# ---------------------------------------------------------------- nothing changes unless it is used


@pytest.fixture(scope="module")
def jaipur() -> Scenario:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        return load_scenario("jaipur").with_values({"cluster.firms": 60, "run.months": 48, "run.burn_in": 6})


def bits(scenario: Scenario) -> bytes:
    done = run(scenario, seed=11)
    return done.measures.tobytes() + done.flows.tobytes()


UNUSED: dict[str, dict[str, Any]] = {
    "interventions.rule": {"kind": "mse_cdp"},
    "interventions.leaving": {"kind": "broker_days", "start": "1997-01", "end": "2002-12", "taper": {"shape": "flat"}},
    "shocks.imports": {"kind": "demand_shock", "date": "1998-01", "change": 0.0},
    "shocks.gone": {"kind": "broker_withdrawn", "date": "2003-06"},
    "interventions.purchase.taper": {"shape": "flat", "from_share": 0.2},
    "interventions.training.taper": {"shape": "flat", "from_share": 0.4, "institutions": 0.15},
    "interventions.bank.taper": {"shape": "flat", "from_share": 0.0},
}


def test_kinds_that_are_not_used_change_no_bit_of_jaipur(jaipur: Scenario) -> None:
    plain = bits(jaipur)
    for path, table in UNUSED.items():
        assert bits(jaipur.with_values({path: table})) == plain, path


@pytest.mark.parametrize("name", shipped())
def test_without_a_taper_offers_are_paid_as_listed(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        scenario = load_scenario(name)
    offers = plan_of(scenario).offers
    listed = []
    for intervention in scenario.interventions.values():
        fields = dict(intervention)
        events = fields.get("events", ())
        listed += [event.shares for event in events] or ([fields["shares"]] if "shares" in fields else [])
    paid = set(zip(offers.participants, offers.programme, offers.institutions, strict=True))
    assert paid <= {(s.participants, s.programme, s.institutions) for s in listed}
