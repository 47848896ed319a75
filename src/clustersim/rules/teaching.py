"""Courses for single members of a group, and what they pass on to the others."""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.parameters.values import SOFTWARE, WEB
from clustersim.randomness import TEACHING, uniform
from clustersim.rules.membership import list_helped
from clustersim.rules.phases import due
from clustersim.rules.pilots import group_for, share_cost
from clustersim.rules.selection import pick_highest

COURSE = 3  # code of courses among the supports
TECHNICAL, MARKETING, DESIGNING, IT = range(4)  # topics
STEP = 0.05  # of skill, as in a course that a group takes together (rules/delivery.py)


@rule
def learn(firms, i, topic, services):
    """What a course does for who takes it: skill and quality, access to national buyers, or a view of IT."""
    if topic == MARKETING:
        firms.reach[i, 1] += STEP * (1.0 - firms.reach[i, 1])
    elif topic == IT:
        for k in (WEB, SOFTWARE):
            firms.known[i, k] += services.proof * (1.0 - firms.known[i, k])
            firms.wants[i, k] += services.proof * (1.0 - firms.wants[i, k])
    else:
        step = STEP if topic == TECHNICAL else 0.5 * STEP
        firms.skill[i] += step * max(0.0, 1.0 - firms.skill[i] / 0.4)
        step = 0.5 * STEP if topic == TECHNICAL else STEP
        firms.quality[i] += step * (1.0 - firms.quality[i])


@rule
def hold_courses(w, t):
    """Standing courses begin once there is a group for them: it sends members by lot, those able to lead first."""
    firms, scratch, supports = w.firms, w.scratch, w.plan.supports
    for o in range(supports.what.shape[0]):
        if supports.what[o] != COURSE or supports.done[o] >= 0 or not due(supports, o, t):
            continue
        g = group_for(w.groups, supports.number[o] + 1)
        if g < 0:
            continue
        size = list_helped(firms, scratch, g)
        for n in range(size):
            i = scratch.invited[n]
            lot = uniform(w.key, t, TEACHING, supports.subject[o], i, w.groups.founder[g])
            scratch.score[n] = lot + firms.able[i] - 2.0 * (firms.tutor[i] > 0)
        count = pick_highest(scratch, size, supports.number[o])
        if count == 0:
            continue
        cost = supports.fee[o] * count
        share_cost(w.ledger, supports, o, cost, books.TRAINING, books.PROVIDERS, scratch.invited, count)
        supports.done[o] = t
        for n in range(count):
            i = scratch.invited[n]
            learn(firms, i, supports.subject[o], w.p.services)
            firms.tutor[i] = supports.subject[o] + 1
            firms.served[i] = 1


@rule
def pass_on(firms, ties, p):
    """Tutors teach members who know them: skill += teaching·T·max(0, tutor's − own); IT: what services are worth."""
    for i in range(firms.alive.shape[0]):
        if firms.tutor[i] == 0 or firms.alive[i] == 0:
            continue
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            j = ties.to[e]
            same = firms.group[i, 0] >= 0 and firms.group[i, 0] == firms.group[j, 0]
            same = same or (firms.group[i, 1] >= 0 and firms.group[i, 1] == firms.group[j, 1])
            if not same:
                continue
            step = p.teaching * ties.trust[ties.back[e]]
            if firms.tutor[i] == IT + 1:
                for k in (WEB, SOFTWARE):
                    firms.known[j, k] += step * max(0.0, firms.known[i, k] - firms.known[j, k])
                    firms.wants[j, k] += step * max(0.0, firms.wants[i, k] - firms.wants[j, k])
            else:
                firms.skill[j] += step * max(0.0, firms.skill[i] - firms.skill[j])
