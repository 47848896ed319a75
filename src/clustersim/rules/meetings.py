"""Meetings: firms that trust whoever calls them sit at one table, come to trust each other, and may form a network.

What is passed on between two firms is limited by both sides' trust in the go-between b: ΔT_ij = κ·T_ib·T_jb·(1 − T_ij)
(tertius iungens, Obstfeld 2005).
"""

from __future__ import annotations

import math

from clustersim.agents import NETWORK, SELF_HELP
from clustersim.compile import rule
from clustersim.randomness import ATTENDANCE, MEETING, uniform
from clustersim.rules.groups import admitted
from clustersim.rules.membership import enter, free_to_join, new_group, slot_of
from clustersim.rules.trust import introduce, kept
from clustersim.ties import find

TABLE = 14  # firms around one table
LARGE = 20.0  # workers from which a firm counts as large in the eyes of its neighbours
MICRO = 5.0  # mean workers under which a network is a self-help group


@rule
def impartial(firms, i, p):
    """How impartial the broker looks to firm i: fully to the favoured, to the others as far as it is neutral."""
    return 1.0 if firms.workers[i] >= LARGE else p.neutrality


@rule
def meet(firms, ties, brokers, scratch, trust_in, who, asked_rows, asked, key, t, which, p, trust, heirs):
    """One meeting: firms come if they trust who calls it and believe that others will; those who come learn to trust.

    A firm whose heir is more willing than its owner sends the heir, who counts as ``heirs.say`` for it.

    Returns how many came; their rows are the first entries of ``asked_rows``.  A meeting of fewer than three fails.
    """
    came = 0
    for k in range(asked):
        i = asked_rows[k]
        others = 0.35 + 0.65 * firms.climate[i] + 0.3 * trust_in[i]
        wish = impartial(firms, i, p) * trust_in[i] * others * (1.0 - firms.bitter[i])
        scratch.score[i] = trust_in[i]  # the trust with which the firm sits there
        if who == 0 and firms.heir_trust[i] > 0.0:
            heir = firms.heir_trust[i]
            sends = impartial(firms, i, p) * heir * (0.35 + 0.65 * firms.heir_climate[i] + 0.3 * heir)
            sends *= 1.0 - heirs.memory * firms.bitter[i]
            if sends > wish:
                wish = sends
                scratch.score[i] = max(trust_in[i], heirs.say * heir)
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
        firms.climate[i] += 0.02 * scratch.score[i] * (1.0 - firms.climate[i])
        if who == 0:
            firms.heir_climate[i] += 0.02 * firms.heir_trust[i] * (1.0 - firms.heir_climate[i])
        first = ties.start[i]
        for e in range(first, first + ties.degree[i]):
            scratch.tie[ties.to[e]] = e
        for m in range(came):
            if m == k:
                continue
            j = asked_rows[m]
            e = scratch.tie[j]  # left there by i, or by somebody else
            mine, theirs = scratch.score[i], scratch.score[j]
            passed = p.meeting_effect * mine * theirs * impartial(firms, i, p) * impartial(firms, j, p)
            if first <= e < first + ties.degree[i] and ties.to[e] == j:
                kept(ties, e, passed / max(1e-6, trust.gain), firms.disposition[i], trust)
            elif m > k and uniform(key, t, MEETING, which, i, j) < p.introductions * mine * theirs:
                rival = 1.0 if firms.segment[i] == firms.segment[j] else 0.0
                introduce(firms, ties, i, j, rival, t, trust)
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
    workers = 0.0
    for k in range(came):
        workers += firms.workers[rows[k]]
    kind = SELF_HELP if workers / came < MICRO else NETWORK
    g = new_group(groups, kind, firms.segment[leader], leader, t, 0.25, 1)
    if g < 0:
        return -1
    enter(firms, groups, leader, g, t)
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
    from_here = int(uniform(key, t, MEETING, 4000 + which, groups.founder[g], 0) * n)
    guests = 0
    for k in range(n):
        i = (from_here + k) % n
        if guests >= 4 or asked >= TABLE + 4:
            break
        free = firms.in_circle[i] == 1 and free_to_join(firms, i, slot)
        if free and (slot == 0 or firms.segment[i] == groups.segment[g]):
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
        room = slot == 0 or groups.size[g] < p.network_size
        if room and firms.group[i, slot] < 0 and admitted(firms, ties, groups, i, g, p.admission):
            enter(firms, groups, i, g, t)


@rule
def hold_meetings(w, trust_in, who, days, t):
    """Meetings of the networks brought together so far, of the association, and open tables within a segment."""
    firms, ties, groups, brokers, scratch = w.firms, w.ties, w.groups, w.brokers, w.scratch
    plan, key, p = w.plan, w.key, w.p
    held = math.floor(days / p.broker.meeting_days + 1e-9)
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
        turn = (t * held + h) % (turns + segments)
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
            from_here = int(uniform(key, t, MEETING, 1000 + h, groups.founder[g], who) * max(1, size))
            for k in range(size):
                i = scratch.members[first + (from_here + k) % size]
                if asked >= TABLE:
                    break
                if firms.assigned[i] == 1:
                    scratch.invited[asked] = i
                    asked += 1
            asked = add_guests(firms, groups, scratch, asked, g, key, t, h, p.groups)
        else:
            segment = turn - turns
            n = firms.alive.shape[0]
            from_here = int(uniform(key, t, MEETING, 2000 + h, segment, who) * n)
            for k in range(n):
                i = (from_here + k) % n
                there = firms.in_circle[i] == 1 and free_to_join(firms, i, 1)
                if asked < TABLE and there and firms.segment[i] == segment:
                    scratch.invited[asked] = i
                    asked += 1
        if asked < 3:
            continue
        spent += p.broker.meeting_days
        came = meet(
            firms, ties, brokers, scratch, trust_in, who, scratch.invited, asked, key, t, h, p.broker, p.trust,
            p.heirs,
        )
        if g >= 0:
            if came >= 3:
                welcome(firms, ties, groups, scratch.invited, came, g, t, p.groups)
                groups.capacity[g] += 0.04 * brokers.skill[who] * (1.0 - groups.capacity[g])
        elif came >= 5 and opens:
            bring_together(firms, ties, groups, scratch.invited, came, t, p.groups)
    return spent
