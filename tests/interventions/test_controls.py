"""Who was drawn as a control of a trial gets nothing, of whatever kind of help."""

from __future__ import annotations

from typing import Any

import pytest

from clustersim.interventions import KINDS
from clustersim.month import World
from clustersim.parameters.values import EXPO
from clustersim.scenario import Scenario
from clustersim.simulation import live, new_world

MONTHS = 36
EVERYBODY, NOBODY = slice(None), slice(0, 0)
SPAN = {"start": "2000-01", "end": "2002-12"}
PAID = {"participants": 0.1, "programme": 0.9}
OFFER = {**SPAN, "shares": PAID}

HELP: dict[str, dict[str, Any]] = {
    "diagnostic_study": {"start": "2000-01", "end": "2000-03"},
    "visits": SPAN,
    "meetings": SPAN,
    "network_formation": SPAN,
    "business_groups": {"start": "2000-02", "size": 8},
    "youth_first": {**SPAN, "dates": ["2000-03"]},
    "awareness": SPAN,
    "demand_articulation": SPAN,
    "information_point": OFFER,
    "self_help_groups": {**SPAN, "literacy": True},
    "micro_credit": SPAN,
    "pilot_service": {"date": "2000-03", "shares": PAID},
    "voucher": OFFER,
    "single_firm_support": {"date": "2000-06", "shared": True},
    "joint_fair": {"events": [{"date": "2000-06", "shares": PAID}]},
    "joint_purchase": OFFER,
    "training": OFFER,
    "showroom": OFFER,
    "study_tour": OFFER,
    "cluster_to_cluster": OFFER,
    "catalogue": OFFER,
    "common_facility": {**OFFER, "access": "all"},
    "technology_upgrading": OFFER,
    "certification": OFFER,
    "umbrella_organisation": SPAN,
    "handover": {"start": "2000-01", "date": "2000-12", "days": 6.0},
}
"""every kind that gives something to firms, as a plan that bites"""

NOT_TO_FIRMS = {
    "phase", "action_plan", "monitoring", "broker_days", "mse_cdp",  # how the other kinds are planned and paid for
    "association_revival", "conflict_mediation",  # what groups are
    "institution_meeting", "bank_mediation",  # what bank and institutions do, for everybody
    "brand_policing",  # nothing is given: a standard is enforced
}  # fmt: skip
VISITS = {"calls": {"kind": "visits", **SPAN}}  # nobody comes to a meeting of somebody unknown
BESIDE = {"micro_credit": {"groups": {"kind": "self_help_groups", **SPAN}}, "meetings": VISITS, "handover": VISITS,
          "umbrella_organisation": VISITS,
          "network_formation": {**VISITS, "tables": {"kind": "meetings", **SPAN}}}  # fmt: skip
"""what a kind rests on"""
COURSE = {"course": ("training", {**OFFER, "mode": "individual"}),
          "pilot for one": ("pilot_service", {"date": "2000-03", "shares": PAID, "to": "one firm"})}  # fmt: skip
KNOWN = {"study_tour", "cluster_to_cluster", "catalogue", "common_facility"}
"""kinds that have to be offered first: all come to talk of what they might be worth"""
CASES = {**{kind: (kind, table) for kind, table in HELP.items()}, **COURSE}


def lived(programme: dict[str, Any], controls: slice, values: dict[str, Any] | None = None) -> World:
    """A cluster of trusting firms, some of them bound, that has lived three years with this programme."""
    scenario = Scenario().with_values({
        "cluster.firms": 60, "run.start": "2000-01", "run.months": MONTHS, "run.burn_in": 0,
        "cluster.initial_trust": 0.6, "cluster.networks": 2, "cluster.association_members": 12, "heirs.share": 1.0,
        "middlemen.share": 0.5, "self_help.fewest": 3, "self_help.size": 5, "self_help.willing": 1.0,
        "broker.days_per_month": 20.0, "programme.start": "2000-01", "programme.end": "2002-12",
        "cluster.mean_workers": 5.0, **(values or {}),
    })  # fmt: skip
    world = new_world(scenario.with_programme(programme), seed=2)
    world.firms.assigned[controls] = 0
    live(world, 0, MONTHS)
    return world


def test_what_institutions_alone_pay_of_an_offer_is_not_for_controls() -> None:
    free = {"participants": 0.0, "institutions": 1.0}
    dates = [f"{year}-{month}" for year in (2000, 2001, 2002) for month in ("01", "07")]
    fairs = [{"date": date, "reach": "international", "shares": free} for date in dates]
    programme = {"it": {"kind": "joint_fair", "events": fairs, "window": 6}}
    dear = {"activities.expo.fixed": 100_000.0, "activities.expo.gain": 100_000.0}  # worth it, and nobody has the cash
    dear |= {"broker.days_per_month": 0.0, "groups.propose": 0.5}
    went = lived(programme, slice(None, None, 2), dear).firms.taken_part[:, EXPO] >= 0
    assert went[1::2].any()
    assert not went[::2].any()


def programme_of(case: str) -> tuple[dict[str, Any], dict[str, Any]]:
    kind, table = CASES[case]
    beside: dict[str, Any] = BESIDE.get(kind, {})
    return {"it": {"kind": kind, **table}, **beside}, beside


def changed(one: World, other: World) -> set[str]:
    """The columns in which any firm is another than it was."""
    return {
        name for name, a, b in zip(one.firms._fields, one.firms, other.firms, strict=True) if a.tobytes() != b.tobytes()
    }


def test_every_kind_is_in_the_list_or_gives_nothing_to_firms() -> None:
    assert {kind for kind, declared in KINDS.items() if not declared.shock} == set(HELP) | NOT_TO_FIRMS


@pytest.mark.parametrize("case", CASES)
def test_where_all_are_controls_a_programme_leaves_no_trace_in_firms(case: str) -> None:
    programme, beside = programme_of(case)
    helped = lived(programme, EVERYBODY)
    assert not helped.firms.served.any()
    assert changed(helped, lived({}, EVERYBODY)) <= ({"felt"} if CASES[case][0] in KNOWN else set())
    assert changed(lived(programme, NOBODY), lived(beside, NOBODY)), "a plan that does nothing tests nothing"


@pytest.mark.parametrize("case", CASES)
def test_where_half_are_controls_only_the_others_are_served(case: str) -> None:
    programme, _ = programme_of(case)
    served = lived(programme, slice(None, None, 2)).firms.served
    assert not served[::2].any()
    assert served[1::2].any() == lived(programme, NOBODY).firms.served.any()
