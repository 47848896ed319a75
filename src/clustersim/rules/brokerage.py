"""The broker's month, and the local agent's: a few days, spent first on tasks with a date, then meetings, then visits.

Visits build a firm's trust in the broker, T_ib += effect·(1 − T_ib).  What the broker passes on between two firms at
one table is limited by both sides' trust in it: ΔT_ij = κ·T_ib·T_jb·(1 − T_ij) (tertius iungens, Obstfeld 2005).
"""

from __future__ import annotations

import math

from clustersim import ledger as books
from clustersim.agents import ASSOCIATION, NETWORK
from clustersim.compile import rule
from clustersim.ledger import pay
from clustersim.parameters.values import SHOWROOM
from clustersim.randomness import ATTENDANCE, MEETING, VISIT, uniform, uniforms
from clustersim.rules.groups import admitted, enter, new_group, slot_of
from clustersim.rules.joint_action import attempt, invite, likely
from clustersim.rules.trust import kept
from clustersim.ties import connect, find

BROKER, LOCAL_AGENT = 0, 1
TABLE = 14  # firms around one table


@rule
def widen(firms, brokers, trust_in, key, t, p):
    """Choose the firms to work with: some at the start, more in steps as those already chosen come to trust the broker.

    A broker who is not neutral picks the larger firms first; a neutral one picks by lot.
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
    while have < wanted:
        best = -1
        score = -1.0
        for i in range(firms.alive.shape[0]):
            if firms.alive[i] == 1 and firms.in_circle[i] == 0:
                lot = uniform(key, 0, VISIT, 1, i, firms.life[i])
                lot += 0.5 * firms.able[i] + (1.0 - p.neutrality) * 0.1 * firms.workers[i]
                if lot > score:
                    best, score = i, lot
        if best < 0:
            break
        firms.in_circle[best] = 1
        have += 1


@rule
def visit(firms, trust_in, who, days, key, t, skill, horizon, p, prior):
    """See as many firms of the circle as the days allow, those not seen for longest first; returns the days spent."""
    calls = int(math.floor(days * p.visits_per_day + uniform(key, t, VISIT, 2, who, 0)))
    done = 0
    for _ in range(calls):
        best = -1
        longest = -1.0
        for i in range(firms.alive.shape[0]):
            if firms.alive[i] == 1 and firms.in_circle[i] == 1:
                wait = float(t - max(firms.visited[i], t - 240)) - 4.0 * trust_in[i]
                if wait > longest and firms.visited[i] < t:
                    best, longest = i, wait
        if best < 0:
            break
        firms.visited[best] = t
        seen_fair = p.neutrality if firms.workers[best] < 20.0 else 1.0
        effect = p.visit_effect * (0.5 + 0.5 * skill) * seen_fair * (1.0 - 0.7 * firms.bitter[best])
        trust_in[best] += effect * (1.0 - trust_in[best])
        firms.bitter[best] *= 1.0 - 0.10 * trust_in[best]
        for k in range(firms.felt.shape[1]):  # a visit also talks felt needs towards real ones
            firms.felt[best, k] += 0.04 * trust_in[best] * max(0.0, 1.0 - firms.felt[best, k])
        done += 1
    return done / max(0.1, p.visits_per_day)


@rule
def meet(firms, ties, brokers, trust_in, who, asked_rows, asked, key, t, which, p, trust):
    """One meeting: firms come if they trust who calls it and believe that others will; those who come learn to trust.

    Returns how many came; their rows are the first entries of ``asked_rows``.  A meeting of fewer than three fails.
    """
    came = 0
    for k in range(asked):
        i = asked_rows[k]
        wish = trust_in[i] * (0.35 + 0.65 * firms.climate[i] + 0.3 * trust_in[i]) * (1.0 - firms.bitter[i])
        if uniform(key, t, ATTENDANCE, which, i, who) < wish:
            asked_rows[k] = asked_rows[came]
            asked_rows[came] = i
            came += 1
    brokers.met[who] += 1
    brokers.invited[who] = asked
    brokers.came[who] = came
    if brokers.met[who] == 1:
        brokers.first_invited[who] = asked
        brokers.first_came[who] = came
    if came < 3:
        brokers.failed[who] += 1
        for k in range(came):
            trust_in[asked_rows[k]] *= 0.93
            firms.climate[asked_rows[k]] *= 0.97
        return came
    for k in range(came):
        i = asked_rows[k]
        firms.climate[i] += 0.02 * trust_in[i] * (1.0 - firms.climate[i])
        for m in range(came):
            if m == k:
                continue
            j = asked_rows[m]
            passed = p.meeting_effect * trust_in[i] * trust_in[j]
            e = find(ties.start, ties.degree, ties.to, i, j)
            if e >= 0:
                kept(ties, e, passed / max(1e-6, trust.gain), firms.disposition[i], trust)
            elif m > k and uniform(key, t, MEETING, which, i, j) < p.introductions * trust_in[i] * trust_in[j]:
                rival = 1.0 if firms.segment[i] == firms.segment[j] else 0.0
                connect(ties, i, j, firms.climate[i], firms.climate[j], rival, t)
    return came


@rule
def bring_together(firms, ties, groups, rows, came, t, p):
    """Those at the table who are in no network yet form one, if one can lead and they trust each other enough."""
    leader = -1
    free = 0
    total = 0.0
    known = 0
    for k in range(came):
        i = rows[k]
        if firms.group[i, 1] >= 0:
            continue
        free += 1
        if firms.able[i] == 1 and (leader < 0 or firms.climate[i] > firms.climate[leader]):
            leader = i
        for m in range(came):
            e = find(ties.start, ties.degree, ties.to, i, rows[m])
            if e >= 0:
                known += 1
                total += ties.trust[e]
    if leader < 0 or free < 5 or known == 0 or total / known < p.admission - 0.05:
        return -1
    g = new_group(groups, NETWORK, firms.segment[leader], leader, t, 0.25, 1)
    if g < 0:
        return -1
    for k in range(came):
        if firms.group[rows[k], 1] < 0 and groups.size[g] < p.network_size:
            enter(firms, groups, rows[k], g, t)
    return g


@rule
def add_guests(firms, groups, scratch, asked, g, key, t, which, p):
    """The broker brings up to four firms it works with, not yet in such a group, to the group's meeting."""
    slot = slot_of(groups.kind[g])
    if slot == 1 and groups.size[g] >= p.network_size:
        return asked
    n = firms.alive.shape[0]
    from_here = int(uniform(key, t, MEETING, 4000 + which, g, 0) * n)
    guests = 0
    for k in range(n):
        i = (from_here + k) % n
        if guests >= 4 or asked >= TABLE + 4:
            break
        if firms.alive[i] == 1 and firms.in_circle[i] == 1 and firms.group[i, slot] < 0:
            if slot == 0 or firms.segment[i] == groups.segment[g]:
                scratch.invited[asked] = i
                asked += 1
                guests += 1
    return asked


@rule
def welcome(firms, ties, groups, rows, came, g, t, p):
    """Guests who came stay as members if the members who know them trust them enough."""
    slot = slot_of(groups.kind[g])
    for k in range(came):
        i = rows[k]
        if firms.group[i, slot] < 0 and (slot == 0 or groups.size[g] < p.network_size):
            if admitted(firms, ties, groups, i, g, p.admission):
                enter(firms, groups, i, g, t)


@rule
def hold_meetings(firms, ties, groups, brokers, scratch, trust_in, who, days, plan, t, key, p):
    """Meetings of the networks brought together so far, of the association, and open tables for firms of one segment."""
    held = int(math.floor(days / p.broker.meeting_days + 1e-9))
    turns = 0
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 1 and (groups.brokered[g] == 1 or (g == 0 and plan.association[t] > 0.0)):
            turns += 1
    segments = 1
    for i in range(firms.alive.shape[0]):
        segments = max(segments, firms.segment[i] + 1)
    opens = plan.networks[t] > 0.0
    spent = 0.0
    for h in range(held):
        turn = (t * held + h) % (turns + (segments if opens else 0) + (0 if turns > 0 or opens else 1))
        g = -1
        place = 0
        for k in range(groups.alive.shape[0]):
            if groups.alive[k] == 1 and (groups.brokered[k] == 1 or (k == 0 and plan.association[t] > 0.0)):
                if place == turn:
                    g = k
                    break
                place += 1
        asked = 0
        if g >= 0:
            first, size = scratch.first[g], scratch.first[g + 1] - scratch.first[g]
            from_here = int(uniform(key, t, MEETING, 1000 + h, g, who) * max(1, size))
            for k in range(min(size, TABLE)):
                scratch.invited[asked] = scratch.members[first + (from_here + k) % size]
                asked += 1
            asked = add_guests(firms, groups, scratch, asked, g, key, t, h, p.groups)
        else:
            segment = turn - turns
            n = firms.alive.shape[0]
            from_here = int(uniform(key, t, MEETING, 2000 + h, segment, who) * n)
            for k in range(n):
                i = (from_here + k) % n
                if asked < TABLE and firms.alive[i] == 1 and firms.in_circle[i] == 1 and firms.segment[i] == segment:
                    if firms.group[i, 1] < 0:
                        scratch.invited[asked] = i
                        asked += 1
        if asked < 3:
            continue
        spent += p.broker.meeting_days
        came = meet(firms, ties, brokers, trust_in, who, scratch.invited, asked, key, t, h, p.broker, p.trust)
        if g >= 0:
            if came >= 3:
                welcome(firms, ties, groups, scratch.invited, came, g, t, p.groups)
                groups.capacity[g] += 0.04 * brokers.skill[who] * (1.0 - groups.capacity[g])
        elif came >= 5:
            bring_together(firms, ties, groups, scratch.invited, came, t, p.groups)
    return spent


@rule
def start_projects(firms, ties, groups, market, ledger, scratch, log, institutions, brokers, who, days, plan, t, key, announced, p):
    """Bring standing offers to the groups most likely to take them up, and only where success is likely."""
    offers = plan.offers
    spent = 0.0
    for o in range(offers.kind.shape[0]):
        if offers.done[o] >= 0 or t < offers.first[o] or t > offers.last[o]:
            continue
        if spent + p.broker.project_days > days:
            break
        kind = offers.kind[o]
        a = p.activities
        own = 1.0 - offers.programme[o] - offers.institutions[o] - offers.unrecorded[o]
        best, best_judged = -1, 0.0
        for g in range(groups.alive.shape[0]):
            if groups.alive[g] == 0 or groups.standstill[g] > 0 or groups.size[g] < 3 or t - groups.tried[g] < 3:
                continue
            if offers.audience[o] >= 0 and groups.kind[g] != offers.audience[o]:
                continue
            asked = invite(firms, scratch, key, t, g, offers.seats[o], groups.wins[g])
            if asked < 3:
                continue
            needed = max(3, int(math.ceil(p.joint_action.threshold * a.stake[kind] * asked - 1e-9)))
            cost = a.fixed[kind] / max(3.0, 0.7 * asked) + a.per_head[kind]
            judged = likely(
                firms, ties, scratch, asked, min(asked, needed), (a.gain[kind], float(kind)), cost, own, p.joint_action
            )
            if judged < p.broker.judgement:
                continue
            # of those likely to succeed rather the one that has waited longest: neutral between groups
            judged += 0.01 * min(36, t - groups.success[g])
            if judged > best_judged:
                best, best_judged = g, judged
        if best < 0:
            continue
        spent += p.broker.project_days
        happened = attempt(
            firms, ties, groups, market, ledger, scratch, log, key, t, best, kind, offers.seats[o],
            own, offers.programme[o], (offers.institutions[o], offers.unrecorded[o]), 1, announced, p,
        )  # fmt: skip
        offers.tries[o] += 1
        institutions.trust[0] += (0.04 if happened == 1 else -0.02) * (1.0 - institutions.trust[0])
        if happened == 1:
            offers.done[o] = t
    return spent


@rule
def carry_on(firms, ties, groups, market, ledger, scratch, log, brokers, days, t, key, p):
    """After the hand-over the local agent prepares activities without any programme money, where groups wait for it."""
    spent = 0.0
    for g in range(groups.alive.shape[0]):
        if spent + p.broker.project_days > days:
            break
        if groups.alive[g] == 0 or groups.standstill[g] > 0 or groups.size[g] < 3 or t - groups.tried[g] < 6:
            continue
        turn, what, _, _ = uniforms(key, t, MEETING, 3000, g, 0)
        if turn > 0.3:
            continue
        kind = int(what * SHOWROOM)  # commercial activities only
        asked = invite(firms, scratch, key, t, g, p.groups.invited, groups.wins[g])
        if asked < 3:
            continue
        a = p.activities
        needed = max(3, int(math.ceil(p.joint_action.threshold * a.stake[kind] * asked - 1e-9)))
        cost = a.fixed[kind] / max(3.0, 0.7 * asked) + a.per_head[kind]
        judged = likely(
            firms, ties, scratch, asked, min(asked, needed), (a.gain[kind], float(kind)), cost, 1.0, p.joint_action
        )
        if judged < p.broker.judgement:
            continue
        spent += p.broker.project_days
        attempt(
            firms, ties, groups, market, ledger, scratch, log, key, t, g, kind, p.groups.invited, 1.0, 0.0, (0.0, 0.0),
            0, False, p,
        )  # fmt: skip
    return spent


@rule
def spend_days(firms, ties, groups, market, ledger, scratch, log, institutions, brokers, plan, t, key, announced, p):
    """The broker's month: study, coaching, bank, projects, meetings, and visits with what is left; it is paid by the day."""
    days = plan.days[t]
    b = p.broker
    if days > 0.0:
        left = days
        pay(ledger, books.BROKER, books.PROGRAMME, books.WORLD, days * b.day_cost)
        brokers.spent[BROKER] += days
        widen(firms, brokers, firms.trust_broker, key, t, b)
        if plan.study[t] > 0.0:  # interviews of the diagnostic study: short calls on firms in and out of the circle
            study(firms, ledger, plan.study[t], key, t, b)
            left -= min(left, plan.study[t])
        coach = min(left, plan.coaching[t])
        brokers.skill[LOCAL_AGENT] += (1.0 - brokers.skill[LOCAL_AGENT]) * min(1.0, b.coaching * coach)
        left -= coach
        if plan.bank_meeting[t] > 0.0:
            left -= min(left, 2.0)
        left -= start_projects(
            firms, ties, groups, market, ledger, scratch, log, institutions, brokers, BROKER, left, plan, t, key, announced, p
        )
        budget = min(left, plan.meetings[t] * left)
        left -= hold_meetings(firms, ties, groups, brokers, scratch, firms.trust_broker, BROKER, budget, plan, t, key, p)
        if plan.visits[t] > 0.0 and left > 0.0:
            visit(firms, firms.trust_broker, BROKER, left, key, t, brokers.skill[BROKER], plan.horizon[t], b, p.learning)
    for i in range(firms.alive.shape[0]):
        if firms.visited[i] != t:
            firms.trust_broker[i] *= 1.0 - b.forgetting
    for g in range(groups.alive.shape[0]):
        if days <= 0.0 or plan.horizon[t] < p.groups.foresight:
            groups.reliance[g] -= p.groups.reliance_fade * groups.reliance[g]


@rule
def spend_local_days(firms, ties, groups, market, ledger, scratch, log, brokers, plan, t, key, p):
    """The local agent's month after the hand-over: projects, meetings, visits, paid by support institutions."""
    if plan.handover[t] <= 0.0:
        return
    b = p.broker
    if brokers.started[LOCAL_AGENT] == 0:  # the broker hands its standing on, as far as the agent has learned the work
        brokers.started[LOCAL_AGENT] = 1
        for i in range(firms.alive.shape[0]):
            firms.trust_agent[i] = 0.7 * brokers.skill[LOCAL_AGENT] * firms.trust_broker[i]
    days = b.local_days * brokers.skill[LOCAL_AGENT]
    brokers.spent[LOCAL_AGENT] += days
    pay(ledger, books.LOCAL_AGENT, books.INSTITUTIONS, books.WORLD, 0.5 * days * b.day_cost)
    left = days - carry_on(firms, ties, groups, market, ledger, scratch, log, brokers, days, t, key, p)
    left -= hold_meetings(firms, ties, groups, brokers, scratch, firms.trust_agent, LOCAL_AGENT, 0.5 * left, plan, t, key, p)
    if left > 0.0:
        visit(firms, firms.trust_agent, LOCAL_AGENT, left, key, t, brokers.skill[LOCAL_AGENT], 0, b, p.learning)
    for i in range(firms.alive.shape[0]):
        if firms.visited[i] != t:
            firms.trust_agent[i] *= 1.0 - b.forgetting


@rule
def study(firms, ledger, days, key, t, p):
    """The diagnostic study: firms are asked and heard; it builds some trust and brings views of the cluster together."""
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
        if firms.alive[i] == 1 and uniform(key, t, VISIT, 3, i, firms.life[i]) < chance:
            firms.trust_broker[i] += 0.4 * p.visit_effect * (1.0 - firms.bitter[i]) * (1.0 - firms.trust_broker[i])
            firms.climate[i] += 0.25 * (mean - firms.climate[i])
            for k in range(firms.felt.shape[1]):
                firms.felt[i, k] += 0.03 * (1.0 - firms.felt[i, k])
    pay(ledger, books.STUDY, books.PROGRAMME, books.WORLD, days * 40.0)
