"""The broker's month, and the local agent's: a few days, spent first on tasks with a date, then meetings, then visits.

Visits build a firm's trust in the broker, T_ib += effect·(1 − T_ib); without them it fades.
"""

from __future__ import annotations

import math

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import pay
from clustersim.randomness import VISIT, draw_for_all, uniform
from clustersim.rules.heirs import visit_heirs
from clustersim.rules.meetings import LARGE, hold_meetings
from clustersim.rules.needs import articulate
from clustersim.rules.outreach import spend_beside
from clustersim.rules.projects import carry_on, start_projects
from clustersim.rules.selection import pick_highest
from clustersim.rules.umbrella import unite

BROKER, LOCAL_AGENT = 0, 1


@rule
def widen(firms, scratch, trust_in, key, p):
    """Choose the firms to work with: some at the start, more in steps as those already chosen come to trust the broker.

    A broker who is not neutral picks the larger firms first; a neutral one by lot, those who can lead a little sooner.
    """
    total = 0.0
    have = 0
    alive = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1:
            alive += 1
            if firms.in_circle[i] == 1:
                have += 1
                total += trust_in[i]
    wanted = have
    if have == 0:
        wanted = p.circle
    elif total / have > 0.55:
        wanted = have + p.circle_step
    wanted = min(wanted, alive)
    if have >= wanted:
        return
    draw_for_all(scratch.luck, key, 0, VISIT, 1, firms.life)
    size = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1 and firms.in_circle[i] == 0 and firms.assigned[i] == 1:
            lot = scratch.luck[0, i] + 0.5 * firms.able[i] + (1.0 - p.neutrality) * 0.1 * firms.workers[i]
            scratch.invited[size] = i
            scratch.score[size] = lot
            size += 1
    for k in range(pick_highest(scratch, size, wanted - have)):
        firms.in_circle[scratch.invited[k]] = 1


@rule
def visit(firms, ties, scratch, trust_in, who, days, key, t, skill, extent, p):
    """See as many firms of the circle as the days allow, those not seen for longest first; returns the days spent.

    A partial broker sees the larger firms first, and their contacts notice.
    """
    partial = 1.0 - p.neutrality
    a_day = p.visits_per_day / (1.0 + extent / p.visit_range)
    calls = math.floor(days * a_day + uniform(key, t, VISIT, 2, who, 0))
    size = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1 and firms.in_circle[i] == 1 and firms.visited[i] < t:
            wait = float(t - max(firms.visited[i], t - 240)) - 4.0 * trust_in[i]
            if firms.workers[i] >= LARGE:
                wait += 6.0 * partial
            if wait > -1.0:
                scratch.invited[size] = i
                scratch.score[size] = wait
                size += 1
    done = pick_highest(scratch, size, calls)
    for seen in range(done):
        best = scratch.invited[seen]
        firms.visited[best] = t
        effect = p.visit_effect * (0.5 + 0.5 * skill) * (1.0 - 0.7 * firms.bitter[best])
        trust_in[best] += effect * (1.0 - trust_in[best])
        firms.bitter[best] *= 1.0 - 0.10 * trust_in[best]
        for k in range(firms.felt.shape[1]):  # a visit also talks felt needs towards real ones
            firms.felt[best, k] += 0.04 * trust_in[best] * max(0.0, 1.0 - firms.felt[best, k])
        if partial > 0.0 and firms.workers[best] >= LARGE:
            for e in range(ties.start[best], ties.start[best] + ties.degree[best]):
                if firms.workers[ties.to[e]] < LARGE:
                    trust_in[ties.to[e]] *= 1.0 - p.favour_seen * partial
    return done / max(0.1, a_day)


@rule
def study(firms, ledger, days, key, t, p):
    """The diagnostic study: firms are asked and heard; some trust is built, views come closer together."""
    alive = 0
    mean = 0.0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1:
            alive += 1
            mean += firms.climate[i]
    if alive == 0:
        return
    mean /= alive
    chance = min(1.0, days * 3.0 / alive)
    for i in range(firms.alive.shape[0]):
        heard = firms.alive[i] == 1 and firms.assigned[i] == 1
        if heard and uniform(key, t, VISIT, 3, i, firms.life[i]) < chance:
            firms.trust_broker[i] += 0.4 * p.visit_effect * (1.0 - firms.bitter[i]) * (1.0 - firms.trust_broker[i])
            firms.climate[i] += 0.25 * (mean - firms.climate[i])
            for k in range(firms.felt.shape[1]):
                firms.felt[i, k] += 0.03 * (1.0 - firms.felt[i, k])
    pay(ledger, books.STUDY, books.PROGRAMME, books.WORLD, days * 40.0)


@rule
def spend_days(w, t, announced):
    """The broker's month: study, coaching, bank, projects, meetings, and visits with what is left; paid by the day."""
    firms, groups, ledger, brokers, plan, key, p = w.firms, w.groups, w.ledger, w.brokers, w.plan, w.key, w.p
    days = plan.days[t]
    b = p.broker
    brokers.mediates[BROKER] = 0.0
    brokers.chairs[BROKER] = 0.0
    brokers.informed[BROKER] = 0.0
    if days > 0.0:
        left = days
        pay(ledger, books.BROKER, books.PROGRAMME, books.WORLD, days * b.day_cost)
        brokers.spent[BROKER] += days
        widen(firms, w.scratch, firms.trust_broker, key, b)
        if plan.study[t] > 0.0:  # interviews of the diagnostic study: short calls on firms in and out of the circle
            study(firms, ledger, min(left, plan.study[t]), key, t, b)
            left -= min(left, plan.study[t])
        if plan.mediation[t] > 0.0 and left >= 1.0:
            brokers.mediates[BROKER] = 1.0
            left -= 1.0
        if 0.0 < plan.bank_meeting[t] < 1.5 and left >= 2.0:
            brokers.chairs[BROKER] = 1.0
            left -= 2.0
        left -= spend_beside(w, left, t)
        coach = min(left, plan.coaching[t])
        brokers.skill[LOCAL_AGENT] += (1.0 - brokers.skill[LOCAL_AGENT]) * min(1.0, b.coaching * coach)
        left -= coach
        left -= articulate(w, min(left, plan.articulation[t]), t)
        if plan.monitoring[t] > 0.0 and left >= plan.monitoring[t]:
            brokers.informed[BROKER] = 1.0
            left -= plan.monitoring[t]
        if plan.umbrella[t] > 0.0:
            left -= unite(firms, groups, left, key, t, p.umbrella)
        left -= start_projects(w, left, t, announced)
        budget = min(left, plan.meetings[t] * left)
        left -= hold_meetings(w, firms.trust_broker, BROKER, budget, t)
        if plan.youth_visits[t] > 0.0 and left > 0.0:
            young = plan.youth_visits[t] * left
            left -= visit_heirs(firms, w.scratch, young, key, t, brokers.skill[BROKER], p.heirs.memory, b)
        if plan.visits[t] > 0.0 and left > 0.0:
            visit(
                firms, w.ties, w.scratch, firms.trust_broker, BROKER, left, key, t, brokers.skill[BROKER],
                p.cluster.extent, b,
            )
    for i in range(firms.alive.shape[0]):
        if firms.visited[i] != t:
            firms.trust_broker[i] *= 1.0 - b.forgetting
    for g in range(groups.alive.shape[0]):
        if days <= 0.0 or plan.horizon[t] < p.groups.foresight:
            groups.reliance[g] -= p.groups.reliance_fade * groups.reliance[g]


@rule
def spend_local_days(w, t):
    """The local agent's month after the hand-over: projects, meetings, visits, paid by support institutions."""
    if w.plan.handover[t] <= 0.0:
        return
    firms, brokers, key, b = w.firms, w.brokers, w.key, w.p.broker
    if brokers.started[LOCAL_AGENT] == 0:  # the broker hands its standing on, as far as the agent has learned the work
        brokers.started[LOCAL_AGENT] = 1
        for i in range(firms.alive.shape[0]):
            firms.trust_agent[i] = 0.7 * brokers.skill[LOCAL_AGENT] * firms.trust_broker[i]
    days = b.local_days * brokers.skill[LOCAL_AGENT]
    brokers.spent[LOCAL_AGENT] += days
    pay(w.ledger, books.LOCAL_AGENT, books.INSTITUTIONS, books.WORLD, 0.5 * days * b.day_cost)
    left = days - carry_on(w, days, t)
    left -= hold_meetings(w, firms.trust_agent, LOCAL_AGENT, 0.5 * left, t)
    if left > 0.0:
        visit(
            firms, w.ties, w.scratch, firms.trust_agent, LOCAL_AGENT, left, key, t, brokers.skill[LOCAL_AGENT],
            w.p.cluster.extent, b,
        )
    for i in range(firms.alive.shape[0]):
        if firms.visited[i] != t:
            firms.trust_agent[i] *= 1.0 - b.forgetting
