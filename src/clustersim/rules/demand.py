"""Firms look for services of the catalogue, alone or together; a service is an experience good.

Who has time to ask looks for proof first.  Worth to firm i if it fits: V = worth·need; believed: v = V·known.  Its
surplus is v − p, less resentment of a price above the one it is used to; the generic variety, always on sale, is worth
``generic`` of that.  Use moves ``known`` to 1 by ``learning.use``.
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.agents import NEVER
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.randomness import ORDERING, uniform
from clustersim.rules.phases import due
from clustersim.rules.supply import asking, make_fit, next_able

VOUCHER = 2  # code of vouchers among the supports


@rule
def look_around(firms, ties, i, k, p, damping):
    """Before it asks, a firm looks for proof among those it knows who use the service.

    proof = 1 − Π(1 − T_ij·(1 − damping·rival)) over contacts j who use it; felt need and believed worth move by
    ``proof``·proof towards the real need and towards what the best informed of them knows.
    """
    doubt = 1.0
    best = firms.known[i, k]
    for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
        j = ties.to[e]
        if firms.used[j, k] > NEVER:
            doubt *= 1.0 - ties.trust[e] * (1.0 - damping * ties.rival[e])
            best = max(best, firms.known[j, k])
    step = p.proof * (1.0 - doubt)
    if step > 0.0:
        firms.known[i, k] += step * (best - firms.known[i, k])
        firms.wants[i, k] += step * (1.0 - firms.wants[i, k])
        firms.relief[i] -= step * firms.relief[i]


@rule
def use(firms, ledger, i, k, fits, t, catalogue, p, learning):
    """What a service does for a firm: quality in proportion to its worth, and knowledge of what it is worth."""
    pay(ledger, books.SERVICE_COST, books.PROVIDERS, books.WORLD, catalogue.cost[k])
    effect = p.effect * catalogue.worth[k] / max(1.0, p.worth) * firms.need[i, k] * fits
    firms.quality[i] += min(1.0, effect) * (1.0 - firms.quality[i])
    firms.known[i, k] += learning.use * fits * (1.0 - firms.known[i, k])
    firms.used[i, k] = t
    firms.customers[i] += 1


@rule
def get_used_to(firms, i, k, price, full, announced, fairness):
    """The price a firm is used to: the first one it paid, then a mean; help whose end is known counts for less."""
    if firms.paid[i, k] == 0.0:
        firms.paid[i, k] = full
    speed = fairness.reference * (fairness.announced if announced else 1.0)
    firms.paid[i, k] += speed * (price - firms.paid[i, k])


@rule
def resented(firms, i, k, price, p):
    """USD by which a price above the one it is used to hurts a firm."""
    return p.resentment * max(0.0, price - firms.paid[i, k]) if firms.paid[i, k] > 0.0 else 0.0


@rule
def voucher_for(firms, supports, i, k, t):
    """The first batch of vouchers for service k that is not used up; -1 if there is none, or none that i may have."""
    if firms.assigned[i] == 0:
        return -1
    for o in range(supports.what.shape[0]):
        mine = supports.what[o] == VOUCHER and supports.subject[o] == k
        if mine and due(supports, o, t) and supports.used[o] < supports.number[o]:
            return o
    return -1


@rule
def pay_for(ledger, supports, o, i, price):
    """The firm pays the price, or its share of it where it has a voucher, and others the rest."""
    if o < 0:
        pay(ledger, books.SERVICE, FIRST_FIRM + i, books.PROVIDERS, price)
        return
    pay(ledger, books.SERVICE, FIRST_FIRM + i, books.PROVIDERS, supports.participants[o] * price)
    pay(ledger, books.VOUCHER, books.PROGRAMME, books.PROVIDERS, supports.programme[o] * price)
    pay(ledger, books.VOUCHER, books.INSTITUTIONS, books.PROVIDERS, supports.institutions[o] * price)
    pay(ledger, books.VOUCHER, books.UNRECORDED, books.PROVIDERS, supports.unrecorded[o] * price)
    supports.used[o] += 1


@rule
def buy_alone(w, t, i, k, announced):
    """A firm buys the fitting service or the generic one, whichever gives it more, if one gives it anything."""
    firms, providers, bds, ledger, p = w.firms, w.providers, w.bds, w.ledger, w.p
    s, supports = p.services, w.plan.supports
    value = p.catalogue.worth[k] * firms.need[i, k] * firms.known[i, k]
    o = voucher_for(firms, supports, i, k, t)
    own = 1.0 if o < 0 else supports.participants[o]
    fits, price = s.generic, p.catalogue.cost[k] * (1.0 + s.generic_mark_up)
    surplus = s.generic * value - own * price - resented(firms, i, k, own * price, p.fairness)
    best = bds.best[k]
    if best >= 0:
        fitting = own * providers.price[best]
        gain = value - fitting - resented(firms, i, k, fitting, p.fairness)
        if gain > surplus:
            surplus, fits, price = gain, 1.0, providers.price[best]
    if surplus <= 0.0 or ledger.balance[FIRST_FIRM + i] < own * price:
        return
    pay_for(ledger, supports, o, i, price)
    if o >= 0:
        firms.served[i] = 1
        bds.helped[k] += 1
    elif fits == 1.0:
        bds.sold[k] += 1
    else:
        bds.generic[k] += 1
    if fits == 1.0:
        providers.sold[best] += 1
    bds.users[k] += 1
    get_used_to(firms, i, k, own * price, price, announced, p.fairness)
    use(firms, ledger, i, k, fits, t, p.catalogue, s, p.learning)


@rule
def orders_alone(firms, i, p):
    """Whether a firm has nobody to order with."""
    return p.joint < 3 or (firms.group[i, 0] < 0 and firms.group[i, 1] < 0)


@rule
def open_wish(firms, bds, i, t, lasts):
    """The service asked for last and not got, though somebody makes it fit by now; -1 if there is none."""
    found = -1
    for k in range(firms.asked.shape[1]):
        still = bds.active[k] > 0 and t - firms.asked[i, k] < lasts and firms.used[i, k] < firms.asked[i, k]
        if still and (found < 0 or firms.asked[i, k] > firms.asked[i, found]):
            found = k
    return found


@rule
def voice(w, t, i, k):
    """Providers hear of a wish once, from when it is worth a fair price; a voucher makes it worth more."""
    firms, bds, p = w.firms, w.bds, w.p
    o = voucher_for(firms, w.plan.supports, i, k, t)
    own = 1.0 if o < 0 else max(0.05, w.plan.supports.participants[o])
    value = p.catalogue.worth[k] * firms.need[i, k] * firms.known[i, k] / own
    if firms.heard[i, k] == 0 and value > p.catalogue.cost[k] * (1.0 + p.services.least_mark_up):
        firms.heard[i, k] = 1
        bds.requests[k] += p.services.attention
        weight = p.services.attention if bds.worth[k] > 0.0 else 1.0
        bds.worth[k] += weight * (value - bds.worth[k])
    return o


@rule
def ask(w, t, i, k, announced):
    """A firm asks for a service: who is in a group waits to order together, others buy if they will."""
    w.firms.asked[i, k] = t
    w.firms.heard[i, k] = 0
    o = voice(w, t, i, k)
    if o >= 0 or orders_alone(w.firms, i, w.p.services):
        buy_alone(w, t, i, k, announced)


@rule
def seek(w, t, announced):
    """Firms that have time turn to a wish that is still open, or ask for one more service if they feel the need.

    ``scratch.luck`` holds the draws of this month's purchases, whose first row `buy` has used.
    """
    firms, p = w.firms, w.p.services
    luck = w.scratch.luck
    for i in range(firms.alive.shape[0]):
        if luck[1, i] >= p.search or firms.alive[i] == 0:
            continue
        wish = open_wish(firms, w.bds, i, t, p.lasts)
        k = wish if wish >= 0 else int(luck[2, i] * firms.wants.shape[1])
        if t - firms.used[i, k] < p.lasts:
            continue
        if w.bds.users[k] > 0:
            look_around(firms, w.ties, i, k, p, w.p.learning.rival_damping)
        if wish < 0:
            if luck[3, i] < firms.wants[i, k] * (1.0 - firms.relief[i]):
                ask(w, t, i, k, announced)
        else:
            voice(w, t, i, k)
            if t - firms.asked[i, k] >= p.waiting or orders_alone(firms, i, p):
                buy_alone(w, t, i, k, announced)


@rule
def willing(firms, ledger, rows, count, k, price, worth, fairness):
    """Keep of these firms, in order, those that would pay the price; returns how many."""
    kept = 0
    for n in range(count):
        i = rows[n]
        value = worth * firms.need[i, k] * firms.known[i, k]
        if value - price - resented(firms, i, k, price, fairness) > 0.0 and ledger.balance[FIRST_FIRM + i] >= price:
            rows[kept] = i
            kept += 1
    return kept


@rule
def order(w, t, k, count, announced):
    """Firms of one group negotiate as one buyer: a discount on the list price, or a development of their own.

    With n = number of buyers,  p = floor + (list − floor)·half/(half + n); where nobody makes the service fit yet,
    p = max(floor, c + (development − what others would bring)/n).  Those who find that too dear drop out.
    """
    firms, providers, bds, ledger, p = w.firms, w.providers, w.bds, w.ledger, w.p
    s, rows = p.services, w.scratch.invited
    cost, worth = p.catalogue.cost[k], p.catalogue.worth[k]
    floor = cost * (1.0 + s.least_mark_up)
    best = bds.best[k]
    listed = providers.price[best] if best >= 0 else asking(cost, bds.worth[k], 0, s)
    price = 0.0
    entrant = -1
    if best >= 0:
        price = floor + max(0.0, listed - floor) * s.joint_half / (s.joint_half + count)
        count = willing(firms, ledger, rows, count, k, price, worth, p.fairness)
    else:
        entrant = next_able(providers, k)
        daring = min(1.0, s.caution * providers.boldness[entrant]) if entrant >= 0 else 0.0
        back = daring * bds.requests[k] * (listed - cost) * s.horizon
        missing = max(0.0, p.catalogue.development[k] - back)
        for _ in range(3):  # whoever drops out leaves more for the others to bear
            price = max(floor, cost + missing / max(1, count))
            before = count
            count = willing(firms, ledger, rows, count, k, price, worth, p.fairness)
            if count == before or count < 3:
                break
        if entrant < 0 or count * (price - cost) < missing * (1.0 - 1e-9):
            return
    if count < 3:
        return
    if best < 0:
        pay(ledger, books.DEVELOPMENT, books.PROVIDERS, books.WORLD, p.catalogue.development[k])
        make_fit(providers, bds, entrant, listed, t)
        best = entrant
    for n in range(count):
        i = rows[n]
        pay(ledger, books.SERVICE, FIRST_FIRM + i, books.PROVIDERS, price)
        get_used_to(firms, i, k, price, price, announced, p.fairness)
        use(firms, ledger, i, k, 1.0, t, p.catalogue, s, p.learning)
    providers.sold[best] += count
    bds.sold[k] += count
    bds.users[k] += count
    bds.orders[k] += 1
    bds.buyers[k] += count
    bds.revenue[k] += price * count
    bds.listed[k] += listed * count


@rule
def canvass(firms, scratch, g, k, key, t, p):
    """Those who want an order ask the other members: who feels the need comes in; returns how many."""
    count = 0
    for n in range(scratch.first[g], scratch.first[g + 1]):
        i = scratch.members[n]
        if count >= p.joint or t - firms.used[i, k] < p.lasts:
            continue
        felt = firms.wants[i, k] * (1.0 - firms.relief[i])
        if t - firms.asked[i, k] < p.waiting or uniform(key, t, ORDERING, 100 + k, i, firms.life[i]) < felt:
            scratch.invited[count] = i
            count += 1
    return count


@rule
def order_together(w, t, announced):
    """In a group that is run well enough, members whose wish was not met lately order a service together."""
    firms, groups, scratch, p = w.firms, w.groups, w.scratch, w.p.services
    if p.joint < 3:
        return
    for k in range(w.bds.requests.shape[0]):
        if w.bds.requests[k] <= 0.0:
            continue
        for g in range(groups.alive.shape[0]):
            if groups.alive[g] == 0 or groups.standstill[g] > 0 or groups.size[g] < 3:
                continue
            count = 0
            for n in range(scratch.first[g], scratch.first[g + 1]):
                i = scratch.members[n]
                if t - firms.asked[i, k] < p.waiting and t - firms.used[i, k] >= p.lasts:
                    count += 1
            if count >= 3 and uniform(w.key, t, ORDERING, k, groups.founder[g], 0) < groups.capacity[g]:
                order(w, t, k, canvass(firms, scratch, g, k, w.key, t, p), announced)
