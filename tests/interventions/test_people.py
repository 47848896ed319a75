"""Heirs, awareness, meetings with institutions, self-help groups: what each writes into the plan, and what follows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from clustersim.agents import SELF_HELP
from clustersim.errors import InputError, InputWarning
from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import plan_of, run

BURN_IN = 6


@pytest.fixture(scope="module")
def stagnant() -> Scenario:
    return load_scenario("stagnant").with_values({"cluster.firms": 80, "run.months": 30, "run.burn_in": BURN_IN})


def months(column: np.ndarray) -> list[int]:
    """Reported months in which a lever is moved."""
    return [int(t) - BURN_IN for t in np.flatnonzero(column)]


def test_each_part_of_beginning_with_heirs_can_be_left_out(stagnant: Scenario) -> None:
    span = {"kind": "youth_first", "start": "2000-03", "end": "2000-05"}
    whole = plan_of(stagnant.with_values({"interventions.y": {**span, "dates": ["2000-04"], "share": 0.7}}))
    assert months(whole.youth_visits) == months(whole.youth_news) == [2, 3, 4]
    assert months(whole.youth_seats) == months(whole.youth_cost) == months(whole.youth_days) == [3]
    assert whole.youth_visits.max() == 0.7
    assert whole.youth_seats.max() == 23
    for part, levers in {"course": {"seats", "cost", "days"}, "visits": {"visits"}, "news": {"news"}}.items():
        parts = {name: name == part for name in ("course", "visits", "news")}
        only = plan_of(stagnant.with_values({"interventions.y": {**span, **parts}}))
        moved = {name for name in ("seats", "cost", "days", "visits", "news") if getattr(only, f"youth_{name}").any()}
        assert moved == levers
    assert months(plan_of(stagnant.with_values({"interventions.y": span})).youth_seats) == [2]


def test_awareness_is_of_firms_or_of_institutions(stagnant: Scenario) -> None:
    span: dict[str, Any] = {"kind": "awareness", "start": "2000-03", "end": "2000-04", "days": 3.0}
    to_both = {"interventions.a": span, "interventions.b": {**span, "audience": "institutions"}}
    plan = plan_of(stagnant.with_values(to_both))
    assert months(plan.awareness) == months(plan.institution_days) == [2, 3]
    longer = {**span, "end": "2001-12", "audience": "institutions"}
    told, none = run(stagnant.with_values({"interventions.b": longer}), seed=2), run(stagnant, seed=2)
    assert told.monthly["trust_institutions"][6] > none.monthly["trust_institutions"][6] + 0.05


def test_awareness_of_firms_shows_them_what_they_could_do(stagnant: Scenario) -> None:
    only = stagnant.with_programme({"a": {"kind": "awareness", "start": "2000-01", "end": "2000-12", "days": 8.0}})
    with_it, without = run(only, seed=2).world.firms, run(only.with_programme({}), seed=2).world.firms
    assert with_it.felt.mean() > without.felt.mean() + 0.1


def test_a_meeting_with_institutions_is_chaired_or_not(stagnant: Scenario) -> None:
    table: dict[str, Any] = {"kind": "institution_meeting", "dates": ["2000-05"]}
    assert plan_of(stagnant.with_values({"interventions.m": table})).institution_meeting[BURN_IN + 4] == 1.0
    table["chaired"] = False
    assert plan_of(stagnant.with_values({"interventions.m": table})).institution_meeting[BURN_IN + 4] == 2.0


def test_self_help_groups_form_save_and_borrow_and_free_their_members(stagnant: Scenario) -> None:
    poor = stagnant.with_values({"cluster.mean_workers": 3.0, "cluster.size_spread": 0.4, "middlemen.share": 0.8})
    span = {"start": "2000-03", "end": "2002-06"}
    groups = poor.with_values({"interventions.s": {"kind": "self_help_groups", "literacy": True, **span}})
    credit = groups.with_values({"interventions.c": {"kind": "micro_credit", **span}})
    alone, saving, lent = (run(scenario, seed=2) for scenario in (poor, groups, credit))
    assert alone.monthly["self_help_members"].max() == 0
    assert saving.monthly["self_help_members"].iloc[-1] >= 5
    assert not saving.world.groups.owed.any()
    assert lent.world.groups.owed.any()
    assert lent.monthly["bound"].iloc[-1] < alone.monthly["bound"].iloc[-1] - 0.1
    inside = saving.world.firms.group[:, 1]
    taught = (inside >= 0) & (saving.world.groups.saving[inside] > 0)
    assert (saving.world.firms.recognised[~taught & (saving.world.firms.life > 0)] == 0).all()
    assert saving.world.firms.recognised[taught].max() > 0.3
    assert (saving.world.groups.kind[np.unique(inside[taught])] == SELF_HELP).all()


def test_firms_that_the_programme_did_not_serve_are_counted_when_they_close() -> None:
    hard = load_scenario("stagnant").with_values({"turnover.patience": 2, "run.months": 60, "market.use": 0.6})
    done = run(hard.without_programme(), seed=3)
    closed = done.monthly["closed_unserved"]
    assert closed.is_monotonic_increasing
    founders, cohort = done.world.firms.founder.sum(), done.world.firms.cohort.sum()
    assert closed.iloc[-1] >= founders - cohort > 0


def test_bagru_begins_with_heirs_and_its_direct_way_differs_in_nothing_else() -> None:
    round_about, direct = load_scenario("bagru"), load_scenario("bagru-direct")
    assert "youth" in round_about.interventions
    rest = {name: known for name, known in round_about.interventions.items() if name != "youth"}
    assert direct.interventions == rest
    assert plan_of(direct).days.sum() == plan_of(round_about).days.sum()


def test_the_export_visit_is_jaipur_and_one_visit() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        visit, jaipur = load_scenario("export-visit"), load_scenario("jaipur")
    assert set(visit.interventions) - set(jaipur.interventions) == {"export_visit"}
    assert visit.cluster == jaipur.cluster


@pytest.mark.parametrize(
    ("path", "value"),
    [("institutions.rest", "nobody"), ("middlemen.cut", 1.5), ("interventions.y.share", -0.1),
     ("interventions.y.dates", ["2000-13"])],
)  # fmt: skip
def test_bad_input_is_refused_by_name(stagnant: Scenario, path: str, value: Any) -> None:
    young = {"interventions.y": {"kind": "youth_first", "start": "2000-03", "end": "2000-05"}}
    with pytest.raises(InputError, match=path.replace(".", r"\.")):
        stagnant.with_values(young).with_values({path: value})
