"""Projects: the broker, or later the local agent, brings a joint activity to a group that is likely to take it up.

The go-between knows the firms and judges by their own reckoning (``joint_action.likely``); it proposes only from
``judgement`` on, and among groups as good as sure turns to the one that has waited longest.
"""

from __future__ import annotations

from clustersim.compile import rule
from clustersim.parameters.values import FACILITY, SHOWROOM
from clustersim.randomness import MEETING, PRESSING, uniform, uniforms
from clustersim.rules.action_plan import prepare, ready
from clustersim.rules.institutions import bill, grants, judge_success
from clustersim.rules.joint_action import attempt, invite, likely, terms
from clustersim.rules.membership import slot_of
from clustersim.rules.phases import stands


@rule
def judge(w, t, g, kind, seats, share, fresh):
    """The share of those asked who would say yes by their own reckoning; -1 if fewer than three can be asked."""
    p, a = w.p, w.p.activities
    asked = invite(w.firms, w.groups, w.scratch, w.key, t, g, seats, True)
    if asked < 3:
        return -1.0
    needed, cost = terms(a, p.joint_action, kind, asked)
    return likely(
        w.firms, w.ties, w.ledger, w.scratch, asked, needed, kind, a.gain[kind], cost, share,
        p.joint_action.travel * p.cluster.extent, fresh, p.joint_action, p.fairness,
    )


@rule
def alike(offers, a, b):
    """Whether two offers are the same to the groups they are for."""
    same = offers.kind[a] == offers.kind[b] and offers.audience[a] == offers.audience[b]
    same = same and offers.seats[a] == offers.seats[b] and offers.programme[a] == offers.programme[b]
    return same and offers.institutions[a] == offers.institutions[b] and offers.unrecorded[a] == offers.unrecorded[b]


@rule
def start_projects(w, days, t, announced):
    """Bring standing offers to the groups most likely to take them up, and only where success is likely.

    Now and then the plan presses: the offer is put to the best group there is, likely or not.
    """
    groups, scratch, offers, key, p = w.groups, w.scratch, w.plan.offers, w.key, w.p
    institutions = w.institutions
    planned = w.plan.items[t] > 0.0
    spent = prepare(w, days, t) if planned else 0.0
    fresh = w.brokers.informed[0] > 0.0
    before = -1  # the offer that groups were judged for last, if nothing has happened since
    for o in range(offers.kind.shape[0]):
        if not stands(offers, o, t):
            continue
        if not planned and spent + p.broker.project_days > days:
            break
        kind = offers.kind[o]
        known = before >= 0 and alike(offers, before, o)
        before = o
        wanted = offers.institutions[o]
        granted = grants(institutions, wanted, p.institutions)
        more, rest = bill(wanted, granted, p.institutions)
        own, programme = offers.participants[o] + more, offers.programme[o] + rest
        best, best_judged = -1, 0.0
        least_bad, least_bad_judged = -1, -1.0
        for g in range(groups.alive.shape[0]):
            if groups.alive[g] == 0 or groups.standstill[g] > 0 or groups.size[g] < 3 or t - groups.tried[g] < 3:
                continue
            if offers.audience[o] >= 0 and slot_of(groups.kind[g]) != offers.audience[o]:
                continue
            if kind == FACILITY and groups.facility[g] >= 0:
                continue  # it has one
            if not known:
                scratch.judged[g] = judge(w, t, g, kind, offers.seats[o], own, fresh)
            judged = scratch.judged[g]
            if judged < 0.0:
                continue
            if judged < p.broker.judgement:
                if judged > least_bad_judged:
                    least_bad, least_bad_judged = g, judged
                continue
            # of those likely to succeed rather the one that has waited longest: neutral between groups
            judged += 0.01 * min(36, t - groups.success[g])
            if judged > best_judged:
                best, best_judged = g, judged
        if best >= 0:
            w.brokers.supported[0, kind] = t
        if planned and not ready(w.brokers, kind, p.broker.project_days):
            continue
        if best < 0 and uniform(key, t, PRESSING, kind, offers.first[o], offers.audience[o] + 1) < p.broker.pressure:
            best = least_bad
        if best < 0:
            continue
        before = -1
        if planned:
            w.brokers.prepared[0, kind] -= p.broker.project_days
        else:
            spent += p.broker.project_days
        others = (granted, offers.unrecorded[o])
        happened = attempt(w, t, best, kind, offers.seats[o], own, programme, others, 1, True, announced)
        offers.tries[o] += 1
        judge_success(institutions, happened, wanted, granted, 0.04, p.institutions)
        if happened == 1:
            offers.done[o] = t
    return spent


@rule
def carry_on(w, days, t):
    """After the hand-over the local agent prepares activities without any programme money, where groups wait for it."""
    groups, key, p = w.groups, w.key, w.p
    spent = 0.0
    for g in range(groups.alive.shape[0]):
        if spent + p.broker.project_days > days:
            break
        if groups.alive[g] == 0 or groups.standstill[g] > 0 or groups.size[g] < 3 or t - groups.tried[g] < 6:
            continue
        turn, what, _, _ = uniforms(key, t, MEETING, 3000, groups.founder[g], 0)
        if turn > 0.3:
            continue
        kind = int(what * SHOWROOM)  # commercial activities only
        judged = judge(w, t, g, kind, p.groups.invited, 1.0, False)
        if judged < 0.0 or judged < p.broker.judgement:
            continue
        spent += p.broker.project_days
        attempt(w, t, g, kind, p.groups.invited, 1.0, 0.0, (0.0, 0.0), 0, True, False)
    return spent
