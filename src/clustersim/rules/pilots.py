"""What a programme pays for services: a provider's development with pilot firms, or development for one firm alone.

Who decides and whether it is shown is what the others mind: a gain that the group did not agree on and that is kept
gives grievance += α·gain/scale to its members, as for an export visit; one that is shown gives them knowledge instead.
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.agents import ASSOCIATION
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.randomness import PILOTING, uniform
from clustersim.rules.demand import use
from clustersim.rules.membership import list_helped
from clustersim.rules.needs import open_eyes
from clustersim.rules.phases import due
from clustersim.rules.selection import pick_highest
from clustersim.rules.supply import asking, make_fit, next_able
from clustersim.ties import find

PROVIDER, ONE_FIRM = 0, 1  # codes of pilots among the supports


@rule
def group_for(groups, least):
    """The largest network (else the association) that is awake, not in conflict and has so many members; -1 if none."""
    best = -1
    for g in range(groups.alive.shape[0]):
        if groups.alive[g] == 0 or groups.standstill[g] > 0 or groups.size[g] < least:
            continue
        known = best >= 0 and groups.kind[best] != ASSOCIATION
        better = best < 0 or groups.size[g] > groups.size[best] or not known
        if better and (groups.kind[g] != ASSOCIATION or not known):
            best = g
    return best


@rule
def choose(firms, scratch, g, k, number, agreed, key, t, founder):
    """Pilot firms in ``scratch.invited``: the group sends those who feel the need most, anybody else draws lots."""
    size = list_helped(firms, scratch, g)
    for n in range(size):
        i = scratch.invited[n]
        scratch.score[n] = uniform(key, t, PILOTING, k, i, founder)
        if agreed == 1:
            scratch.score[n] = scratch.score[n] * 0.2 + firms.wants[i, k] * firms.need[i, k]
    return pick_highest(scratch, size, number)


@rule
def show_pilot(firms, ties, scratch, pilot, k, p):
    """What was learned is shown to both groups of the pilot firm: members believe it as far as they trust it."""
    for slot in range(firms.group.shape[1]):
        g = firms.group[pilot, slot]
        if g < 0:
            continue
        for n in range(scratch.first[g], scratch.first[g + 1]):
            j = scratch.members[n]
            if j == pilot:
                continue
            e = find(ties.start, ties.degree, ties.to, j, pilot)
            step = p.proof * (ties.trust[e] if e >= 0 else firms.disposition[j])
            firms.known[j, k] += step * max(0.0, firms.known[pilot, k] - firms.known[j, k])
            open_eyes(firms, j, step)


@rule
def resent(firms, scratch, g, pilot, gain, agreed, p):
    """A private gain that is kept is resented in the group, far less if the group chose the firm itself."""
    firms.favour[pilot] += gain
    for n in range(scratch.first[g], scratch.first[g + 1]):
        j = scratch.members[n]
        if j != pilot:
            firms.grievance[j] += p.envy * (p.agreed if agreed == 1 else 1.0) * gain / p.scale


@rule
def share_cost(ledger, supports, o, cost, purpose, payee, rows, count):
    """The payers of a support pay their shares; the firms helped share theirs, out of the household if need be."""
    each = supports.participants[o] * cost / max(1, count)
    for n in range(count):
        me = FIRST_FIRM + rows[n]
        if ledger.balance[me] < each:
            pay(ledger, books.CAPITAL, books.HOUSEHOLDS, me, each - ledger.balance[me])
        pay(ledger, purpose, me, payee, each)
    pay(ledger, purpose, books.PROGRAMME, payee, supports.programme[o] * cost)
    pay(ledger, purpose, books.INSTITUTIONS, payee, supports.institutions[o] * cost)
    pay(ledger, purpose, books.UNRECORDED, payee, supports.unrecorded[o] * cost)


@rule
def start_pilots(w, t):
    """Standing pilots begin as soon as there is a group for them and a provider that is able and has not begun.

    The provider keeps what it has made and sells it under the cap of its contract; what is made for one firm alone
    nobody else can buy.
    """
    firms, ties, providers, bds, ledger, scratch, p = w.firms, w.ties, w.providers, w.bds, w.ledger, w.scratch, w.p
    supports = w.plan.supports
    for o in range(supports.what.shape[0]):
        kind, k = supports.what[o], supports.subject[o]
        if kind > ONE_FIRM or supports.done[o] >= 0 or not due(supports, o, t):
            continue
        number = 1 if kind == ONE_FIRM else supports.number[o]
        g = group_for(w.groups, max(3, number + 1))
        r = next_able(providers, k)
        if g < 0 or r < 0:
            continue
        agreed = supports.agreed[o]
        count = choose(firms, scratch, g, k, number, agreed, w.key, t, w.groups.founder[g])
        if count == 0:
            continue
        cost, worth = p.catalogue.cost[k], p.catalogue.worth[k]
        development = p.catalogue.development[k]
        share_cost(ledger, supports, o, development, books.DEVELOPMENT, books.WORLD, scratch.invited, count)
        supports.done[o] = t
        gain = supports.programme[o] * development
        if kind == PROVIDER:
            gain = worth
            cap = cost * (1.0 + supports.mark_up[o])
            providers.cap[r] = cap
            providers.capped[r] = t + supports.months[o]
            price = asking(cost, max(bds.worth[k], worth * p.services.unproven), bds.active[k], p.services)
            if price > cap:
                price -= p.services.contract * (price - cap)
            make_fit(providers, bds, r, price, t)
        bds.users[k] += count
        for n in range(count):
            i = scratch.invited[n]
            use(firms, ledger, i, k, 1.0, t, p.catalogue, p.services, p.learning)
            firms.known[i, k] += p.services.proof * (1.0 - firms.known[i, k])
            open_eyes(firms, i, p.services.proof)
            firms.served[i] = 1
            if supports.shared[o] == 1:
                show_pilot(firms, ties, scratch, i, k, p.services)
            else:
                resent(firms, scratch, g, i, gain, agreed, p.fairness)
