"""What a scenario's programme and shocks come to, month by month: the plan that the compiled months read."""

from __future__ import annotations

import numpy as np

from clustersim.interventions import (
    Calendar,
    Gate,
    Intervention,
    write_gates,
    write_grants,
    write_offers,
    write_supports,
)
from clustersim.levers import Plan, new_plan
from clustersim.scenario import Scenario


def calendar_of(scenario: Scenario) -> Calendar:
    """The calendar of a scenario's run."""
    return Calendar(scenario.run.start, scenario.run.burn_in, scenario.run.months)


def plan_of(scenario: Scenario) -> Plan:
    """What policy offers in each month of a scenario: the broker's days, then every intervention and shock by name."""
    calendar = calendar_of(scenario)
    found = [known for _, known in sorted([*scenario.shocks.items(), *scenario.interventions.items()],
                                          key=lambda item: item[0])]  # fmt: skip
    offers = [offer._replace(phase=known.phase) for known in found for offer in known.offers(calendar)]
    supports = [support._replace(phase=known.phase) for known in found for support in known.supports(calendar)]
    phases = phases_of(scenario)
    turns = dict.fromkeys(offer.turn[0] for offer in offers if offer.turn is not None)
    gates = [*phases.values(), *turns]
    grants = [grant._replace(phase=known.phase) for known in found for grant in known.grants(calendar)]
    plan = new_plan(calendar.length, offers=len(offers), supports=len(supports), grants=len(grants), gates=len(gates),
                    phases=len(phases))  # fmt: skip
    programme = scenario.programme
    if programme.start is not None and programme.end is not None:
        span = calendar.span(programme.start, programme.end)
        plan.days[span] = scenario.broker.days_per_month
        if programme.announced_exit:
            left = calendar.at(programme.end) - np.arange(calendar.length)
            plan.horizon[span] = np.maximum(0, left)[span]
            plan.horizon[span.stop :] = 0
        plan.gates.until[0] = calendar.at(programme.end)
    for known in found:
        if known.phase is None:
            known.schedule(plan, calendar)
    for known in found:
        if known.phase is not None:
            hold(plan, known, calendar, list(phases).index(known.phase))
    write_gates(plan, gates)
    write_offers(plan, offers, list(phases), gates)
    write_supports(plan, supports, list(phases))
    write_grants(plan, grants, list(phases))
    return plan


def phases_of(scenario: Scenario) -> dict[str, Gate]:
    """The phases that a programme declares, by name, and what each waits for; in the order of their gates."""
    calendar = calendar_of(scenario)
    found = {name: known.gate(calendar) for name, known in sorted(scenario.interventions.items())}
    return {name: gate for name, gate in found.items() if gate is not None}


def hold(plan: Plan, waiting: Intervention, calendar: Calendar, phase: int) -> None:
    """Let an intervention write its levers into what its phase holds back, and not yet into the plan."""
    held, table = plan.gates.held[phase], plan.gates.calendar
    without = table.copy()
    table[:] = np.where(np.isnan(held), without, held)  # what others of the phase have written stands
    before = table.copy()
    waiting.schedule(plan, calendar)
    changed = table != before
    held[changed] = table[changed]
    table[:] = without
