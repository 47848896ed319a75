"""The funding rule: names, caps and grants, and that the bill is what a run cannot exceed."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from clustersim.errors import InputError, InputWarning
from clustersim.interventions.mse_cdp import STUDY_DAY, bill_of, broker_bill
from clustersim.planning import calendar_of
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import run

SOFT = ["fairs", "purchase", "training"]


def ruled(**rule: Any) -> Scenario:
    """The stagnant cluster under the rule."""
    return load_scenario("stagnant").with_values({"interventions.rule": {"kind": "mse_cdp", **rule}})


def refusal(**rule: Any) -> str:
    with pytest.raises(InputError) as caught:
        ruled(**rule)
    (problem,) = caught.value.problems
    return str(problem)


def test_a_plan_within_the_rules_is_good() -> None:
    ruled(diagnostic_study=["study"], soft_interventions=SOFT)


def test_what_exceeds_a_cap_is_refused_with_by_how_much_and_the_source() -> None:
    # 4 fairs of 2,000 + 24·80, 9 purchases of 150 + 20·20, 5 courses of 700 + 20·15, 552 days beside 24 of study
    spent = 4 * 3920 + 9 * 550 + 5 * 1000 + (48 * 12 - 24) * 110
    text = refusal(soft_interventions=SOFT, broker=True, soft_grant=1.0)
    assert f"cost up to {spent * 43.3 / 1e5:.2f} lakh INR" in text
    assert f"{spent * 43.3 / 1e5 - 25:.2f} above the cap" in text
    assert "interventions.rule.soft_interventions" in text
    assert "Foundation for MSME Clusters" in text


def test_a_programme_that_pays_more_than_the_grant_is_refused_unless_the_cluster_has_priority() -> None:
    given = {"soft_interventions": SOFT, "broker": True, "soft_cap": 1000.0}
    total = 4 * 3920 + 9 * 550 + 5 * 1000 + 552 * 110
    paid = 3920 * (0.5 + 0.4 + 0.3 + 0.2) + 0.3 * 9 * 550 + 0.6 * 5 * 1000 + 552 * 110
    text = refusal(**given)
    assert f"the programme pays {100 * paid / total:.1f} % of soft interventions" in text
    assert f"USD {paid - 0.75 * total:,.0f} above the grant" in text
    assert "the cap" not in text
    ruled(**given, priority=True)


def test_an_endowment_and_a_visit_abroad_are_billed_in_full() -> None:
    scenario = load_scenario("stagnant").with_values({
        "interventions.bank": {"kind": "bank_mediation", "start": "2001-01", "end": "2001-12", "endowment": 5000.0},
        "interventions.visit": {"kind": "single_firm_support", "date": "2001-01", "amount": 3000.0},
    })  # fmt: skip
    billed = [scenario.interventions[name] for name in ("bank", "visit")]
    bill = bill_of(billed, calendar_of(scenario), scenario.to_values())
    assert bill.programme == 8000.0
    assert bill.total == 8000.0 + 200.0 + 40 * 60.0  # the guarantee's own cost is the participants'


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"soft_interventions": ["purchas"]}, "no intervention is called 'purchas'"),
        ({"soft_interventions": ["fairs", "fairs"]}, "'fairs' is named twice"),
        ({"diagnostic_study": ["study"], "hard_interventions": ["study"]}, "billed under diagnostic_study already"),
    ],
)
def test_names_are_checked(rule: dict[str, Any], words: str) -> None:
    assert words in refusal(**rule)


def test_a_run_spends_no_more_than_the_bill_and_the_study_just_that() -> None:
    scenario = load_scenario("stagnant").with_values({"cluster.firms": 60, "cluster.initial_trust": 0.6})
    calendar, values = calendar_of(scenario), scenario.to_values()
    paid = run(scenario, seed=3).ledger.query("payer == 'programme'").groupby("purpose")["amount"].sum()
    for purpose, name in (("fair", "fairs"), ("purchase", "purchase"), ("training", "training")):
        bill = bill_of([scenario.interventions[name]], calendar, values)
        assert 0 < paid[purpose] <= bill.programme * (1 + 1e-9)
    study = bill_of([scenario.interventions["study"]], calendar, values)
    assert paid["study"] == pytest.approx(24 * STUDY_DAY)
    assert study.total == pytest.approx(paid["study"] + 24 * 110.0)
    days = broker_bill(scenario.interventions.values(), calendar, values)
    assert days + 24 * 110.0 == pytest.approx(paid["broker"])


def test_the_days_of_a_broker_who_leaves_by_degrees_are_fewer() -> None:
    scenario = load_scenario("stagnant")
    fewer = scenario.with_values(
        {"interventions.leaving": {"kind": "broker_days", "start": "2000-01", "end": "2003-12"}}
    )
    full, half = (broker_bill(s.interventions.values(), calendar_of(s), s.to_values()) for s in (scenario, fewer))
    assert 0.4 < half / full < 0.6


def test_a_rule_that_bills_nothing_refuses_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", InputWarning)
        ruled()
