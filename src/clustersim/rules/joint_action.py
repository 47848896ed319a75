"""Joint action: an assurance game with a threshold, played inside a group.

Firm i says yes if

    Pr·(V − c) − (1 − Pr)·((1 − refund)·c + fear·C) − resentment·max(0, s − s_ref)·C − envy·C − travel·km
        + noise·C·z > 0

with C the full cost per head, s the share that participants pay, c = s·C, V what i believes the activity is worth to
it, and Pr = Pr(at least M − 1 of the n − 1 others come), binomial with the chance that i gives the others on average:
trust in those it knows mixed with its climate belief, climate times public standing for strangers.  Stag hunt with a
threshold: Pacheco, Santos, Souza and Skyrms 2009.
"""

from __future__ import annotations

import math

from clustersim import ledger as books
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.parameters.values import EXCHANGE, FACILITY, GUARANTEE, TOUR, TRAINING
from clustersim.randomness import DECISION, INVITATION, PROMISE, normal, uniform
from clustersim.rules.delivery import deliver
from clustersim.rules.distance import middle, way
from clustersim.rules.exposure import see_elsewhere
from clustersim.rules.selection import highest
from clustersim.rules.witnesses import remember, show
from clustersim.rules.workspace import note


@rule
def power(base, times):
    """``base`` multiplied so many times, by squaring; ``**`` differs in the last bit between compiled and plain."""
    product = 1.0
    while times > 0:
        if times % 2 == 1:
            product *= base
        base *= base
        times //= 2
    return product


@rule
def tail(trials, least, chance):
    """Pr(at least ``least`` of ``trials`` come), each with this chance: exact binomial tail by recurrence."""
    if least <= 0:
        return 1.0
    if least > trials:
        return 0.0
    p = min(0.95, max(0.02, chance))
    odds = p / (1.0 - p)
    term = power(1.0 - p, trials)
    below = term
    for k in range(1, least):
        term *= odds * (trials - k + 1) / k
        below += term
    return max(0.0, 1.0 - below)


@rule
def assurance_gain(chance, value, cost, refund, fear):
    """Expected gain of saying yes: Pr·(V − c) − (1 − Pr)·((1 − refund)·c + fear)."""
    return chance * (value - cost) - (1.0 - chance) * ((1.0 - refund) * cost + fear)


@rule
def expectation(firms, ties, scratch, i, asked, climate_of_strangers, p):
    """Mean chance that i gives the others asked: contacts by trust and climate, strangers by climate and standing."""
    known = 0
    total = 0.0
    stamp = scratch.stamp[0]
    for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
        j = ties.to[e]
        if scratch.asked[j] == stamp and j != i:
            known += 1
            total += p.trust_weight * ties.trust[e] + (1.0 - p.trust_weight) * firms.climate[i]
    others = asked - 1
    if others <= 0:
        return 0.0
    return (total + (others - known) * firms.climate[i] * climate_of_strangers) / others


@rule
def invite(firms, groups, scratch, key, t, g, seats, helped):
    """Ask the members of g, or where there are more than seats the most confident of them (with some chance in it).

    What the programme has a hand in (``helped``: its broker, local agent or offers) is closed to firms that may not
    receive its help.
    """
    first, last = scratch.first[g], scratch.first[g + 1]
    scratch.stamp[0] += 1
    asked = 0
    size = last - first
    cut = -1e9
    if size > seats:
        for k in range(size):
            i = scratch.members[first + k]
            luck = uniform(key, t, INVITATION, groups.wins[g], i, groups.founder[g])
            scratch.score[k] = firms.climate[i] + luck
            if helped and firms.assigned[i] == 0:
                scratch.score[k] = -1.0
            scratch.order[k] = scratch.score[k]
        cut = highest(scratch.order, size, seats)
    for k in range(size):
        i = scratch.members[first + k]
        if helped and firms.assigned[i] == 0:
            continue
        if firms.alive[i] == 1 and (size <= seats or scratch.score[k] >= cut):
            scratch.invited[asked] = i
            scratch.asked[i] = scratch.stamp[0]
            asked += 1
    return asked


@rule
def terms(activities, p, kind, asked):
    """How many of those asked have to come, and the full cost a head they reckon with: that seven in ten come."""
    needed = max(3, math.ceil(p.threshold * activities.stake[kind] * asked - 1e-9))
    return min(needed, asked), activities.fixed[kind] / max(3.0, 0.7 * asked) + activities.per_head[kind]


@rule
def likely(firms, ties, ledger, scratch, asked, needed, kind, gain, cost, share, trip, fresh, p, fairness):
    """The share of those asked whose own reckoning favours saying yes: what a well-informed go-between would judge.

    Who monitors (``fresh``) also knows what they are used to paying, what they resent and who has broken their word.
    """
    yes = 0.0
    x, y = middle(firms, scratch.invited, asked)
    for k in range(asked):
        i = scratch.invited[k]
        if ledger.balance[FIRST_FIRM + i] < share * cost:
            continue
        chance = tail(asked - 1, needed - 1, expectation(firms, ties, scratch, i, asked, 1.0, p))
        value = gain * firms.felt[i, kind] * firms.guess[i, kind]
        wish = assurance_gain(chance, value, share * cost, p.refund, p.fear * cost)
        if fresh:
            wish -= fairness.resentment * max(0.0, share - firms.reference[i, kind]) * cost + firms.grievance[i] * cost
        if wish > trip * way(firms, i, x, y):
            yes += firms.standing[i] if fresh else 1.0
    return yes / max(1, asked)


@rule
def decide(firms, ties, ledger, scratch, key, t, founder, asked, needed, kind, cost, share, trip, p, gain, fairness):
    """Each of those asked says yes or no, and those who said yes come or break their word; returns (yes, came)."""
    standing = 0.0
    for k in range(asked):
        standing += firms.standing[scratch.invited[k]]
    standing /= max(1, asked)
    yes = came = 0
    own = share * cost
    x, y = middle(firms, scratch.invited, asked)
    for k in range(asked):
        i = scratch.invited[k]
        scratch.comes[i] = 0
        if ledger.balance[FIRST_FIRM + i] < own:
            continue
        chance = tail(asked - 1, needed - 1, expectation(firms, ties, scratch, i, asked, standing, p))
        value = gain * firms.felt[i, kind] * firms.guess[i, kind]
        value /= 1.0 + fairness.guilt * firms.favour[i] / fairness.scale
        wish = assurance_gain(chance, value, own, p.refund, p.fear * cost)
        wish -= fairness.resentment * max(0.0, share - firms.reference[i, kind]) * cost
        wish -= firms.grievance[i] * cost
        wish -= trip * way(firms, i, x, y)
        wish += p.noise * cost * normal(key, t, DECISION, kind, i, founder)
        if wish <= 0.0:
            continue
        yes += 1
        breaks = p.break_free_rider if firms.free_rider[i] == 1 else p.break_conditional
        if uniform(key, t, PROMISE, kind, i, founder) < breaks:
            scratch.comes[i] = -1
        else:
            scratch.comes[i] = 1
            came += 1
    return yes, came


@rule
def attempt(w, t, g, kind, seats, share, funded, others, assisted, helped, announced):
    """A group is asked to do one thing together: who is invited, who says yes, who comes, what follows.

    ``share`` is what participants pay, ``funded`` what the programme pays, ``others`` = (institutions, unrecorded);
    ``helped`` whether it is closed to the controls of a trial.
    Returns 1 if it happened.
    """
    firms, ties, groups, market, ledger, scratch = w.firms, w.ties, w.groups, w.market, w.ledger, w.scratch
    log, key, p = w.log, w.key, w.p
    rules, a = p.joint_action, p.activities
    asked = invite(firms, groups, scratch, key, t, g, seats, helped)
    if asked < 3:
        return 0
    needed, cost = terms(a, rules, kind, asked)
    gain = a.gain[kind]
    groups.tried[g] = t
    yes, came = decide(
        firms, ties, ledger, scratch, key, t, groups.founder[g], asked, needed, kind, cost, share,
        rules.travel * p.cluster.extent, rules, gain, p.fairness,
    )
    happened = came >= needed
    total = a.fixed[kind] + a.per_head[kind] * came if happened else 0.0
    purpose = books.FIRST_ACTIVITY + kind
    payee = books.PROVIDERS if kind == TRAINING else books.WORLD
    if happened:
        each = share * total / came
        deposit = 0.0
        if kind == GUARANTEE:  # the deposits stay in the guarantee fund; only the rest is spent
            deposit = min(each, a.per_head[kind])
        for k in range(asked):
            if scratch.comes[scratch.invited[k]] == 1:
                me = FIRST_FIRM + scratch.invited[k]
                if ledger.balance[me] < each:  # fewer came than hoped, so each pays more: the household helps out
                    pay(ledger, books.CAPITAL, books.HOUSEHOLDS, me, each - ledger.balance[me])
                pay(ledger, books.DEPOSIT, me, books.FUND, deposit)
                pay(ledger, purpose, me, payee, each - deposit)
        pay(ledger, purpose, books.PROGRAMME, payee, funded * total)
        pay(ledger, purpose, books.INSTITUTIONS, payee, others[0] * total)
        pay(ledger, purpose, books.UNRECORDED, payee, others[1] * total)
        for k in range(asked):
            i = scratch.invited[k]
            if scratch.comes[i] != 1:
                continue
            deliver(firms, market, key, t, i, kind, g, came, rules, gain, p.market, p.brand.term, p.learning)
            if kind in (TOUR, EXCHANGE):
                own_eyes = 1.0 if kind == TOUR else firms.trust_broker[i]
                see_elsewhere(firms, ties, w.plan.offers.known, t, i, own_eyes, p.exposure, p.learning)
            firms.acted[i] = t
            firms.taken_part[i, kind] = t
            if assisted == 0 and funded == 0.0:
                firms.acted_alone[i] = t
            if funded > 0.0 or assisted == 1:
                firms.served[i] = 1
            speed = p.fairness.reference * (p.fairness.announced if announced else 1.0)
            firms.reference[i, kind] += speed * (share - firms.reference[i, kind])
        if kind == FACILITY:
            groups.facility[g], groups.short[g] = t, 0
        groups.wins[g] += 1
        groups.success[g] = t
        learned = p.groups.capacity_gain * (0.4 if assisted == 1 else 1.0)
        groups.capacity[g] += learned * (1.0 - groups.capacity[g])
        if assisted == 1:
            groups.reliance[g] += p.groups.reliance_gain * (1.0 - groups.reliance[g])
    else:
        lost = (1.0 - rules.refund) * share * cost
        for k in range(asked):
            if scratch.comes[scratch.invited[k]] == 1:
                me = FIRST_FIRM + scratch.invited[k]
                pay(ledger, books.FAILED_TRY, me, books.WORLD, max(0.0, min(lost, ledger.balance[me])))
        groups.capacity[g] -= 0.5 * p.groups.capacity_gain * groups.capacity[g]
        if assisted == 1:
            for k in range(asked):
                firms.trust_broker[scratch.invited[k]] *= 1.0 - p.broker.failure_cost
    remember(firms, ties, scratch, key, t, groups.founder[g], kind, asked, happened, p)
    show(firms, ties, scratch, asked, kind, happened, p.learning, p.information.witness, p.trust)
    note(log, t, kind, g, (asked, yes, came, needed), happened, assisted, funded, total)
    return 1 if happened else 0
