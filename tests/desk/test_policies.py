"""From a row to a scenario: who pays what, to whom, until when; and what is refused, with its place."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from clustersim.desk.arrange import arranged, share_by_year
from clustersim.desk.policy import Policy
from clustersim.errors import InputError, InputWarning
from clustersim.interventions import Offer
from clustersim.planning import calendar_of, plan_of
from clustersim.scenario import load_scenario
from clustersim.scenario.tables import kind_of
from tests.desk.desk_stand_in import SMALL, study_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore", InputWarning)
    JAIPUR = load_scenario("jaipur")
STAGNANT = load_scenario("stagnant")


def offers(policy: Policy, kind: str, base: Any = STAGNANT) -> list[Offer]:
    scenario = arranged(policy, base)
    calendar = calendar_of(scenario)
    return sorted((offer for known in scenario.interventions.values() for offer in known.offers(calendar)
                   if offer.kind == kind), key=lambda offer: offer.first)  # fmt: skip


def test_a_cliff_pays_up_to_its_end_and_nothing_after() -> None:
    found = dict(
        share_by_year(
            Policy(shape="cliff", from_share=0.5, end="1999-12"),
            arranged(
                Policy(
                    shape="cliff",
                    from_share=0.5,
                    end="1999-12",
                    activity=("fairs", "purchases", "trainings", "showroom"),
                ),
                JAIPUR,
            ),
        )
    )
    assert {year: share for year, share in found.items() if year in (1998, 2000, 2001)} == {
        1998: 0.5,
        2000: 0.0,
        2001: 0.0,
    }


def test_a_linear_taper_falls_evenly_over_all_it_acts_on() -> None:
    policy = Policy(shape="linear", from_share=0.6, start="2001-01", end="2003-01", activity=("fairs",))
    for offer in offers(policy, "fair"):
        month = offer.first - calendar_of(STAGNANT).at("2001-01")
        assert offer.shares.programme == pytest.approx(0.6 * (1 - min(24, max(0, month)) / 24))
    assert {offer.shares.programme for offer in offers(policy, "purchase")} == {
        offer.shares.programme for offer in plan_offers(STAGNANT, "purchase")
    }


def plan_offers(scenario: Any, kind: str) -> list[Offer]:
    calendar = calendar_of(scenario)
    return [
        offer for known in scenario.interventions.values() for offer in known.offers(calendar) if offer.kind == kind
    ]


def test_as_planned_changes_nothing_and_none_takes_all_away() -> None:
    assert arranged(Policy(shape="planned"), JAIPUR) == JAIPUR
    assert arranged(Policy(shape="none"), JAIPUR) == JAIPUR.without_programme()


def test_an_earlier_exit_takes_what_it_offers_and_moves_the_hand_over() -> None:
    found = arranged(Policy(shape="planned", exit="2000-12"), JAIPUR)
    assert found.programme.end == "2000-12"
    assert max(offer.first for offer in plan_offers(found, "fair")) <= calendar_of(found).at("2000-12")
    handover: Any = found.interventions["handover"]
    assert (handover.start, handover.date) == ("1999-01", "2001-01")
    assert "2000-10" in str(found.interventions["network_fairs"])
    assert "2001-10" not in str(found.interventions["network_fairs"])


def test_whether_the_end_is_known_is_the_policys_word() -> None:
    known, unknown = (plan_of(arranged(Policy(shape="planned", announced=said), STAGNANT)) for said in (True, False))
    assert known.horizon.min() == 0
    assert unknown.horizon.min() > 1000


def test_fewer_days_of_the_broker_are_fewer_in_every_month() -> None:
    leaving = {"leaving": {"kind": "broker_days", "start": "2002-12", "end": "2003-12"}}
    thinned = STAGNANT.with_values({"interventions": STAGNANT.to_values()["interventions"] | leaving})
    for base in (STAGNANT, JAIPUR, thinned):
        whole, half = (plan_of(arranged(Policy(shape="planned", broker_days=share), base)).days for share in (1.0, 0.5))
        assert whole.max() > 1.0
        assert half == pytest.approx(0.5 * whole)
    assert len(set(plan_of(arranged(Policy(broker_days=0.5), thinned)).days)) > 3  # it still thins out


def test_what_nobody_is_said_to_pay_is_unrecorded() -> None:
    policy = Policy(shape="linear", from_share=0.5, participants=0.3, institutions=0.1)
    for kind in ("fair", "purchase", "training"):
        found = offers(policy, kind)
        assert len(found) == len(plan_offers(STAGNANT, kind))
        assert all(offer.shares.unrecorded == pytest.approx(0.1) for offer in found)
        assert found[0].first == plan_offers(STAGNANT, kind)[0].first


def test_the_provider_is_paid_for_courses_and_nobody_for_the_rest() -> None:
    policy = Policy(shape="flat", from_share=0.5, to="provider")
    assert {offer.shares.programme for offer in offers(policy, "training")} == {0.5}
    assert {offer.shares.programme for kind in ("fair", "purchase") for offer in offers(policy, kind)} == {0.0}


def test_a_service_is_paid_to_whom_the_policy_says() -> None:
    for to, kind in (("provider", "pilot_service"), ("one firm", "pilot_service"), ("firm", "voucher")):
        policy = Policy(from_share=0.7, institutions=0.2, to=to, activity=("services",), start="2001-01")
        found = arranged(policy, STAGNANT)
        service: Any = found.interventions["paid_service"]
        assert kind_of(service) == kind
        if kind == "voucher":
            shares = [support.shares.programme for support in service.supports(calendar_of(found))]
            assert shares == sorted(shares, reverse=True)
            assert (shares[0], shares[-1]) == (0.7, 0.0)
        else:
            assert (service.to, service.shares.programme, service.shares.institutions) == (to, 0.7, 0.2)
            assert (service.pilots, service.agreed) == ((2, True) if to == "provider" else (1, False))
        assert found.interventions["fairs"] == STAGNANT.interventions["fairs"]
    with pytest.raises(InputError, match="who makes it or who buys it"):
        arranged(Policy(shape="flat", activity=("services",)), STAGNANT)


def test_one_firm_gets_what_the_group_would_have() -> None:
    policy = Policy(shape="flat", from_share=0.5, to="one firm", activity=("fairs",))
    assert {offer.shares.programme for offer in offers(policy, "fair")} == {0.0}
    plan = plan_of(arranged(policy, STAGNANT))
    count = len(plan_offers(STAGNANT, "fair"))
    assert plan.favour.sum() == pytest.approx(count * 0.5 * (2000.0 + 10 * 80.0))


def test_regular_fairs_stand_in_place_of_those_of_the_base() -> None:
    found = offers(Policy(shape="flat", from_share=0.5, every=6, exit="2002-12"), "fair")
    first = calendar_of(STAGNANT).at(STAGNANT.programme.start or "")
    assert [offer.first - first for offer in found] == list(range(12, found[-1].first - first + 1, 6))


@pytest.mark.parametrize(("said", "key", "words"), [
    ("from_share = 0.6\nparticipants = 0.3\ninstitutions = 0.2", "participants", "1.1"),
    ("from_share = 0.9\ninstitutions = 0.2", "institutions", "more than the whole cost"),
    ("from_share = 1.2", "from_share", "from 0 to 1"),
    ('shape = "wedge"', "shape", "one of planned"),
    ("from_share = 0.2\nto_share = 0.3", "to_share", "never rises"),
    ('start = "2002-01"\nend = "2001-01"', "end", "ends before it starts"),
    ('exit = "1990-01"', "exit", "before the programme's start"),
    ('activity = ["fares"]', "activity", "did you mean 'fairs'"),
    ('to = "everybody"', "to", "group, firm"),
    ("every = 0", "every", "from 1 to 60"),
    ("broker_days = 1.5", "broker_days", "from 0 to 1"),
    ('shape = "flat"\nfrom_share = 0.5\nto_share = 0.2', "to_share", "flat taper never leaves"),
])  # fmt: skip
def test_a_bad_policy_is_refused_at_its_line(said: str, key: str, words: str, tmp_path: Path) -> None:
    text = SMALL.replace('[policies.flat]\nshape = "flat"\nfrom_share = 0.5', f"[policies.flat]\n{said}")
    with pytest.raises(InputError) as refused:
        study_of(text, tmp_path)
    found = next(problem for problem in refused.value.problems if key in (problem.key or ""))
    assert words in str(found)
    assert found.line is not None
    assert text.splitlines()[found.line - 1].startswith(key)


def test_shares_under_the_whole_are_warned_of(tmp_path: Path) -> None:
    text = SMALL.replace("from_share = 0.5\n[policies.cliff]", "from_share = 0.5\nparticipants = 0.4\n[policies.cliff]")
    with pytest.warns(
        InputWarning, match=r"small.toml:\d+: .*add up to 0.9; the rest is booked to the payer `unrecorded`"
    ):
        study_of(text, tmp_path)


@pytest.mark.parametrize(("before", "after", "words"), [
    ('currency = "USD"', "", "money.currency: is missing"),
    ('currency = "USD"', 'currency = ""', "every amount needs its currency"),
    ('currency = "USD"', 'currency = "INR"', "how much INR is a dollar"),
    ('currency = "USD"', 'currency = "USD"\nprice_year = 2020', "prices of 1999, not of 2020"),
    ('currency = "USD"', 'currency = "USD"\ndiscount = 5', "discount"),
    ('base = "stagnant"', "", "base: is missing"),
    ('base = "stagnant"', 'base = "stagnent"', "stagnant"),
    ("replications = 6", "replications = 1", "from 2 to"),
    ('title = "A small question"', 'efect = "trust"', "did you mean 'effect'"),
    ('title = "A small question"', 'effect = "trsut"', "did you mean 'trust'"),
    ('"cluster.initial_trust"', '"cluster.initial_trost"', "cluster.initial_trust"),
    ("low = 0.2, high = 0.4", "low = 0.2, high = 4", "uncertain.cluster.initial_trust"),
])  # fmt: skip
def test_a_bad_study_is_refused(before: str, after: str, words: str, tmp_path: Path) -> None:
    assert before in SMALL
    with pytest.raises(InputError) as refused:
        study_of(SMALL.replace(before, after, 1), tmp_path)
    assert words in str(refused.value)


def test_what_policies_differ_in_cannot_be_uncertain_too(tmp_path: Path) -> None:
    days = SMALL.replace("[uncertain]", '[uncertain]\n"broker.days_per_month" = { low = 4, high = 24 }')
    assert "broker.days_per_month" in [factor.name for factor in study_of(days, tmp_path).factors]
    fewer = days.replace("[policies.cliff]", "[policies.cliff]\nbroker_days = 0.5")
    with pytest.raises(InputError, match=r"uncertain\.broker\.days_per_month: the policies differ in"):
        study_of(fewer, tmp_path)


def test_a_study_without_no_programme_gets_it(tmp_path: Path) -> None:
    study = study_of(SMALL.replace('[policies.none]\nshape = "none"\n', ""), tmp_path)
    assert study.none == "no programme"
    assert study.scenarios[study.none].programme.start is None
