"""General advice, an experience good with a fixed cost of development, and help to a single firm.

The other services are those of the catalogue (rules/demand.py, rules/supply.py).  A firm buys if
belief·worth·(1 or ``generic``) > price.  Use moves the belief to the true worth; trusted users are heard through talk.
An adviser makes advice fit small firms if the demand it dares to count on pays the development:
caution·expected·(price − cost)·horizon ≥ development.
"""

from __future__ import annotations

from clustersim import ledger as books
from clustersim.agents import ASSOCIATION
from clustersim.compile import rule
from clustersim.ledger import FIRST_FIRM, pay
from clustersim.randomness import BUYING, SERVING, draw_for_all, uniform


@rule
def buy(firms, ties, providers, advisers, ledger, luck, learning, key, t, p):
    """Firms that consider advice buy it where it seems worth its price; advisers learn what demand there is.

    The first ``advisers`` rows of providers give it, one to each segment; the generic variety stays on sale.
    """
    for s in range(advisers):
        providers.expected[s] *= 0.97
        if providers.customised[s] == 0:
            price = p.cost * (1.0 + p.mark_up)
            back = p.caution * providers.expected[s] * (price - p.cost) * p.horizon
            if back >= p.development:
                pay(ledger, books.DEVELOPMENT, books.PROVIDERS, books.WORLD, p.development)
                providers.customised[s] = 1
                providers.price[s] = price
    draw_for_all(luck, key, t, BUYING, 0, firms.life)
    for i in range(firms.alive.shape[0]):
        if firms.alive[i] == 0 or luck[0, i] >= p.interest:
            continue
        s = firms.segment[i] % advisers
        full = p.worth * firms.belief[i]
        fits, price = p.generic, p.price
        if providers.customised[s] == 1 and full - providers.price[s] > full * p.generic - p.price:
            fits, price = 1.0, providers.price[s]
        if full > p.cost * (1.0 + p.mark_up):
            providers.expected[s] += 0.03  # a running mean of what would be bought if it were made to fit
        if full * fits <= price or ledger.balance[FIRST_FIRM + i] < price:
            continue
        pay(ledger, books.SERVICE, FIRST_FIRM + i, books.PROVIDERS, price)
        pay(ledger, books.SERVICE_COST, books.PROVIDERS, books.WORLD, p.cost)
        providers.sold[s] += 1
        firms.customers[i] += 1
        firms.quality[i] += p.effect * fits * (1.0 - firms.quality[i])
        firms.belief[i] += learning.use * (1.0 - firms.belief[i])
        for e in range(ties.start[i], ties.start[i] + ties.degree[i]):
            j = ties.to[e]
            told = learning.demonstration * ties.trust[ties.back[e]]
            firms.belief[j] += told * max(0.0, firms.belief[i] - firms.belief[j])


@rule
def favour_one(firms, groups, scratch, ledger, amount, agreed, shared, key, t, p):
    """The programme pays one member of a network to go abroad: a private gain that the others see.

    Not agreed and not shared, the others feel behind: grievance += α·amount/scale.  Chosen by the group itself, a
    tenth of it; shared, they learn from it instead and nothing is left to resent.
    """
    if amount <= 0.0:
        return
    g = -1
    most = 0
    for k in range(groups.alive.shape[0]):
        if groups.alive[k] == 1 and groups.kind[k] != ASSOCIATION and groups.size[k] > most:
            g, most = k, groups.size[k]
    if g < 0:
        return
    first, last = scratch.first[g], scratch.first[g + 1]
    if last <= first:
        return
    chosen = scratch.members[first + int(uniform(key, t, SERVING, 0, groups.founder[g], 0) * (last - first))]
    if firms.assigned[chosen] == 0:
        return
    pay(ledger, books.EXPORT_VISIT, books.PROGRAMME, books.WORLD, amount)
    firms.served[chosen] = 1
    firms.reach[chosen, 2] += 0.3 * (1.0 - firms.reach[chosen, 2])
    firms.skill[chosen] += 0.05 * (1.0 - firms.skill[chosen])
    weight = p.envy * amount / p.scale
    if agreed > 0.0:
        weight *= p.agreed
    if shared > 0.0:
        weight = 0.0
    else:
        firms.favour[chosen] += amount
    for k in range(first, last):
        i = scratch.members[k]
        if i == chosen:
            continue
        firms.grievance[i] += weight
        if shared > 0.0:
            firms.skill[i] += 0.02 * (1.0 - firms.skill[i])
            firms.reach[i, 2] += 0.05 * (1.0 - firms.reach[i, 2])
