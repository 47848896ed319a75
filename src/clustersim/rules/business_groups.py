"""Business groups: firms drawn by lot into tables of n that meet every month, and owe no trust to whoever drew them.

A firm comes with chance (a + (1 − a)·climate)·(1 − bitterness).  Where three or more come, each that knows another
sees a promise kept, some get to know each other, and each learns from those who do better, as far as they trust it:
Δquality = learning · mean over the others of T_ji·(1 − damping·rival)·max(0, quality_j − quality_i).
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import pay
from clustersim.randomness import TABLE_COMING, TABLE_DRAW, TABLE_TALK, draw_for_all, uniform
from clustersim.rules.trust import introduce, kept
from clustersim.ties import find

FEWEST = 3  # firms that make a meeting


@rule
def draw_tables(firms, scratch, key, t, size, most):
    """Draw firms that may receive help into tables by lot, as even as can be; none under ``size`` but a lone one."""
    draw_for_all(scratch.luck, key, t, TABLE_DRAW, 0, firms.life)
    n = firms.alive.shape[0]
    count = 0
    for i in range(n):
        firms.table[i] = -1
        if firms.alive[i] == 1 and firms.assigned[i] == 1:
            count += 1
    count = min(count, most)
    tables = max(1, count // size)
    for i in range(n):
        if firms.alive[i] == 0 or firms.assigned[i] == 0:
            continue
        rank = 0
        for j in range(n):
            if firms.alive[j] == 1 and firms.assigned[j] == 1 and scratch.luck[0, j] < scratch.luck[0, i]:
                rank += 1
        if rank < count:
            firms.table[i] = rank % tables
    return tables


@rule
def learn_and_meet(firms, ties, scratch, came, key, t, p, damping, trust):
    """Those who came learn from each other, see each other keep their word, and some become contacts."""
    for k in range(came):
        scratch.score[k] = firms.quality[scratch.invited[k]]  # what each showed before anybody learned
    for k in range(came):
        i = scratch.invited[k]
        taught = 0.0
        for m in range(came):
            j = scratch.invited[m]
            if i == j:
                continue
            rival = 1.0 if firms.segment[i] == firms.segment[j] else 0.0
            e = find(ties.start, ties.degree, ties.to, i, j)
            open_to_me = ties.trust[ties.back[e]] if e >= 0 else firms.climate[j]
            taught += open_to_me * (1.0 - damping * rival) * max(0.0, scratch.score[m] - scratch.score[k])
            if e >= 0:
                kept(ties, e, p.weight, firms.disposition[i], trust)
            elif m > k and uniform(key, t, TABLE_TALK, 0, i, j) < p.introductions:
                introduce(firms, ties, i, j, rival, t, trust)
        firms.quality[i] += p.learning * taught / (came - 1)


@rule
def sit_together(w, t):
    """Draw the tables in their first month, let them meet in the months planned, and end them after the last."""
    firms, scratch, plan, p = w.firms, w.scratch, w.plan, w.p.business_groups
    if plan.tables[t] > 0.0:
        draw_tables(firms, scratch, w.key, t, int(plan.tables[t]), int(plan.table_firms[t]))
    if plan.table_meetings[t] <= 0.0:
        return
    tables = 0
    for i in range(firms.alive.shape[0]):
        tables = max(tables, firms.table[i] + 1)
    for g in range(tables):
        came = asked = 0
        for i in range(firms.alive.shape[0]):
            if firms.table[i] != g or firms.alive[i] == 0:
                continue
            asked += 1
            chance = (p.attendance + (1.0 - p.attendance) * firms.climate[i]) * (1.0 - firms.bitter[i])
            if uniform(w.key, t, TABLE_COMING, 0, i, firms.life[i]) < chance:
                scratch.invited[came] = i
                came += 1
        pay(w.ledger, books.BUSINESS_GROUP, books.PROGRAMME, books.WORLD, p.cost)
        for k in range(came):  # a table that is half empty says as much as a full one
            i = scratch.invited[k]
            firms.climate[i] += p.observe * (came / asked - firms.climate[i])
        if came < FEWEST:
            continue
        for k in range(came):
            firms.served[scratch.invited[k]] = 1
        learn_and_meet(firms, w.ties, scratch, came, w.key, t, p, w.p.learning.rival_damping, w.p.trust)
