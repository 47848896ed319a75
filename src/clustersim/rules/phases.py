"""Phases of the programme open when their date has come and the cluster is ready; tapers on a condition turn so, too.

A gate opens in the first month t ≥ first in which what it looks at, as measured at the end of the month before, is at
least ``level``; after ``latest`` it opens anyway, or never.  A phase that opens d months late moves all that was
planned in it by d months, inside the programme's time; beyond its end the calendar stands as it was planned.
"""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.levers import (
    AGENT_SKILL,
    ASSOCIATION_MEMBERS,
    COST_RECOVERY,
    DATE,
    SUCCESSES,
    TRUST,
    TRUST_BROKER,
)


@rule
def due(table, o, t):
    """Whether the time of an offer, a support or a grant has come and its phase is open."""
    return table.phase[o] < 0 and table.first[o] <= t <= table.last[o]


@rule
def stands(offers, o, t):
    """Whether an offer can be taken up this month."""
    return offers.done[o] < 0 and due(offers, o, t)


@rule
def succeeded(log):
    """Joint activities so far that happened with the broker's help or programme money."""
    count = 0
    for row in range(log.count[0]):
        if log.happened[row] == 1 and (log.assisted[row] == 1 or log.funded[row] == 1):
            count += 1
    return count


@rule
def met(w, on, level, m):
    """Whether the cluster, as measured in month m of the report, is where the condition wants it; empty is not."""
    if on == DATE:
        return True
    if m < 0:
        return False
    if on == TRUST_BROKER:
        return w.measures.trust_broker[m] >= level
    if on == ASSOCIATION_MEMBERS:
        return w.measures.association_members[m] >= level
    if on == SUCCESSES:
        return succeeded(w.log) >= level
    if on == COST_RECOVERY:
        return w.measures.cost_recovery[m] >= level
    if on == TRUST:
        return w.measures.trust[m] >= level
    return on == AGENT_SKILL and w.measures.agent_skill[m] >= level


@rule
def release(table, g, late, until):
    """Offers, supports or grants that waited for phase g stand from now on, as late as the phase is."""
    for o in range(table.phase.shape[0]):
        if table.phase[o] == g:
            table.phase[o] = -1
            if table.last[o] <= until:
                table.last[o] = min(until, table.last[o] + late)
            table.first[o] += late


@rule
def begin(plan, g, t):
    """What was planned in phase g may happen from this month on, as late as the phase is."""
    gates = plan.gates
    late = t - gates.first[g]
    until = gates.until[0]
    release(plan.offers, g, late, until)
    release(plan.supports, g, late, until)
    release(plan.grants, g, late, until)
    levers, months = gates.calendar.shape
    for k in range(levers):
        for month in range(t, months):
            planned = gates.held[g, k, month - late if month <= until else month]
            if planned == planned:  # not empty
                gates.calendar[k, month] = planned


@rule
def turn(offers, g):
    """The offers that waited for this gate pass to their second shares."""
    for o in range(offers.kind.shape[0]):
        if offers.turn[o] == g:
            offers.turn[o] = -1
            offers.participants[o] = offers.later_participants[o]
            offers.programme[o] = offers.later_programme[o]
            offers.institutions[o] = offers.later_institutions[o]
            offers.unrecorded[o] = offers.later_unrecorded[o]


@rule
def open_gates(w, t):
    """Open what is due: see the head of this file."""
    gates, offers = w.plan.gates, w.plan.offers
    for g in range(gates.first.shape[0]):
        if gates.opened[g] >= 0 or t < gates.first[g]:
            continue
        late = t > gates.latest[g]
        if late and gates.lapses[g] == 1:
            continue
        if late or met(w, gates.on[g], gates.level[g], t - w.burn_in - 1):
            gates.opened[g] = t
            if g < gates.held.shape[0]:
                begin(w.plan, g, t)
            turn(offers, g)
