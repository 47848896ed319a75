"""Felt needs and real ones: what firms ask for, and what helps them to see what they need.

A firm feels a share w of its real need for each service, and gives a share R of its attention to relief from outside
(a change of the law, better prices); it asks for a service with chance w·(1 − R) when it has time to.
Whatever opens its eyes moves both:  w += step·(1 − w),  R −= step·R.
"""

from __future__ import annotations

import math

from clustersim import ledger as books
from clustersim.agents import NEVER
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.randomness import ARTICULATING, INFORMING, NEED, draw_for_all, normal, uniform
from clustersim.rules.meetings import TABLE
from clustersim.rules.selection import pick_highest


@rule
def first_needs(firms, key, i, p):
    """Needs of a firm of the start, real and felt: felt ones are few, most attention goes to relief."""
    life = firms.life[i]
    firms.relief[i] = min(1.0, max(0.0, p.relief + 0.15 * normal(key, 0, NEED, 0, i, life)))
    firms.tutor[i] = 0
    for k in range(firms.need.shape[1]):
        firms.need[i, k] = min(2.0, max(0.3, 1.0 + p.need_spread * normal(key, 0, NEED, 1 + k, i, life)))
        firms.wants[i, k] = min(1.0, p.felt * 2.0 * uniform(key, 0, NEED, 100 + k, i, life))
        firms.known[i, k] = p.unproven * (0.5 + uniform(key, 0, NEED, 200 + k, i, life))
        firms.paid[i, k] = 0.0
        firms.used[i, k] = NEVER
        firms.asked[i, k] = NEVER
        firms.heard[i, k] = 0


@rule
def open_eyes(firms, i, step):
    """Felt needs of one firm move towards its real ones."""
    for k in range(firms.wants.shape[1]):
        firms.wants[i, k] += step * (1.0 - firms.wants[i, k])
    firms.relief[i] -= step * firms.relief[i]


@rule
def talk_of_needs(firms, scratch, days, t, skill, b, step):
    """The broker sees firms of its circle one by one, those first in whom it has most to change; returns the calls."""
    size = 0
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1 and firms.in_circle[i] == 1 and firms.visited[i] < t:
            scratch.invited[size] = i
            scratch.score[size] = (0.1 + firms.trust_broker[i]) * (0.1 + firms.relief[i])
            size += 1
    calls = pick_highest(scratch, size, math.floor(days * b.visits_per_day))
    for n in range(calls):
        i = scratch.invited[n]
        firms.visited[i] = t
        effect = b.visit_effect * (0.5 + 0.5 * skill) * (1.0 - 0.7 * firms.bitter[i])
        firms.trust_broker[i] += effect * (1.0 - firms.trust_broker[i])
        open_eyes(firms, i, step * firms.trust_broker[i])
    return calls


@rule
def hear_of_needs(firms, scratch, first, last, founder, key, t, which, hearing):
    """One meeting: those who trust the broker come, and move towards whoever at the table sees most clearly."""
    size = last - first
    start = int(uniform(key, t, ARTICULATING, 1000 + which, founder, 0) * max(1, size))
    came = 0
    for n in range(min(size, TABLE)):
        i = scratch.members[first + (start + n) % size]
        if firms.assigned[i] == 1 and uniform(key, t, ARTICULATING, which, i, founder) < firms.trust_broker[i]:
            scratch.invited[came] = i
            came += 1
    if came < 3:
        return
    calmest = 1.0
    for n in range(came):
        calmest = min(calmest, firms.relief[scratch.invited[n]])
    for k in range(firms.wants.shape[1]):
        clearest = 0.0
        for n in range(came):
            clearest = max(clearest, firms.wants[scratch.invited[n], k])
        for n in range(came):
            i = scratch.invited[n]
            firms.wants[i, k] += hearing * firms.trust_broker[i] * (clearest - firms.wants[i, k])
    for n in range(came):
        i = scratch.invited[n]
        firms.relief[i] -= hearing * firms.trust_broker[i] * (firms.relief[i] - calmest)


@rule
def articulate(w, days, t):
    """Finding out with firms what they really need: half of the days one by one, half in groups; returns the days.

    The step is ``articulation`` (one by one) or ``hearing`` (at a table) times trust in the broker.
    """
    if days <= 0.0:
        return 0.0
    firms, groups, scratch, p = w.firms, w.groups, w.scratch, w.p
    calls = talk_of_needs(firms, scratch, 0.5 * days, t, w.brokers.skill[0], p.broker, p.services.articulation)
    awake = 0
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 1 and groups.size[g] >= 3:
            awake += 1
    held = math.floor(0.5 * days / p.broker.meeting_days + 1e-9) if awake > 0 else 0
    for h in range(held):
        turn = (t * held + h) % awake
        for g in range(groups.alive.shape[0]):
            if groups.alive[g] == 1 and groups.size[g] >= 3:
                if turn == 0:
                    first, last = scratch.first[g], scratch.first[g + 1]
                    hear_of_needs(firms, scratch, first, last, groups.founder[g], w.key, t, h, p.services.hearing)
                turn -= 1
    return calls / max(0.1, p.broker.visits_per_day) + held * p.broker.meeting_days


@rule
def inform(firms, scratch, ledger, cost, programme, institutions, unrecorded, key, t, p):
    """An information point: whoever comes learns what it needs, and a little of what one service is worth.

    What the other payers leave of the month's cost the visitors share; where nobody comes it falls to the programme.
    """
    if cost <= 0.0:
        return
    came = 0
    draw_for_all(scratch.luck, key, t, INFORMING, 0, firms.life)
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 1 and firms.assigned[i] == 1 and scratch.luck[0, i] < p.visits:
            scratch.invited[came] = i
            came += 1
    own = max(0.0, 1.0 - programme - institutions - unrecorded) * cost
    left = own
    for n in range(came):
        i = scratch.invited[n]
        fee = max(0.0, min(own / came, ledger.balance[FIRST_FIRM + i]))
        pay(ledger, books.POINT, FIRST_FIRM + i, books.WORLD, fee)
        left -= fee
        open_eyes(firms, i, p.informing)
        k = int(scratch.luck[1, i] * firms.known.shape[1])
        firms.known[i, k] += p.informing * (1.0 - firms.known[i, k])
        firms.served[i] = 1
    pay(ledger, books.POINT, books.PROGRAMME, books.WORLD, programme * cost + max(0.0, left))
    pay(ledger, books.POINT, books.INSTITUTIONS, books.WORLD, institutions * cost)
    pay(ledger, books.POINT, books.UNRECORDED, books.WORLD, unrecorded * cost)
