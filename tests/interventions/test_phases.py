"""Phases: they open when date and cluster are ready, hold back what names them, and move it when they are late."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from clustersim.scenario import Scenario, load_scenario
from clustersim.simulation import new_world, plan_of, run
from tests.bad_input import problems

SMALL = {"cluster.firms": 60, "run.months": 60, "run.burn_in": 6}
BURN_IN = 6
PURCHASE = 1  # the code of that kind of activity


def phased(values: dict[str, Any] | None = None, **phase: Any) -> Scenario:
    """The stagnant cluster, its joint purchases held back by a phase that may open in September 2000, month 8."""
    table = {"kind": "phase", "start": "2000-09", **phase}
    return load_scenario("stagnant").with_values({
        **SMALL, "interventions.pilots": table, "interventions.purchase.phase": "pilots", **(values or {}),
    })  # fmt: skip


def months_of(scenario: Scenario, seed: int = 0) -> tuple[int | None, list[int]]:
    """When the phase opened, and the months in which purchases were tried with help."""
    done = run(scenario, seed=seed)
    log, count = done.world.log, int(done.world.log.count[0])
    helped = (log.kind[:count] == PURCHASE) & ((log.assisted[:count] == 1) | (log.funded[:count] == 1))
    return done.phases["pilots"], (log.month[:count][helped] - BURN_IN).tolist()


def test_without_a_condition_a_phase_opens_at_its_date_and_changes_nothing() -> None:
    free = load_scenario("stagnant").with_values(SMALL)
    assert run(phased()).phases == {"pilots": 8}
    assert run(phased()).measures.tobytes() == run(free).measures.tobytes()


def test_nothing_of_a_phase_happens_before_it_opens() -> None:
    opened, tried = months_of(phased(on="trust_broker", level=0.7))
    assert opened is not None
    assert opened > 8
    assert tried
    assert min(tried) >= opened


def test_a_phase_opens_in_the_month_after_the_level_is_reached() -> None:
    done = run(phased(on="trust_broker", level=0.7))
    opened, trust = done.phases["pilots"], done.monthly["trust_broker"]
    assert opened is not None
    assert trust[opened - 1] >= 0.7
    assert (trust[7 : opened - 1] < 0.7).all()


@pytest.mark.parametrize(("on", "level", "measure"), [
    ("association_members", 14.0, "association_members"), ("trust", 0.26, "trust"), ("agent_skill", 0.2, "agent_skill"),
    ("cost_recovery", 0.5, "cost_recovery"),
])  # fmt: skip
def test_every_measure_can_be_waited_for(on: str, level: float, measure: str) -> None:
    # the fairs and courses go on, so that there is something to recover the cost of
    done = run(phased({"interventions.training.start": "2000-06"}, on=on, level=level))
    ready = [m for m in range(7, 60) if done.monthly[measure][m] >= level]
    assert done.phases["pilots"] == (ready[0] + 1 if ready and ready[0] < 59 else None)


def test_successes_are_counted_from_the_log() -> None:
    often = {"interventions.training.start": "2000-04", "interventions.training.every": 1}
    done = run(phased(often, on="successes", level=2))
    log, count = done.world.log, int(done.world.log.count[0])
    helped = (log.happened[:count] == 1) & ((log.assisted[:count] == 1) | (log.funded[:count] == 1))
    assert helped.sum() >= 2
    assert done.phases["pilots"] == log.month[:count][helped][1] - BURN_IN + 1


def test_after_the_last_month_of_waiting_it_opens_anyway_or_lapses() -> None:
    never: dict[str, Any] = {"on": "trust", "level": 1.0, "latest": "2000-12"}
    assert months_of(phased(**never))[0] == 12
    assert months_of(phased(**never, otherwise="lapses")) == (None, [])
    assert months_of(phased(on="trust", level=1.0)) == (None, [])


def test_a_late_phase_moves_its_offers_by_as_many_months_inside_the_programmes_time() -> None:
    late = phased(on="trust", level=1.0, latest="2000-12")
    planned, moved = plan_of(late).offers, run(late).world.plan.offers
    mine = planned.phase == 0
    assert mine.sum() > 3
    assert (moved.first[mine] == planned.first[mine] + 4).all()
    end = BURN_IN + 47  # December 2003
    assert (moved.last[mine] == np.minimum(end, planned.last[mine] + 4)).all()
    assert (moved.first[~mine] == planned.first[~mine]).all()


def test_a_late_phase_moves_its_calendar_too_but_not_beyond_the_programme() -> None:
    late = phased({"interventions.handover.phase": "pilots", "interventions.bank.kind": "single_firm_support",
                   "interventions.bank.date": "2003-11", "interventions.bank.phase": "pilots"},
                  on="trust", level=1.0, latest="2000-12")  # fmt: skip
    before = plan_of(late)
    assert not before.coaching.any()
    assert not before.handover.any()
    after = run(late).world.plan
    first = BURN_IN + 29 + 4  # coaching from June 2002
    assert not after.coaching[:first].any()
    assert (after.coaching[first : BURN_IN + 48] == 2.0).all()
    assert after.handover[BURN_IN + 48 :].all(), "beyond its end the calendar stands as it was planned"
    assert not after.favour.any(), "November and four months is after the programme"


WAITING: dict[str, dict[str, Any]] = {
    "vouchers": {"kind": "voucher", "start": "2000-09", "end": "2003-06", "number": 500},
    "course": {"kind": "training", "mode": "individual", "start": "2000-09", "end": "2003-06"},
    "pilot": {"kind": "pilot_service", "date": "2000-09"},
    "tools": {"kind": "technology_upgrading", "start": "2000-09", "end": "2003-06", "places": 60},
    "papers": {"kind": "certification", "start": "2000-09", "end": "2003-06", "places": 60},
}
BOOKED = {"vouchers": "voucher", "course": "training", "pilot": "service development", "tools": "technology",
          "papers": "certification"}  # fmt: skip


def waiting(name: str, **phase: Any) -> Scenario:
    """One kind that pays for services or investments of single firms, in that phase; nobody else pays for the like."""
    values: dict[str, Any] = {f"interventions.{name}": {**WAITING[name], "phase": "pilots"}, "investment.interest": 0.5,
                              "services.felt": 1.0, "services.relief": 0.0, "services.search": 1.0}  # fmt: skip
    return phased({**values, "interventions.training.kind": "none"} if name == "course" else values, **phase)


@pytest.mark.parametrize("name", WAITING)
def test_what_is_paid_to_single_firms_waits_for_its_phase_too(name: str) -> None:
    def months(scenario: Scenario) -> list[int]:
        ledger = run(scenario).ledger
        mine = (ledger["purpose"] == BOOKED[name]) & (ledger["payer"] == "programme")
        return sorted(ledger["month"][mine & (ledger["amount"] > 0.0)])

    free, late = (months(waiting(name, **phase)) for phase in ({}, {"on": "trust", "level": 1.0, "latest": "2001-12"}))
    assert 8 <= free[0] < 24
    assert late[0] >= 24
    assert months(waiting(name, on="trust", level=1.0)) == []


@pytest.mark.parametrize(("name", "table"), [("vouchers", "supports"), ("tools", "grants")])
def test_a_late_phase_moves_what_it_pays_to_single_firms_by_as_many_months(name: str, table: str) -> None:
    late = waiting(name, on="trust", level=1.0, latest="2000-12")
    planned, moved = getattr(plan_of(late), table), getattr(run(late).world.plan, table)
    assert (planned.phase == 0).all()
    assert planned.first.size > 1
    assert (moved.phase == -1).all()
    assert (moved.first == planned.first + 4).all()
    assert (moved.last == np.minimum(BURN_IN + 47, planned.last + 4)).all()


def test_two_interventions_of_one_phase_both_stand() -> None:
    late = phased({"interventions.visits.phase": "pilots", "interventions.meetings.phase": "pilots"}, on="date")
    plan = run(late).world.plan
    free = plan_of(load_scenario("stagnant").with_values(SMALL))
    opened = BURN_IN + 8
    assert (plan.visits[opened:] == free.visits[opened:]).all()
    assert (plan.meetings[opened:] == free.meetings[opened:]).all()
    assert not plan.visits[:opened].any()


def test_a_programme_without_phases_has_no_gates() -> None:
    world = new_world(load_scenario("stagnant"))
    assert world.plan.gates.first.size == 0
    assert run(load_scenario("stagnant").with_values(SMALL)).phases == {}


VISITS = '[interventions.v]\nkind = "visits"\nstart = "1997-01"\nend = "1998-01"\nphase = "pilot"\n'
PHASE = '[interventions.pilots]\nkind = "phase"\nstart = "1997-06"\n'


@pytest.mark.parametrize(("text", "key", "words"), [
    (VISITS, "interventions.v.phase", "no such phase"),
    (VISITS + PHASE, "interventions.v.phase", "no such phase"),
    (PHASE + 'phase = "pilots"\n', "interventions.pilots.phase", "a phase waits for no other phase"),
    (PHASE + '[shocks.s]\nkind = "flood"\ndate = "1997-06"\nphase = "pilots"\n', "shocks.s.phase", "a shock waits for"),
    (PHASE + 'latest = "1997-05"\n', "interventions.pilots.latest", "lies before its start"),
    (PHASE + 'on = "trust"\nlevel = 1.5\n', "interventions.pilots.level", "trust is never above 1"),
    (PHASE + "level = 0.5\n", "interventions.pilots.level", "nothing is named under `on`"),
    (PHASE + 'on = "trusts"\n', "interventions.pilots.on", "must be one of"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_words(text: str, key: str, words: str) -> None:
    (found,) = problems(text)
    assert found.key == key
    assert words in found.message
    if text == VISITS + PHASE:
        assert found.suggestion == "pilots"


CONDITIONAL = {"shape": "conditional", "on": "cost_recovery", "level": 0.45, "from_share": 0.6, "to_share": 0.1}


def tapered(**taper: Any) -> Scenario:
    return load_scenario("stagnant").with_values({
        **SMALL, "interventions.training.taper": {**CONDITIONAL, **taper}, "interventions.training.start": "2000-06",
    })  # fmt: skip


def test_a_conditional_taper_steps_down_when_the_run_reaches_the_level_and_never_back() -> None:
    done = run(tapered(), seed=3)
    opened = int(done.world.plan.gates.opened[0]) - BURN_IN
    recovered = done.monthly["cost_recovery"]
    assert 5 < opened < 60
    assert recovered[opened - 1] >= 0.45
    assert not (recovered[5 : opened - 1] >= 0.45).any()
    offers = done.world.plan.offers
    training = offers.turn != plan_of(tapered()).offers.turn  # those that have turned
    assert training.any()
    assert offers.programme[training] == pytest.approx(0.1)
    paid = offers.participants + offers.programme + offers.institutions + offers.unrecorded
    assert paid == pytest.approx(1.0)


def test_until_then_and_where_it_is_never_reached_the_first_share_stands() -> None:
    offers = run(tapered(on="trust", level=1.0)).world.plan.offers
    turned = plan_of(tapered()).offers.turn >= 0
    assert (offers.programme[turned] == 0.6).all()
    ended = run(tapered(on="trust", level=1.0, end="2001-01")).world.plan
    assert ended.gates.opened.tolist() == [BURN_IN + 13]
    assert (ended.offers.programme[turned] == 0.1).all()


def test_what_the_programme_no_longer_pays_may_pass_to_institutions() -> None:
    offers = plan_of(tapered(institutions=0.1, taken_over=0.5)).offers
    turned = offers.turn >= 0
    assert offers.later_institutions[turned] == pytest.approx(0.35)
    assert offers.later_participants[turned] == pytest.approx(0.55)


TAPER = '[interventions.x]\nkind = "training"\nstart = "1997-01"\nend = "1999-12"\n[interventions.x.taper]\n'


@pytest.mark.parametrize(("taper", "words"), [
    ('shape = "conditional"\n', "needs `on`"),
    ('shape = "conditional"\non = "trust"\n', "needs `on`"),
    ('on = "trust"\nlevel = 0.5\n', "belong to the shape conditional"),
    ('shape = "conditional"\non = "trust"\nlevel = 0.5\nfrom_share = 0.2\nto_share = 0.4\n', "never rises"),
    ('shape = "conditional"\non = "trust"\nlevel = 0.5\nstart = "1998-01"\nend = "1997-06"\n', "ends before it starts"),
    ('shape = "conditional"\non = "income"\nlevel = 0.5\n', "must be one of"),
])  # fmt: skip
def test_a_taper_that_cannot_be_is_refused(taper: str, words: str) -> None:
    assert any(words in found.message for found in problems(TAPER + taper))


def test_a_taper_of_days_knows_no_condition() -> None:
    (found,) = problems('[interventions.x]\nkind = "broker_days"\nstart = "1997-01"\nend = "1999-12"\n'
                        '[interventions.x.taper]\nshape = "conditional"\n')  # fmt: skip
    assert "must be one of linear, steps, cliff, flat" in found.message
