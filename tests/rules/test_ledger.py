"""Who may pay whom for what: one table for every purpose, and whole runs held against it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from clustersim.errors import InputWarning
from clustersim.interventions import KINDS
from clustersim.ledger import PURPOSES, SECTORS
from clustersim.scenario import load_scenario
from clustersim.simulation import Run, live, new_world

Pairs = set[tuple[str, str]]

WORLD, FIRMS, BANKS, FUND = "rest of world", "firms", "banks", "guarantee fund"
BACKERS = (FIRMS, "programme", "institutions", "unrecorded")


def backed(payee: str) -> Pairs:
    """A joint activity: those who take part and those who support it pay, nobody gets money out of it but the payee."""
    return {(payer, payee) for payer in BACKERS}


ALLOWED: dict[str, Pairs] = {
    "sales": {(WORLD, FIRMS)},
    "materials": {(FIRMS, WORLD)},
    "overhead": {(FIRMS, WORLD)},
    "wages": {(FIRMS, "workers")},
    "draw": {(FIRMS, "households")},
    "upgrading": {(FIRMS, WORLD)},
    "interest": {(FIRMS, BANKS), ("groups", BANKS)},
    "principal": {(FIRMS, BANKS), ("groups", BANKS)},
    "loan": {(BANKS, FIRMS), (BANKS, "groups")},
    "guarantee claim": {(FUND, BANKS)},
    "collateral sold": {(WORLD, FIRMS)},
    "guarantee deposit": {(FIRMS, FUND), ("programme", FUND)},
    "capital": {("households", FIRMS)},
    "closing": {(FIRMS, "households"), ("households", FIRMS)},  # what is left goes home, what is missing comes from it
    "broker": {("programme", WORLD)},
    "study": {("programme", WORLD)},
    "fair": backed(WORLD),
    "purchase": backed(WORLD),
    "training": backed("providers"),
    "showroom": backed(WORLD),
    "guarantee": backed(WORLD),
    "expo": backed(WORLD),
    "tour": backed(WORLD),
    "exchange": backed(WORLD),
    "catalogue": backed(WORLD),
    "facility": backed(WORLD),
    "failed try": {(FIRMS, WORLD)},
    "service": {(FIRMS, "providers")},
    "service development": {("providers", WORLD), *backed(WORLD)},  # its own, or a pilot's
    "service cost": {("providers", WORLD)},
    "export visit": {("programme", WORLD)},
    "loan handling": {(BANKS, WORLD)},
    "cost of funds": {(BANKS, WORLD)},
    "local agent": {("institutions", WORLD)},
    "voucher": {(payer, "providers") for payer in ("programme", "institutions", "unrecorded")},
    "information point": backed(WORLD),
    "advance": {("middlemen", FIRMS)},
    "advance repaid": {(FIRMS, "middlemen")},
    "middleman's margin": {(FIRMS, "middlemen")},
    "saving": {(FIRMS, "groups")},
    "group loan": {("groups", FIRMS)},
    "group repayment": {(FIRMS, "groups")},
    "savings returned": {("groups", "households")},
    "business group": {("programme", WORLD)},
    "technology": backed(WORLD),
    "certification": backed(WORLD),
    "policing": backed(WORLD),
    "facility fee": {(FIRMS, "groups")},
    "facility upkeep": {("groups", WORLD)},
    "common fund": {(FIRMS, "groups"), ("groups", "households")},  # put in, and what a group that is no more had left
    "fraud": {("groups", "households")},
}


def trespasses(flows: np.ndarray) -> list[str]:
    """The rows of flows that the table does not allow, in words."""
    found = []
    for row in flows:
        purpose, payer, payee = PURPOSES[row["purpose"]], SECTORS[row["payer"]], SECTORS[row["payee"]]
        if (payer, payee) not in ALLOWED[purpose] or not row["amount"] > -1e-9:
            found.append(f"month {row['month']}: {payer} pay {payee} {row['amount']} for {purpose}")
    return found


def everything(first: int) -> dict[str, Any]:
    """One intervention or shock of every kind, in a programme that begins in this year."""
    start, middle, end = f"{first}-01", f"{first + 1}-06", f"{first + 3}-12"
    shares = {"participants": 0.3, "programme": 0.3, "institutions": 0.2}  # the rest is unrecorded
    values: dict[str, Any] = {}
    for kind, declared in KINDS.items():
        fields = declared.model_fields
        dates: dict[str, Any] = {"start": start, "end": end, "date": middle, "shares": shares, "dates": [start, middle]}
        table = {"kind": kind, **{name: value for name, value in dates.items() if name in fields}}
        if "events" in fields:
            table["events"] = [{"date": date, "shares": shares} for date in (start, middle)]
            table["events"] += [{"date": date, "shares": shares, "reach": "international"} for date in (middle, end)]
        if kind == "bank_mediation":
            table["endowment"] = 5000.0
        if kind == "demand_articulation":
            table["days"] = 1.0  # or there would be none left for projects
        if kind in ("broker_withdrawn", "lead_firm_leaves", "group_fraud", "import_liberalisation"):
            table["date"] = end  # or much of the rest would not be seen
        if kind == "broker_days":
            table["taper"] = {"shape": "flat", "from_share": 1.0, "start": start, "end": end}
        if kind == "demand_trend":
            table["rate"] = -0.3  # so that firms close
        values[f"{'shocks' if declared.shock else 'interventions'}.every_{kind}"] = table
    return values


@pytest.fixture(scope="module", params=[("jaipur", 1997), ("stagnant", 2000)], ids=lambda case: case[0])
def lived(request: pytest.FixtureRequest) -> tuple[Run, float]:
    """A run with everything in it, and the money there was before its first month."""
    name, first = request.param
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)  # shares that do not add up to one, on purpose
        scenario = load_scenario(name).with_values({
            **everything(first), "run.months": 72, "run.burn_in": 0, "credit.trouble": 0.02, "credit.need": 0.1,
            "cluster.collateral": 0.3, "cluster.initial_trust": 0.6, "cluster.networks": 3,
            **{f"activities.{kind}.fixed": 200.0 for kind in ("fair", "expo", "showroom", "facility")},
            "activities.expo.per_head": 50.0,
            "services.caution": 1.0, "services.development": 50.0, "turnover.patience": 3,
            "middlemen.share": 0.6, "self_help.fewest": 3, "self_help.size": 4, "broker.days_per_month": 24.0,
        })  # fmt: skip
    world = new_world(scenario)
    money = float(world.ledger.balance.sum())
    live(world, 0, scenario.run.burn_in + scenario.run.months)
    return Run(scenario, 0, 0, world), money


def test_the_table_has_every_purpose_and_only_sectors_there_are() -> None:
    assert tuple(ALLOWED) == PURPOSES
    assert {sector for pairs in ALLOWED.values() for pair in pairs for sector in pair} <= set(SECTORS)


def test_everybody_pays_only_what_is_theirs_to_pay(lived: tuple[Run, float]) -> None:
    flows = lived[0].flows
    assert trespasses(flows) == []
    paid = {PURPOSES[purpose] for purpose in flows["purpose"]}
    assert paid == set(PURPOSES)  # each run shows every purpose, or the test would pass by not looking


def test_no_money_is_made_or_lost(lived: tuple[Run, float]) -> None:
    done, money = lived
    balance = done.world.ledger.balance
    assert balance.sum() == pytest.approx(money, abs=1e-9 * np.abs(balance).max())


def test_a_payment_the_wrong_way_round_would_be_noticed(lived: tuple[Run, float]) -> None:
    """Every row turned round, one by one; only closing goes both ways."""
    flows = lived[0].flows
    either = PURPOSES.index("closing")
    turned = flows.copy()
    turned["payer"], turned["payee"] = flows["payee"], flows["payer"]
    assert len(trespasses(turned)) == np.count_nonzero(flows["purpose"] != either)
    less = flows[:1].copy()
    less["amount"] = -1.0
    assert len(trespasses(less)) == 1
